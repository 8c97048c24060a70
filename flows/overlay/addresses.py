"""The address of every text of the content, « steps/caisse/choices/cpam/label » in a procedure: pure, on raw data."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flows.numbers import procedure_texts

Texts = Mapping[str, str]
MAIN = ("ask", "do", "say", "text", "value")
VARIANTS = ("short", "speech", "without_facts", "unit")
_UNITS_OF_TWO = ("steps", "tasks", "sentences", "words", "menu", "facts", "contacts", "terms")
_LETTERS = "abcdefghijklmnop"
_LENGTH = 6


def page_texts(raw: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a procedure's data, or of its translation, by address."""
    found = {"/".join(map(str, path)): text for path, text in procedure_texts(raw)}
    for name, task in (raw.get("tasks") or {}).items():
        said = (task.get("deadline") or {}).get("say")
        if said:
            found[f"tasks/{name}/deadline/say"] = said
    return found


def own_texts(raw: Mapping[str, Any]) -> dict[str, str]:
    """The assistant's own sentences, the labels of its words and of the menu, from data shaped as texts/fr.yaml."""
    return dict(_own(raw))


def _own(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, written in (raw.get("sentences") or {}).items():
        for key, text in ({"text": written} if isinstance(written, str) else written).items():
            yield f"sentences/{name}/{key}", text
    for name, words in (raw.get("words") or {}).items():
        yield f"words/{name}", words[0]
    for name, theme in (raw.get("menu") or {}).items():
        if theme.get("label"):
            yield f"menu/{name}/label", theme["label"]


def table_texts(raw: Mapping[str, Any], tables: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The texts of tables of entries (facts, contacts, terms): `tables` says which keys of each are texts."""
    return {
        f"{table}/{name}/{key}": str(entry[key])
        for table, keys in tables.items()
        for name, entry in (raw.get(table) or {}).items()
        for key in keys
        if entry.get(key)
    }


def leaves(raw: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """Every text of data without a form of its own, by address."""
    found: dict[str, str] = {}
    for name, said in raw.items():
        found |= leaves(said, f"{before}{name}/") if isinstance(said, Mapping) else {f"{before}{name}": str(said)}
    return found


def unit(address: str) -> str:
    """What a translator reads again as a whole: a step, a sentence, a heading of a page."""
    parts = address.split("/")
    return "/".join(parts[:2]) if parts[0] in _UNITS_OF_TWO else parts[0].removesuffix("_speech")


def main_of(address: str, known: Texts) -> str | None:
    """The address of the text that `address` is a variant of (« short », « speech »…), None when it is none."""
    if address == "intro_speech":
        return "intro"
    parent, _, key = address.rpartition("/")
    if key not in VARIANTS:
        return None
    return next((f"{parent}/{main}" for main in MAIN if f"{parent}/{main}" in known), None)


def fingerprints(texts: Texts) -> dict[str, str]:
    """A short mark of the texts of each unit: it changes when one of them does. Letters only: YAML reads no number."""
    units: dict[str, list[str]] = {}
    for address in sorted(texts):
        units.setdefault(unit(address), []).append(f"{address}\x1f{texts[address]}")
    return {name: _mark("\x1e".join(parts)) for name, parts in units.items()}


def _mark(text: str) -> str:
    return "".join(_LETTERS[byte % 16] for byte in hashlib.sha256(text.encode()).digest()[:_LENGTH])
