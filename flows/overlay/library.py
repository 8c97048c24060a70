"""A library in another language: the French one, with the texts that are translated in their place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from flows.facts_model import Contact, Fact, TranslatedFact
from flows.library import Ambiguity, Library, Term, Theme
from flows.model import Procedure
from flows.overlay.apply import translated_page, translated_words
from flows.overlay.files import languages, read_language
from flows.plain import plain
from flows.problems import ContentError
from flows.safety import topics_for

ASKING = "langue"  # the words that ask for a language: never mixed with those of another


def in_language(library: Library, folder: Path, language: str) -> Library:
    """`library` in `language`, with French in place of what is not translated. Raises ContentError."""
    files, problems = read_language(folder, language)
    if problems:
        raise ContentError(sorted(problems))
    said = {id_: file.data for id_, file in files.items()}
    pages = {id_: texts for id_, texts in said.items() if files[id_].is_page and id_ in library.procedures}
    own, tables = said.get("texts", {}), said.get("facts", {})
    return replace(
        _own(library, own),
        language=language,
        translated=frozenset(pages),
        procedures={id_: _page(page, pages.get(id_)) for id_, page in library.procedures.items()},
        facts={id_: _fact(fact, tables.get("facts", {}).get(id_, {}), language) for id_, fact in library.facts.items()},
        contacts={id_: _contact(c, tables.get("contacts", {}).get(id_)) for id_, c in library.contacts.items()},
        glossary=_glossary(library.glossary, said.get("glossary", {}).get("terms", {})),
        safety=topics_for(folder, language),
    )


def translations(library: Library, folder: Path) -> dict[str, Library]:
    """The library in each language that has a folder, French aside."""
    return {language: in_language(library, folder, language) for language in languages(folder)}


def raw_page(page: Procedure) -> dict[str, Any]:
    """The data of a procedure as its author wrote it."""
    return page.model_dump(by_alias=True, exclude_unset=True)


def _page(page: Procedure, texts: Mapping[str, Any] | None) -> Procedure:
    return page if texts is None else Procedure.model_validate(translated_page(raw_page(page), texts))


def _fact(fact: Fact, texts: Mapping[str, Any], language: str) -> Fact:
    french = (*(("speech",) if texts else ()), *(("unit",) if "value" in texts else ()))  # its words: not said any more
    kept = {key: value for key, value in fact.model_dump(exclude_unset=True).items() if key not in french}
    return TranslatedFact.model_validate({**kept, **texts, "language": language}) if texts or fact.rule else fact


def _contact(contact: Contact, texts: Mapping[str, Any] | None) -> Contact:
    return contact.model_copy(update=dict(texts)) if texts else contact


def _glossary(terms: Mapping[str, Term], texts: Mapping[str, Any]) -> dict[str, Term]:
    found = dict(terms)
    for id_, entry in texts.items():
        if id_ in terms:
            also = (*entry.get("also", ()), terms[id_].term, *terms[id_].also)
            found[id_] = Term(entry["term"], entry["say"], also)
    return found


def _own(library: Library, texts: Mapping[str, Any]) -> Library:
    """The library with the assistant's own sentences, words and menu."""
    sentences = {name: {"text": t} if isinstance(t, str) else t for name, t in texts.get("sentences", {}).items()}
    words = {name: (written[0], *_plain(written)) for name, written in texts.get("words", {}).items()}
    mixed = {name: translated_words(library.words.get(name, ()), said) for name, said in words.items()}
    known = {name: said for name, said in library.words.items() if name != ASKING}
    asking = {ASKING: words[ASKING]} if ASKING in words else {}
    menu = texts.get("menu", {})
    return replace(
        library,
        sentences={**library.sentences, **sentences},
        words={**known, **mixed, **asking},
        menu={id_: _theme(theme, menu.get(id_, {})) for id_, theme in library.menu.items()},
        ambiguous=(
            *(Ambiguity(_plain(a["words"]), tuple(a["procedures"])) for a in texts.get("ambiguous", ())),
            *library.ambiguous,
        ),
        definition_starts=(*_plain(texts.get("definition_starts", ())), *library.definition_starts),
        correction_starts=(*_plain(texts.get("correction_starts", ())), *library.correction_starts),
        articles=(*texts.get("articles", ()), *library.articles),
        signs=_plain(texts.get("signs", ())),
    )


def _theme(theme: Theme, texts: Mapping[str, Any]) -> Theme:
    if not texts:
        return theme
    words = (*_plain(texts.get("words", ())), plain(theme.label), *theme.words)
    return replace(theme, label=texts.get("label") or theme.label, words=words)


def _plain(written: Iterable[str]) -> tuple[str, ...]:
    return tuple(plain(str(word)) for word in written)
