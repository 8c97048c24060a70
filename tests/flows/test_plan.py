"""The list of things to do after a life event: which, in what order, by when, with what is known already."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows import loader
from flows.dates import in_words
from flows.library import Library
from flows.plan import Plan, after, given, next_todo, todo_of, todos, when_due
from flows.run import Run
from tests.flows.content import DAY, FACTS, write
from tests.flows.events import BIRTH, CAF, with_fact

AFTER_FACT = date(2027, 6, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write(tmp_path_factory.mktemp("event"), (CAF, BIRTH))
    (folder / "facts" / "common.yaml").write_text(with_fact(FACTS), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def library(folder: Path) -> Library:
    return loader.load(folder)


def plan(**answers: str) -> Plan:
    return Plan(Run("vie_enfant", {"vie_enfant": 1}, answers))


FULL = {"jour": "2026-11-20", "caisse": "caf", "travail": "oui"}


@pytest.mark.parametrize(
    ("answers", "ids"),
    [
        (FULL, ["mairie", "caf", "employeur"]),
        ({**FULL, "travail": "non"}, ["mairie", "caf"]),
        ({**FULL, "caisse": "msa"}, ["mairie", "caf"]),
        ({**FULL, "caisse": "aucune"}, ["mairie"]),
        ({}, ["mairie"]),
    ],
)
def test_only_what_concerns_the_person(library: Library, answers: dict[str, str], ids: list[str]) -> None:
    found = todos(library, plan(**answers), DAY)
    assert [todo.id for todo in found] == ids
    assert [todo.number for todo in found] == list(range(1, len(ids) + 1))


def test_a_deadline_is_counted_from_the_answer(library: Library) -> None:
    mairie, caf, employeur = todos(library, plan(**FULL), DAY)
    assert mairie.due == date(2026, 11, 25)
    assert when_due(library, mairie, DAY) == "avant le 25 novembre"
    assert when_due(library, caf, DAY) == ""
    assert when_due(library, employeur, DAY) == "dès que possible"


def test_a_date_of_another_year_says_its_year(library: Library) -> None:
    todo = todos(library, plan(**{**FULL, "jour": "2026-12-29"}), DAY)[0]
    assert when_due(library, todo, DAY) == "avant le 3 janvier 2027"


def test_a_past_deadline_is_told_without_a_date(library: Library) -> None:
    todo = todos(library, plan(**{**FULL, "jour": "2026-11-01"}), DAY)[0]
    assert when_due(library, todo, DAY) == "le délai est passé, faites-le vite"


@pytest.mark.parametrize("answers", [{**FULL, "jour": "inconnu"}, {"caisse": "caf"}])
def test_without_a_date_the_author_s_words(library: Library, answers: dict[str, str]) -> None:
    assert when_due(library, todos(library, plan(**answers), DAY)[0], DAY) == "dans les premiers jours"


def test_a_delay_out_of_date_counts_no_day(library: Library) -> None:
    todo = todos(library, plan(**{**FULL, "jour": "2027-05-30"}), AFTER_FACT)[0]
    assert todo.due is None and when_due(library, todo, AFTER_FACT) == "dans les premiers jours"


@pytest.mark.parametrize(
    ("start", "count", "unit", "due"),
    [
        ("2026-12-30", 5, "jours", "2027-01-04"),
        ("2028-02-24", 5, "jours", "2028-02-29"),
        ("2027-02-24", 5, "jours", "2027-03-01"),
        ("2026-12-01", 2, "semaines", "2026-12-15"),
        ("2027-01-31", 1, "mois", "2027-02-28"),
        ("2028-01-31", 1, "mois", "2028-02-29"),
        ("2026-11-30", 3, "mois", "2027-02-28"),
        ("2028-02-29", 1, "an", "2029-02-28"),
    ],
)
def test_counting(start: str, count: int, unit: str, due: str) -> None:
    assert after(date.fromisoformat(start), count, unit) == date.fromisoformat(due)


def test_a_unit_that_cannot_be_counted() -> None:
    with pytest.raises(ValueError, match="euros"):
        after(DAY, 5, "euros")


def test_answers_go_with_the_person(library: Library) -> None:
    assert given(library, plan(**FULL), "caf_enfant", DAY) == {"caisse": "caf"}
    assert given(library, plan(**{**FULL, "caisse": "msa"}), "caf_enfant", DAY) == {"caisse": "msa"}
    assert given(library, plan(**FULL).marked("caf", "fait"), "caf_enfant", DAY) == {}, "done: a new run asks again"
    assert given(library, plan(**{**FULL, "caisse": "aucune"}), "caf_enfant", DAY) == {}


def test_what_comes_next(library: Library) -> None:
    here = plan(**FULL)
    for task, status, then in [("mairie", "plus_tard", "caf"), ("caf", "fait", "employeur")]:
        here = here.marked(task, status)  # type: ignore[arg-type]
        todo = next_todo(library, here, DAY)
        assert todo and todo.id == then
    assert next_todo(library, here.marked("employeur", "personne"), DAY) is None
    left = next_todo(library, here.marked("caf", "en_cours"), DAY)
    assert left and left.id == "caf", "left in the middle: offered again"


def test_a_plan_survives_json_and_an_event_that_is_gone(library: Library) -> None:
    here = plan(**FULL).marked("caf", "fait")
    assert Plan.from_json(here.to_json()) == here
    assert todos(library, Plan(Run("vie_partie", {}, {})), DAY) == []


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ("procedure: caf_enfant", "procedure: caf_rien", "la démarche « caf_rien » n'existe pas"),
        ("given: {caisse: {from", "given: {guichet: {from", "« caf_enfant » n'a pas de question « guichet »"),
        ("{from: caisse}", "{is: pole}", "« pole » n'est pas une réponse possible"),
        ("{from: caisse}", "{from: guichet}", "la question « guichet » n'existe pas"),
        ("step: travail, is", "step: metier, is", "la question « metier » n'existe pas"),
        ("within: delai_mairie", "within: delai_parti", "le fait « delai_parti »"),
        ("of: jour", "of: mois", "la question « mois » n'existe pas"),
        (", say: dans les premiers jours", "", "écrivez aussi « say »"),
        ("    end: plan", "    end: stop", "une fin « plan » va avec"),
        ("label: Prévenir la CAF", "label: Prévenir la CAF en 2 minutes", "« 2 » est écrit à la main"),
        ("say: La CAF recalcule vos aides.", "say: " + "La CAF recalcule vos aides. " * 12, "secondes à écouter"),
    ],
)
def test_what_does_not_hold_is_told_with_its_line(
    folder: Path, tmp_path: Path, was: str, now: str, message: str
) -> None:
    assert loader.problems(folder, DAY) == []
    path = tmp_path / "vie_enfant.yaml"
    assert was in BIRTH
    path.write_text(BIRTH.replace(was, now, 1), encoding="utf-8")
    found = loader.problems(folder, DAY, extra=(path,))
    assert any(message in problem.message and problem.line > 1 for problem in found), [str(p) for p in found]


@pytest.mark.parametrize(
    ("day", "language", "said"),
    [
        (date(2026, 12, 1), None, "mardi 1er décembre"),
        (date(2026, 12, 11), None, "vendredi 11 décembre"),
        (date(2026, 12, 21), None, "lundi 21 décembre"),
        (date(2026, 12, 1), "en", "Tuesday 1 December"),
    ],
)
def test_days_in_words(day: date, language: str | None, said: str) -> None:
    assert in_words(day, "EEEE d MMMM", language) == said


def test_of_two_things_with_one_procedure_the_one_begun_is_meant(tmp_path: Path) -> None:
    twice = BIRTH.replace(
        "    say: Dites-lui la date du congé.\n", "    say: Dites-lui la date.\n    procedure: caf_enfant\n"
    )
    folder = write(tmp_path / "content", (CAF, twice))
    (folder / "facts" / "common.yaml").write_text(with_fact(FACTS), encoding="utf-8")
    two = loader.load(folder)
    first = todo_of(two, plan(**FULL), "caf_enfant", DAY)
    begun = todo_of(two, plan(**FULL).marked("employeur", "en_cours"), "caf_enfant", DAY)
    assert first and begun and (first.id, begun.id) == ("caf", "employeur")
    assert given(two, plan(**FULL).marked("employeur", "en_cours"), "caf_enfant", DAY) == {}
    assert todo_of(two, plan(**FULL).marked("caf", "fait").marked("employeur", "fait"), "caf_enfant", DAY) is None
