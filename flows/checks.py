"""Checks of a procedure beyond its form: links, ways out, sources, facts. Works on files with errors too."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from flows.budgets import procedure_costs
from flows.library import Library
from flows.model import Procedure, SubProcedure
from flows.numbers import number_problems, procedure_texts
from flows.plan_checks import plan_problems, task_costs
from flows.positions import Document, Path
from flows.problems import Problem
from flows.step_checks import Known, step_problems
from flows.texts import bare, placeholders

NAME = re.compile(r"[a-z][a-z0-9_]*")
MAX_DEPTH = 3
NO_FACT_HOLDS = date(2200, 1, 1)


def check(raw: dict[str, Any], document: Document, file: str, known: Known) -> list[Problem]:
    """All the problems of one procedure's raw data."""
    steps = {n: s for n, s in (raw.get("steps") or {}).items() if isinstance(s, dict)}
    found: list[tuple[Path, str]] = [*_links(steps, raw), *_reach(steps, raw), *_names(raw, steps, known)]
    found += [*number_problems(raw), *_facts_outside_steps(raw, known)]
    for name, step in steps.items():
        where: Path = ("steps", name)
        found += [(where + path, message) for path, message in step_problems(step, steps, known)]
    return [Problem(file, document.line(path), message) for path, message in found]


def targets(step: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Every step that `step` may lead to, with the place where it is written."""
    after = step.get("next")
    if isinstance(after, str):
        yield ("next",), after
    for i, branch in enumerate(after if isinstance(after, list) else []):
        for key in ("go", "else"):
            if isinstance(branch, dict) and isinstance(branch.get(key), str):
                yield ("next", i, key), branch[key]
    for reason, exit_ in (step.get("blocked") or {}).items() if isinstance(step.get("blocked"), dict) else []:
        if isinstance(exit_, dict) and isinstance(exit_.get("go"), str):
            yield ("blocked", reason, "go"), exit_["go"]
    if isinstance(step.get("unknown"), str):
        yield ("unknown",), step["unknown"]


def _links(steps: Mapping[str, Any], raw: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    if raw.get("start") and raw["start"] not in steps:
        yield ("start",), f"« start » mène à « {raw['start']} », qui n'existe pas"
    for name, step in steps.items():
        for path, target in targets(step):
            if target not in steps and NAME.fullmatch(target):  # else the model says that it is no name
                yield (
                    ("steps", name, *path),
                    f"« {name} » mène à « {target} », qui n'existe pas : créez l'étape ou corrigez le nom",
                )


def _reach(steps: Mapping[str, Any], raw: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    seen: set[str] = set()
    todo = [str(raw.get("start"))]
    while todo:
        name = todo.pop()
        if name in steps and name not in seen:
            seen.add(name)
            todo += [target for _, target in targets(steps[name])]
    for name in steps:
        if name not in seen:
            yield ("steps", name), f"l'étape « {name} » n'est jamais atteinte : reliez-la ou supprimez-la"
    waiting = {n for n, s in steps.items() if "ask" in s or "do" in s or "end" in s}
    for name in sorted(seen - waiting):
        if _circles(name, steps, waiting):
            yield ("steps", name), f"« {name} » revient sur elle-même sans jamais rien demander"


def _circles(start: str, steps: Mapping[str, Any], waiting: set[str]) -> bool:
    seen: set[str] = set()
    todo = [t for _, t in targets(steps[start])]
    while todo:
        name = todo.pop()
        if name == start:
            return True
        if name in seen or name in waiting or name not in steps:
            continue
        seen.add(name)
        todo += [t for _, t in targets(steps[name])]
    return False


def _names(raw: Mapping[str, Any], steps: Mapping[str, Any], known: Known) -> Iterator[tuple[Path, str]]:
    for path, names in [
        (("sources",), raw.get("sources")),
        *[(("steps", n, "sources"), s.get("sources")) for n, s in steps.items()],
    ]:
        for source in names if isinstance(names, list) else []:
            if source not in known.sources:
                yield path, f"la source « {source} » n'est pas dans sources.yaml : ajoutez-la"
    for path, contact in [
        (("contact",), raw.get("contact")),
        (("organisme",), raw.get("organisme")),
        *((("steps", n, "contact"), s.get("contact")) for n, s in steps.items()),
    ]:
        if contact and contact not in known.contacts:
            yield path, f"le contact « {contact} » n'est pas dans les fichiers de faits"
    due = raw.get("review_before")
    if isinstance(due, date) and due <= known.day:
        yield (
            ("review_before",),
            f"à relire depuis le {due} : vérifiez les sources, puis changez « checked_on » et « review_before »",
        )
    for renaming in raw.get("renamed") or []:
        for old, new in (renaming.get("steps") or {}).items() if isinstance(renaming, dict) else []:
            if new not in steps:
                yield ("renamed",), f"« {old} » est devenue « {new} », qui n'existe pas"


def _facts_outside_steps(raw: Mapping[str, Any], known: Known) -> Iterator[tuple[Path, str]]:
    for path, text in procedure_texts({**raw, "steps": {}, "tasks": {}}):
        for name in placeholders(text):
            if name not in known.facts:
                yield path, f"le fait « {{{name}}} » n'est dans aucun fichier de faits : corrigez le nom"
        for name in bare(text):
            yield path, f"« {{{name}}} » peut vieillir : écrivez « {{{name}|les mots à dire à la place}} »"


def check_subs(
    procedure: Procedure, document: Document, file: str, known: Mapping[str, Procedure | None]
) -> list[Problem]:
    """Sub-procedures that call each other in a circle, or too deep."""
    found = []
    for name, step in procedure.steps.items():
        if isinstance(step, SubProcedure) and _depth(step.use, known, (procedure.id,)) > MAX_DEPTH:
            found.append(
                Problem(
                    file,
                    document.line(("steps", name, "use")),
                    f"« {step.use} » tourne en rond ou va plus profond que {MAX_DEPTH} démarches",
                )
            )
    return found


def check_budgets(procedure: Procedure, document: Document, file: str, library: Library, day: date) -> list[Problem]:
    """The steps that cost too much by SMS or take too long to hear, with their facts and without them."""
    found = []
    for moment in (day, NO_FACT_HOLDS):
        costs = [*procedure_costs(library, procedure, moment), *task_costs(procedure, library, moment)]
        for cost in costs:
            where = tuple(cost.where.split("/")) if procedure.tasks and "/" in cost.where else ("steps", cost.where)
            line = document.line((where[0], where[1].split(" ")[0]))
            found += [Problem(file, line, f"« {cost.where} » : {over}") for over in cost.over()]
    return found


def check_plan(procedure: Procedure, document: Document, file: str, library: Library) -> list[Problem]:
    """What does not hold in the tasks of a life event."""
    return [Problem(file, document.line(path), message) for path, message in plan_problems(procedure, library)]


def _depth(name: str, known: Mapping[str, Procedure | None], above: tuple[str, ...]) -> int:
    if name in above or len(above) > MAX_DEPTH:
        return MAX_DEPTH + 1
    procedure = known.get(name)
    if procedure is None:
        return 1
    uses = [s.use for s in procedure.steps.values() if isinstance(s, SubProcedure)]
    return 1 + max((_depth(use, known, (*above, name)) for use in uses), default=0)
