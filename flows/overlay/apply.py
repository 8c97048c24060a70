"""Puts a translation over the French data, text by text: what is not translated stays in French. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Raw = Mapping[str, Any]
_MAIN = ("ask", "do", "say")
_VARIANTS = ("short", "speech", "without_facts")
_BESIDE = ("see", "why", "label")


def translated_page(raw: Raw, texts: Raw) -> dict[str, Any]:
    """A procedure's data with the texts of its translation. Steps, branches and ids are always the French ones."""
    page = dict(raw)
    page |= {key: texts[key] for key in ("title", "button", "without_internet") if texts.get(key)}
    if texts.get("intro"):
        page.pop("intro_speech", None)
        page |= {key: texts[key] for key in ("intro", "intro_speech") if texts.get(key)}
    french = [raw[key] for key in ("button", "title") if page[key] != raw[key]]
    page["words"] = [*texts.get("words", ()), *french, *raw.get("words", ())]
    written = list(texts.get("documents", ()))
    page["documents"] = [*written, *list(raw.get("documents", ()))[len(written) :]][: len(raw.get("documents", ()))]
    for part in ("steps", "tasks"):
        if raw.get(part):
            page[part] = {name: _step(step, _of(texts, part, name)) for name, step in raw[part].items()}
    return page


def _step(raw: Raw, texts: Raw) -> dict[str, Any]:
    step = dict(raw)
    main = next((key for key in _MAIN if texts.get(key) and key in raw), None)
    if main:  # a French variant of a translated text would be said in its place
        step = {key: value for key, value in step.items() if key not in _VARIANTS}
        step |= {key: texts[key] for key in (main, *_VARIANTS) if texts.get(key)}
    step |= {key: texts[key] for key in _BESIDE if texts.get(key) and key in raw}
    for part in ("choices", "blocked"):
        if raw.get(part):
            step[part] = {id_: _option(option, _of(texts, part, id_)) for id_, option in raw[part].items()}
    if raw.get("deadline") and texts.get("deadline"):
        step["deadline"] = {**raw["deadline"], **texts["deadline"]}
    return step


def _of(texts: Raw, part: str, name: str) -> Raw:
    found: Raw = (texts.get(part) or {}).get(name) or {}
    return found


def _option(raw: Raw, texts: Raw) -> dict[str, Any]:
    """A choice: its French label and words stay understood, since they stand on the screens."""
    label = texts.get("label") or raw["label"]
    french = [raw["label"]] if label != raw["label"] else []
    return {**raw, "label": label, "words": [*texts.get("words", ()), *french, *raw.get("words", ())]}


def translated_words(french: tuple[str, ...], written: tuple[str, ...]) -> tuple[str, ...]:
    """A list of words whose first is the label: those of the language, then the French ones, still understood."""
    return tuple(dict.fromkeys((*written, *french[1:])))
