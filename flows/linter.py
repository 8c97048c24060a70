"""`allo flows lint`: every text that a citizen may read or hear, against the rules of plain language."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from flows.entries import entries, sound_facts
from flows.loader import CONTENT, procedure_files
from flows.positions import Document, read
from flows.positions import Path as Keys
from flows.problems import Problem
from flows.style import explained_words, load_style
from flows.style_page import Finding, page_findings, text_findings
from flows.style_rules import Wording
from flows.style_text import Facts

Texts = Iterator[tuple[Keys, str]]
VARIANTS = ("text", "short", "speech", "without_facts")
STYLE = "texts/style.yaml"


def wording_of(folder: Path = CONTENT) -> Wording:
    """How we write, with the glossary of `folder`."""
    terms = [(str(e.data.get("term", e.name)), tuple(e.data.get("also") or ())) for e in entries(folder, "terms")]
    return Wording(load_style(), explained_words(terms))


def lint(
    folder: Path = CONTENT, ids: Collection[str] = (), extra: tuple[Path, ...] = (), assistant: bool = True
) -> list[Finding | Problem]:
    """What is found in the content, or in the procedures `ids` only, and what is accepted in vain. In order.

    `extra` files are read too and replace their ids. Raises KeyError with the first id that no file has.
    """
    wording, facts = wording_of(folder), sound_facts(folder)
    found: list[Finding | Problem] = []
    pages = _pages(folder, extra)
    for id_ in ids or pages:
        document, file = pages[id_]
        kept, stale = page_findings(document.data, document, file, wording, facts)
        found += [*kept, *stale]
    if assistant and not ids:
        found += _assistant(folder, wording, facts)
    return sorted(found, key=lambda one: (one.file, one.line))


def _pages(folder: Path, extra: tuple[Path, ...]) -> dict[str, tuple[Document, str]]:
    pages = {}
    for path in (*procedure_files(folder), *extra):
        document = read(path.read_text(encoding="utf-8"))
        if isinstance(document.data, dict):
            file = str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name
            pages[str(document.data.get("id", path.stem))] = document, file
    return pages


def _assistant(folder: Path, wording: Wording, facts: Facts) -> Iterator[Finding | Problem]:
    """What is found in the assistant's own texts, and what style.yaml accepts there in vain."""
    found = [
        *_file(folder, "texts/fr.yaml", _own, wording, facts),
        *_file(folder, "safety.yaml", _safety, wording, facts),
        *_glossary(folder, wording, facts),
    ]
    unused = {(text, entry.rule) for text, entry in wording.style.accepted}
    for finding in found:
        key = (f"{finding.file}/{finding.where}", finding.rule)
        unused.discard(key)
        if key not in {(text, entry.rule) for text, entry in wording.style.accepted}:
            yield finding
    for text, rule in sorted(unused):
        yield Problem(STYLE, 1, f"« accepted » n'accepte plus rien : aucun « {rule} » dans {text} : enlevez-le")


def _file(folder: Path, name: str, texts: Any, wording: Wording, facts: Facts) -> Iterator[Finding]:
    path = folder / name
    document = read(path.read_text(encoding="utf-8") if path.exists() else "")
    if isinstance(document.data, dict):
        yield from text_findings(texts(document.data), document, name, wording, facts)


def _glossary(folder: Path, wording: Wording, facts: Facts) -> Iterator[Finding]:
    for entry in entries(folder, "terms"):
        texts = [(("terms", entry.name, "say"), str(entry.data.get("say", "")))]
        yield from text_findings(texts, entry.document, entry.file, wording, facts)


def _own(data: dict[str, Any]) -> Texts:
    """The assistant's sentences, the first words of its lists and the headings of its menu: those are buttons."""
    for name, sentence in (data.get("sentences") or {}).items():
        yield from _variants(("sentences", name), sentence)
    for name, words in (data.get("words") or {}).items():
        yield ("words", name), str(words[0])
    for name, theme in (data.get("menu") or {}).items():
        yield ("menu", name, "label"), str(theme.get("label", ""))


def _safety(data: dict[str, Any]) -> Texts:
    for name, topic in (data.get("topics") or {}).items():
        says = [(("say",), topic), *((("cases", i, "say"), case) for i, case in enumerate(topic.get("cases") or ()))]
        for path, body in says:
            for i, message in enumerate(body.get("say") or ()):
                yield from _variants(("topics", name, *path, i), message)


def _variants(path: Keys, written: Any) -> Texts:
    """A text, or the forms of a text that has several."""
    if isinstance(written, str):
        yield path, written
    elif isinstance(written, dict):
        yield from (((*path, key), written[key]) for key in VARIANTS if isinstance(written.get(key), str))
