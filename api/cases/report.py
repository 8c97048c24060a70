"""The activity report that closes a case: pre-filled from the case, corrected by the mediator, kept sealed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from math import ceil
from typing import Any, Protocol

from api.case_models import Handoff
from api.cases.report_words import choices, themes_of
from mediation.cases import PLACE

LEAST, MOST = 5, 600  # minutes
QUARTER = 15
# A case may stay open for days: that is no time spent on it.
MOST_PROPOSED = 120
PHONE_CHANNELS = frozenset({"sms", "telegram"})
REDIRECTED = "reoriente"
YES, NO = "oui", "non"


class Form(Protocol):
    """A form as Starlette reads it: names may come several times."""

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a field."""

    def getlist(self, key: Any) -> Sequence[Any]:
        """All the values of a field."""


@dataclass(frozen=True)
class Report:
    """What a mediator did, in the words of La Coop: ids of `report_words.choices`, None where it is not known.

    `minutes` is the time spent. `redirected`: to another structure, and `structure` which kind of one.
    """

    day: date
    minutes: int
    themes: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    autonomy: str | None = None
    redirected: bool | None = None
    structure: str | None = None
    place_kind: str | None = None

    @classmethod
    def from_form(cls, form: Form, today: date) -> Report | tuple[str, ...]:
        """The report as sent by `mediateur/_report.html`, or the names of what is wrong (`report.problems`).

        `today` is the territory's day: nothing is reported of days to come.
        """
        day, minutes = _day(form.get("report_day")), _minutes(form.get("report_minutes"))
        themes, materials = _listed(form, "themes"), _listed(form, "materials")
        one = {name: _one(form, name) for name in ("autonomy", "structure", "place_kind")}
        said = str(form.get("report_redirected") or (YES if form.get("closing") == REDIRECTED else ""))
        wrong = {
            "report_day": day is None or day > today,
            "report_minutes": minutes is None,
            "report_themes": not themes,
            "report_choice": said not in (YES, NO, "")
            or not _known("themes", themes)
            or not _known("materials", materials)
            or any(value and not _known(name, (value,)) for name, value in one.items()),
        }
        if any(wrong.values()) or day is None or minutes is None:
            return tuple(name for name, is_wrong in wrong.items() if is_wrong)
        redirected = {YES: True, NO: False}.get(said)
        structure = one["structure"] if redirected else None
        return cls(day, minutes, themes, materials, one["autonomy"], redirected, structure, one["place_kind"])

    def to_json(self) -> dict[str, Any]:
        """The report as JSON, to be sealed."""
        return {**asdict(self), "day": self.day.isoformat(), "themes": [*self.themes], "materials": [*self.materials]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Report:
        """The report that `to_json` wrote, whatever a later version adds to it."""
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        lists = {name: tuple(known.get(name) or ()) for name in ("themes", "materials")}
        return cls(**{**known, **lists, "day": date.fromisoformat(data["day"])})


def prefilled(
    case: Handoff, recap: Mapping[str, Any], moves: Collection[str], organisme: str | None, at: datetime
) -> Report:
    """What is already known of a report on `case`, for the mediator to correct.

    `moves`: the kinds of what happened to it (`mediation.cases.MOVES`). `organisme`: the body of its procedure.
    `at`: now, in the territory's own time. The time spent runs from the moment it was taken, by quarters of an hour.
    """
    return Report(
        day=at.date(),
        minutes=_spent(case, at),
        themes=themes_of(case.procedure, organisme),
        materials=_materials(case, recap),
        autonomy=_autonomy(recap, moves),
        place_kind="lieu_activite" if case.mode == PLACE else "a_distance",
    )


def _spent(case: Handoff, at: datetime) -> int:
    since = case.taken_at or at
    quarters = ceil((at - since).total_seconds() / (60 * QUARTER))
    return min(max(quarters, 1) * QUARTER, MOST_PROPOSED)


def _materials(case: Handoff, recap: Mapping[str, Any]) -> tuple[str, ...]:
    if case.reason == "no_equipment":
        return ("aucun",)
    return ("telephone",) if recap.get("channel") in PHONE_CHANNELS else ()


def _autonomy(recap: Mapping[str, Any], moves: Collection[str]) -> str | None:
    if "driven" in moves:
        return "entierement_accompagne"
    return "partiellement_autonome" if recap.get("steps_done") else None


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text or ""))
    except ValueError:
        return None


def _minutes(text: Any) -> int | None:
    written = str(text or "").strip()
    is_number = written.isascii() and written.isdigit() and len(written) <= len(str(MOST))
    return int(written) if is_number and LEAST <= int(written) <= MOST else None


def _listed(form: Form, name: str) -> tuple[str, ...]:
    """The boxes that are ticked, each once, in the order of the list."""
    ticked = {str(value) for value in form.getlist(f"report_{name}")}
    return (*(value for value in choices(name) if value in ticked), *sorted(ticked - choices(name).keys()))


def _one(form: Form, name: str) -> str | None:
    return str(form.get(f"report_{name}") or "") or None


def _known(name: str, values: Collection[str]) -> bool:
    return set(values) <= choices(name).keys()
