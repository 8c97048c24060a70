"""The activity report: pre-filled from the case, read from the form, in La Coop's own words."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from starlette.datastructures import FormData

from api.case_models import Handoff
from api.cases.report import Report, prefilled
from api.cases.report_words import ADMINISTRATIVE_HELP, choices, page_words, themes_of
from tests.kit import shipped

NOW = datetime(2026, 11, 23, 10, 7, tzinfo=UTC)
TODAY = NOW.date()
SOUND = [
    ("report_day", "2026-11-23"), ("report_minutes", "45"), ("report_themes", "social_sante"),
    ("report_themes", ADMINISTRATIVE_HELP), ("report_materials", "telephone"), ("report_autonomy", "autonome"),
    ("report_redirected", "oui"), ("report_structure", "administration"), ("report_place_kind", "a_distance"),
]  # fmt: skip


def case(**columns: Any) -> Handoff:
    """A case taken an hour and two minutes ago."""
    taken = NOW - timedelta(minutes=62)
    given = {"procedure": "caf_rsa_demande", "reason": "asked", "mode": "live", "taken_at": taken, **columns}
    return Handoff(id=uuid.uuid4(), **given)


def form(**changes: str | None) -> FormData:
    """The sound form with some fields changed, or left out (None)."""
    kept = [(name, value) for name, value in SOUND if name not in changes]
    return FormData([*kept, *((name, value) for name, value in changes.items() if value is not None)])


def test_what_is_known_is_filled_in() -> None:
    report = prefilled(case(), {"channel": "sms", "steps_done": 3}, ["opened", "taken"], "caf", NOW)
    assert report == Report(
        day=TODAY,
        minutes=75,
        themes=(ADMINISTRATIVE_HELP, "social_sante"),
        materials=("telephone",),
        autonomy="partiellement_autonome",
        place_kind="a_distance",
    )


def test_of_a_case_without_a_procedure_only_what_we_do_is_claimed() -> None:
    report = prefilled(case(procedure=None, taken_at=None), {}, [], None, NOW)
    assert report == Report(day=TODAY, minutes=15, themes=(ADMINISTRATIVE_HELP,), place_kind="a_distance")


@pytest.mark.parametrize(
    ("columns", "recap", "moves", "field", "value"),
    [
        ({"reason": "no_equipment"}, {"channel": "voice"}, [], "materials", ("aucun",)),
        ({}, {"channel": "voice"}, [], "materials", ()),
        ({"mode": "place"}, {}, [], "place_kind", "lieu_activite"),
        ({}, {"steps_done": 3}, ["driven"], "autonomy", "entierement_accompagne"),
        ({"taken_at": NOW - timedelta(minutes=15)}, {}, [], "minutes", 15),
        ({"taken_at": NOW - timedelta(minutes=16)}, {}, [], "minutes", 30),
        ({"taken_at": NOW - timedelta(days=3)}, {}, [], "minutes", 120),
        ({"taken_at": NOW + timedelta(minutes=5)}, {}, [], "minutes", 15),
    ],
)
def test_each_thing_known(columns: Any, recap: Any, moves: Any, field: str, value: Any) -> None:
    assert getattr(prefilled(case(**columns), recap, moves, "caf", NOW), field) == value


def test_every_procedure_and_every_body_has_themes_that_exist() -> None:
    library, known = shipped(), choices("themes")
    for procedure in library.procedures.values():
        if procedure.kind == "procedure":
            found = themes_of(procedure.id, procedure.organisme)
            assert len(found) > 1 and set(found) <= known.keys(), procedure.id
    written = page_words()["report"]
    assert set(written["themes_of_procedures"]) <= set(library.procedures), "a procedure that is gone"
    assert set(written["themes_of_bodies"]) <= {page.organisme for page in library.procedures.values()}


def test_a_sound_form_is_read_and_kept() -> None:
    report = Report.from_form(form(), TODAY)
    assert isinstance(report, Report)
    assert report.themes == ("social_sante", ADMINISTRATIVE_HELP), "in the order of the list"
    assert (report.redirected, report.structure, report.minutes) == (True, "administration", 45)
    assert Report.from_json(report.to_json()) == report
    assert Report.from_json({**report.to_json(), "from_a_later_version": 1}) == report


def test_only_what_is_needed_is_required() -> None:
    least = FormData([("report_day", "2026-11-22"), ("report_minutes", "5"), ("report_themes", "logement")])
    assert Report.from_form(least, TODAY) == Report(date(2026, 11, 22), 5, ("logement",))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"report_day": "2026-11-24"}, "report_day"),
        ({"report_day": "hier"}, "report_day"),
        ({"report_day": None}, "report_day"),
        ({"report_minutes": "0"}, "report_minutes"),
        ({"report_minutes": "601"}, "report_minutes"),
        ({"report_minutes": "-45"}, "report_minutes"),
        ({"report_minutes": "²"}, "report_minutes"),
        ({"report_minutes": "9" * 5000}, "report_minutes"),
        ({"report_themes": None}, "report_themes"),
        ({"report_themes": "=cmd"}, "report_choice"),
        ({"report_materials": "<script>"}, "report_choice"),
        ({"report_autonomy": "tout"}, "report_choice"),
        ({"report_structure": "x"}, "report_choice"),
        ({"report_place_kind": "x"}, "report_choice"),
        ({"report_redirected": "peut-être"}, "report_choice"),
    ],
)
def test_what_is_wrong_is_said_by_name(changes: dict[str, str | None], problem: str) -> None:
    assert Report.from_form(form(**changes), TODAY) == (problem,)
    assert problem in page_words()["report"]["problems"]


def test_a_structure_is_kept_only_for_who_was_sent_there() -> None:
    report = Report.from_form(form(report_redirected="non"), TODAY)
    assert isinstance(report, Report)
    assert (report.redirected, report.structure) == (False, None)


def test_a_case_closed_as_sent_elsewhere_says_so_in_the_report() -> None:
    report = Report.from_form(form(report_redirected=None, closing="reoriente"), TODAY)
    assert isinstance(report, Report) and report.redirected is True
