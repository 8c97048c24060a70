"""One procedure read against the rules of plain language; what its `accepted` keeps, and what it keeps no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from pydantic import ValidationError

from flows.model import Accepted
from flows.numbers import procedure_texts
from flows.positions import Document, Path
from flows.problems import Problem
from flows.style import Style
from flows.style_rules import Wording, look, spelled_out
from flows.style_text import Facts, said_forms

PARTS = ("steps", "tasks")
# Rules told once a page: an acronym met twice is explained once.
ONCE = ("sigle",)
# Rules that leave the buttons alone: « Ma carte a été refusée » is what the person says, not us.
NOT_ON_BUTTONS = ("passif",)


@dataclass(frozen=True, order=True)
class Finding:
    """One thing found in one text, in the author's words."""

    file: str
    line: int
    rule: str
    where: str
    extract: str
    because: str
    suggestion: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} : {self.rule} : « {self.extract} » : {self.because}. → {self.suggestion}"

    def row(self) -> dict[str, Any]:
        """The finding as a JSON object."""
        return asdict(self)


def text_findings(
    texts: Iterable[tuple[Path, str]], document: Document, file: str, wording: Wording, facts: Facts
) -> Iterator[Finding]:
    """What is found in these texts of one file, in order."""
    told: set[tuple[str, str]] = set()
    for path, text in texts:
        hits = (hit for form in said_forms(text, facts) for hit in look(form, wording, path[-1] == "do"))
        for hit in dict.fromkeys(hits):
            key = (hit.rule, hit.extract)
            if path[-1] == "label" and hit.rule in NOT_ON_BUTTONS:
                continue
            if hit.rule not in ONCE or key not in told:
                told.add(key)
                where = "/".join(map(str, path))
                yield Finding(file, document.line(path), hit.rule, where, hit.extract, hit.because, hit.suggestion)


def page_findings(
    raw: Mapping[str, Any], document: Document, file: str, wording: Wording, facts: Facts
) -> tuple[list[Finding], list[Problem]]:
    """What is found in a procedure and not accepted there; and the lines of `accepted` that accept nothing."""
    texts = list(procedure_texts(raw))
    here = replace(wording, spelled=spelled_out("\n".join(text for _path, text in texts)))
    found = list(text_findings(texts, document, file, here, facts))
    accepted = _accepted(raw)
    kept = [finding for finding in found if not any(_takes(entry, finding) for entry in accepted.values())]
    stale = [
        Problem(file, document.line(("accepted", i)), why)
        for i, entry in accepted.items()
        if (why := _stale(entry, found, raw, wording.style))
    ]
    return kept, stale


def accepted_problems(
    raw: Mapping[str, Any], document: Document, file: str, wording: Wording, facts: Facts
) -> list[Problem]:
    """The lines of a procedure's `accepted` that accept nothing. Costs nothing where there is none."""
    return page_findings(raw, document, file, wording, facts)[1] if raw.get("accepted") else []


def _accepted(raw: Mapping[str, Any]) -> dict[int, Accepted]:
    """The sound entries of `accepted`, by place; the others are problems of form, told elsewhere."""
    written = raw.get("accepted")
    found = {}
    for i, data in enumerate(written if isinstance(written, list) else ()):
        try:
            found[i] = Accepted.model_validate(data)
        except ValidationError:
            continue
    return found


def _takes(entry: Accepted, finding: Finding) -> bool:
    part, _, rest = finding.where.partition("/")
    step = rest.split("/")[0] if part in PARTS else None
    return entry.rule == finding.rule and entry.step == step


def _stale(entry: Accepted, found: Iterable[Finding], raw: Mapping[str, Any], style: Style) -> str | None:
    """Why an entry accepts nothing, None when it does."""
    where = f"l'étape « {entry.step} »" if entry.step else "les textes hors des étapes"
    if entry.rule not in style.rules:
        return f"« accepted » : la règle « {entry.rule} » n'existe pas ; possibles : {', '.join(sorted(style.rules))}"
    if entry.step and not any(entry.step in (raw.get(part) or {}) for part in PARTS):
        return f"« accepted » : {where} n'existe pas : corrigez le nom ou enlevez cette ligne"
    if not any(_takes(entry, finding) for finding in found):
        return f"« accepted » n'accepte plus rien : aucun « {entry.rule} » dans {where} : enlevez cette ligne"
    return None
