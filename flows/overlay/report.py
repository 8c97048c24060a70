"""What is translated in a language and what is not, file by file."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from flows.library import Library
from flows.overlay.addresses import Texts, leaves, own_texts, page_texts, table_texts
from flows.overlay.compare import Compared
from flows.overlay.files import File
from flows.overlay.library import ASKING, raw_page
from flows.plain import plain
from flows.positions import read
from flows.texts import placeholders

_WORDS = re.compile(r"[^\W\d_]")
_FACTS = {"facts": ("value", "unit", "speech"), "contacts": ("name",)}
_TERMS = {"terms": ("term", "say")}


def compared(library: Library, folder: Path, files: Mapping[str, File], everything: bool = True) -> list[Compared]:
    """Each file of a language beside the French `library` of `folder`; `everything`: what nobody translated too."""
    wanted = {id_: page for id_, page in library.procedures.items() if everything or id_ in files}
    pages = {id_: page_texts(raw_page(page)) for id_, page in wanted.items()}
    begun = {id_: texts for id_, texts in pages.items() if id_ in files}
    own, facts, terms = own_french(library), _facts(library), _terms(library)
    computed, places = (leaves(_beside(folder, name)) for name in ("computed", "places"))
    tables: dict[str, tuple[Texts, Collection[str]]] = {
        "texts": (own, _needed(own)),
        "facts": (facts, _used_facts(library, begun, facts, files.get("facts"))),
        "computed": (computed, computed),
        "places": (places, places),
        "glossary": (terms, _used_terms(library, begun)),
    }
    sources: dict[str, tuple[Texts, Collection[str]]] = {id_: (texts, _needed(texts)) for id_, texts in pages.items()}
    sources |= {id_: ({}, ()) for id_, file in files.items() if file.is_page and id_ not in pages}  # gone in French
    sources |= tables
    return [_compared(id_, known, needed, files.get(id_), library) for id_, (known, needed) in sources.items()]


def _compared(id_: str, known: Texts, needed: Collection[str], file: File | None, library: Library) -> Compared:
    return Compared(id_, known, done(file) if file else {}, needed, file.marks if file else {}, library.facts.keys())


def done(file: File) -> dict[str, str]:
    """The texts of a file of a language, by address."""
    data = dict(file.data)
    data.pop("from", None)
    if file.is_page:
        return page_texts(data)
    if file.id == "texts":
        words = {name: words for name, words in (data.get("words") or {}).items() if name != ASKING}
        return own_texts({**data, "words": words})
    tables: Mapping[str, Mapping[str, tuple[str, ...]]] = {"facts": _FACTS, "glossary": _TERMS}
    return table_texts(data, tables[file.id]) if file.id in tables else leaves(data)


def own_french(library: Library) -> dict[str, str]:
    """The assistant's own texts in French."""
    words = {name: words for name, words in library.words.items() if name != ASKING}
    menu = {id_: {"label": theme.label} for id_, theme in library.menu.items()}
    return own_texts({"sentences": library.sentences, "words": words, "menu": menu})


def _needed(texts: Texts) -> list[str]:
    """All but the « short » variants: a translation has one only where it is too long."""
    return [address for address in texts if address.rsplit("/", 1)[-1] != "short"]


def _beside(folder: Path, name: str) -> dict[str, Any]:
    """A file of texts that stands beside the sentences, for what is not said by the dialogue itself."""
    path = folder / "texts" / f"{name}.yaml"
    return dict(read(path.read_text(encoding="utf-8")).data or {}) if path.exists() else {}


def _facts(library: Library) -> dict[str, str]:
    raw = {
        "facts": {id_: fact.model_dump() for id_, fact in library.facts.items()},
        "contacts": {id_: contact.model_dump() for id_, contact in library.contacts.items()},
    }
    return table_texts(raw, _FACTS)


def _used_facts(library: Library, pages: Mapping[str, Texts], known: Texts, file: File | None) -> list[str]:
    """The facts said in words by these procedures, and how the bodies they name are called and reached."""
    names = set(placeholders(*(text for texts in pages.values() for text in texts.values())))
    contacts = set()
    for id_ in pages:
        page = library.procedures[id_]
        contacts |= {page.contact, *filter(None, (getattr(step, "contact", None) for step in page.steps.values()))}
    for name in contacts & set(library.contacts):
        contact = library.contacts[name]
        names |= {fact for fact in (contact.phone, contact.hours, contact.cost) if fact}
    wanted = {f"facts/{name}" for name in names} | {f"contacts/{name}" for name in contacts}
    whole = {f"{a.removesuffix('value')}unit" for a in (done(file) if file else ()) if a.endswith("/value")}
    said = {a: text for a, text in known.items() if a.rpartition("/")[0] in wanted and a not in whole}
    return [a for a, text in said.items() if _WORDS.search(text)]


def _terms(library: Library) -> dict[str, str]:
    return table_texts({"terms": {id_: {"term": t.term, "say": t.say} for id_, t in library.glossary.items()}}, _TERMS)


def _used_terms(library: Library, pages: Mapping[str, Texts]) -> list[str]:
    """The words of the glossary that these procedures use."""
    said = " ".join(f" {_bare(text)} " for texts in pages.values() for text in texts.values())
    used = [
        id_
        for id_, term in library.glossary.items()
        if any(f" {plain(name)} " in said for name in (term.term, *term.also))
    ]
    return [f"terms/{id_}/{key}" for id_ in used for key in ("term", "say")]


def _bare(text: str) -> str:
    """`text` in plain letters, its facts left out."""
    return plain(re.sub(r"\{[^{}]*\}", " ", text))
