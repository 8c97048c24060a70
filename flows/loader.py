"""Loads the content files, and lists every problem in them at once, in the author's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from flows import checks
from flows.entries import entries
from flows.fact_checks import fact_problems
from flows.facts_model import Contact, Fact, Source
from flows.library import Ambiguity, Letter, Library, Term, Theme
from flows.model import Procedure
from flows.overlay import in_language, overlay_problems, translations
from flows.plain import plain
from flows.positions import Document, read
from flows.problems import ContentError, Problem, form_problems, step_model, validation_problems
from flows.safety import topics_for
from flows.step_checks import Known
from flows.style import explained_words, load_style
from flows.style_page import accepted_problems
from flows.style_rules import Wording

CONTENT = Path(__file__).parent


def load(folder: Path = CONTENT, language: str | None = None) -> Library:
    """The whole content of `folder`, in French or in `language`. Raises ContentError with all problems of form."""
    problems: list[Problem] = []
    facts = _tables(folder, "facts", Fact, problems)
    contacts = _tables(folder, "contacts", Contact, problems)
    sources = _table(folder / "sources.yaml", "sources", Source, problems)
    procedures: dict[str, Procedure] = {}
    for path in procedure_files(folder):
        procedure, _, found = read_procedure(path, folder)
        problems += found
        if procedure:
            procedures[procedure.id] = procedure
    if problems:
        raise ContentError(sorted(problems))
    library = _library(folder, procedures, facts, contacts, sources)
    return in_language(library, folder, language) if language else library


def load_languages(library: Library, folder: Path = CONTENT) -> dict[str, Library]:
    """`library`, the content of `folder` in French, in each of its other languages. Raises ContentError."""
    return translations(library, folder)


def _library(
    folder: Path,
    procedures: Mapping[str, Procedure],
    facts: Mapping[str, Fact],
    contacts: Mapping[str, Contact],
    sources: Mapping[str, Source],
) -> Library:
    """The library of these procedures and of all that stands beside them in `folder`."""
    said = read(_text(folder / "texts" / "fr.yaml")).data or {}
    return Library(
        procedures,
        facts,
        contacts,
        sources,
        glossary=_glossary(folder),
        safety=topics_for(folder),
        sentences={name: {"text": t} if isinstance(t, str) else t for name, t in said.get("sentences", {}).items()},
        words={name: _words(written) for name, written in said.get("words", {}).items()},
        menu={
            id_: Theme(id_, m.get("label", ""), tuple(m["items"]), tuple(map(plain, m.get("words", ()))))
            for id_, m in said.get("menu", {}).items()
        },
        letters=_letters(folder),
        ambiguous=tuple(
            Ambiguity(tuple(map(plain, a["words"])), tuple(a["procedures"])) for a in said.get("ambiguous", ())
        ),
        articles=tuple(said.get("articles", ())),
        correction_starts=tuple(plain(start) for start in said.get("correction_starts", ())),
        need_starts=tuple(plain(start) for start in said.get("need_starts", ())),
        definition_starts=tuple(plain(start) for start in said.get("definition_starts", ())),
    )


def _glossary(folder: Path) -> dict[str, Term]:
    return {
        entry.name: Term(entry.data["term"], entry.data["say"], tuple(entry.data.get("also", ())))
        for entry in entries(folder, "terms")
        if entry.data.get("term") and entry.data.get("say")
    }


def _letters(folder: Path) -> dict[str, Letter]:
    letters = (read(_text(folder / "letters.yaml")).data or {}).get("letters") or {}
    return {
        id_: Letter(tuple(map(plain, entry["titles"])), tuple(entry["procedures"])) for id_, entry in letters.items()
    }


def _words(written: list[str]) -> tuple[str, ...]:
    """The label first, as written, then every form to be recognised, in plain letters."""
    return (written[0], *(plain(str(word)) for word in written))


def problems(folder: Path = CONTENT, day: date | None = None, extra: tuple[Path, ...] = ()) -> list[Problem]:
    """Everything wrong in the content: form, links, facts out of date on `day`. `extra` files replace their ids."""
    found: list[Problem] = []
    facts = _tables(folder, "facts", Fact, found)
    contacts = _tables(folder, "contacts", Contact, found)
    sources = _table(folder / "sources.yaml", "sources", Source, found)
    loaded: dict[str, tuple[Procedure | None, Document, str, dict[str, Any]]] = {}
    for path in (*procedure_files(folder), *extra):
        procedure, document, of_form = read_procedure(path, folder)
        found += of_form
        raw = document.data if isinstance(document.data, dict) else {}
        loaded[str(raw.get("id", path.stem))] = (procedure, document, _name(path, folder), raw)
    day = day or date.today()
    known = {key: procedure for key, (procedure, *_rest) in loaded.items()}
    library = _library(folder, {key: p for key, p in known.items() if p}, facts, contacts, sources)
    wording = Wording(load_style(), explained_words((term.term, term.also) for term in library.glossary.values()))
    found += fact_problems(folder, sources)
    for procedure, document, file, raw in loaded.values():
        found += accepted_problems(raw, document, file, wording, facts)
        found += checks.check(raw, document, file, Known(known, facts, contacts, sources, day))
        if procedure:
            found += checks.check_subs(procedure, document, file, known)
            found += checks.check_budgets(procedure, document, file, library, day)
            found += checks.check_plan(procedure, document, file, library)
    found += overlay_problems(library, folder, day, known)
    return sorted(set(found))


def read_procedure(path: Path, folder: Path) -> tuple[Procedure | None, Document, list[Problem]]:
    """One procedure file: the model when it is sound, its lines, and its problems of form."""
    document, file = read(_text(path)), _name(path, folder)
    found = form_problems(file, document)
    raw = document.data
    if not isinstance(raw, dict):
        return None, document, found or [Problem(file, 1, "ce fichier est vide")]
    steps: dict[str, Any] = {}
    raw_steps = raw.get("steps")
    for name, data in raw_steps.items() if isinstance(raw_steps, dict) else ():
        model = step_model(data)
        if isinstance(model, str):
            found.append(Problem(file, document.line(("steps", name)), f"étape « {name} » : {model}"))
            continue
        step, wrong = _model(model, data, document, file, ("steps", name))
        found += wrong
        if step is not None:
            steps[name] = step
    whole, wrong = _model(Procedure, {**raw, "steps": steps or raw.get("steps")}, document, file, ())
    if steps or "steps" not in raw:
        found += wrong
    return (whole if not found else None), document, found


def procedure_files(folder: Path) -> list[Path]:
    """The procedure files under `folder`, and those of life events, in a stable order."""
    return sorted((*(folder / "procedures").rglob("*.yaml"), *(folder / "events").glob("*.yaml")))


def _model(
    model: type[BaseModel], data: Any, document: Document, file: str, prefix: tuple[str, ...]
) -> tuple[Any, list[Problem]]:
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        return None, validation_problems(file, document, error, prefix, model)


def _tables(folder: Path, key: str, model: type[BaseModel], found: list[Problem]) -> Mapping[str, Any]:
    table: dict[str, Any] = {}
    for path in sorted((folder / "facts").glob("*.yaml")):
        table |= _table(path, key, model, found)
    return table


def _table(path: Path, key: str, model: type[BaseModel], found: list[Problem]) -> Mapping[str, Any]:
    document = read(_text(path))
    found += form_problems(path.name, document)
    table = {}
    for name, data in ((document.data or {}).get(key) or {}).items():
        entry, wrong = _model(model, data, document, path.name, (key, name))
        found += wrong
        if entry is not None:
            table[name] = entry
    return table


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _name(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name
