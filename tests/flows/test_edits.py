"""A run survives edits: the file changes under a citizen, every answer that still makes sense is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows import engine
from flows.edits import bring_up_to_date, makes_sense
from flows.engine import UNKNOWN
from flows.library import Library
from flows.model import Question
from flows.run import Json, Run
from flows.walk import walk
from tests.flows.content import DAY, library_of, page, play

BEFORE = """
age: {ask: Quel âge, answer: number, min: 10, max: 115, why: "-", unknown: couple, next: couple}
couple: {ask: En couple, answer: yes_no, why: "-", next: situation}
situation:
  ask: Votre situation
  answer: choice
  why: "-"
  choices:
    salarie: {label: Salarié}
    chomage: {label: Au chômage}
  next: compte
compte:
  use: compte
  next: site
site:
  do: Ouvrez le site.
  why: "-"
  blocked:
    lent: {label: C'est lent, go: attendre}
  next: montant
attendre: {do: Attendez., why: "-", blocked: {rien: {label: Rien, go: personne}}, next: site}
montant: {ask: Quel montant, answer: amount, why: "-", next: fini}
fini: {end: done, say: Fini.}
personne: {end: handoff, say: Une personne.}
"""
SUB = """
mail: {ask: Un mail, answer: yes_no, why: "-", next: mot}
mot: {do: Créez le mot de passe., why: "-", blocked: {non: {label: Refusé, go: non}}, next: cree}
cree: {end: done, say: Créé.}
non: {end: stop, say: Non.}
"""
GIVEN: dict[str, Json] = {
    "age": 30,
    "couple": "oui",
    "situation": "chomage",
    "compte/mail": "oui",
    "compte/mot": "fait",
    "site": "fait",
}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run that waits at `montant`, on version 1 of both files."""
    library = library_of(tmp_path / "before", page("essai", BEFORE), page("compte", SUB))
    run = play(library, "essai", "30", "oui", "2", "oui", "fait", "fait").run
    assert (run.answers, run.versions) == (GIVEN, {"essai": 1, "compte": 1})
    return run


def edited(tmp_path: Path, steps: str = BEFORE, sub: str = SUB, version: int = 2, renamed: str = "") -> Library:
    return library_of(tmp_path / "after", page("essai", steps, version, renamed), page("compte", sub))


def after(library: Library, run: Run) -> tuple[dict[str, Json], bool, str]:
    """The answers kept, whether one was lost, and where the run stands now."""
    updated, lost = bring_up_to_date(library, run)
    assert bring_up_to_date(library, updated) == (updated, False), "bringing up to date twice changes nothing more"
    assert engine.show(library, updated, DAY).says
    return dict(updated.answers), lost, walk(library, updated, DAY).here.key


def changed(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def test_nothing_changes_when_the_file_does_not(tmp_path: Path, run: Run) -> None:
    library = edited(tmp_path, version=1)
    assert bring_up_to_date(library, run) == (run, False)


def test_new_wording_and_a_new_version_keep_everything(tmp_path: Path, run: Run) -> None:
    library = edited(tmp_path, changed(BEFORE, ("Quel âge", "Votre âge"), ("Salarié", "Je travaille")))
    assert after(library, run) == (GIVEN, False, "montant")
    assert bring_up_to_date(library, run)[0].versions == {"essai": 2, "compte": 1}


def test_a_renamed_step_follows_the_authors_mapping(tmp_path: Path, run: Run) -> None:
    steps = changed(BEFORE, ("situation:", "emploi:"), ("next: situation", "next: emploi"))
    kept = {("emploi" if key == "situation" else key): value for key, value in GIVEN.items()}
    mapped = edited(tmp_path, steps, renamed="renamed:\n  - {version: 2, steps: {situation: emploi}}\n")
    assert after(mapped, run) == (kept, False, "montant")
    unmapped = edited(tmp_path, steps)
    assert after(unmapped, run)[1:] == (True, "emploi")


RENAMED_TWICE = """\
renamed:
  - {version: 3, steps: {emploi: travail}}
  - {version: 2, steps: {situation: emploi}}
"""


@pytest.mark.parametrize(("version", "name"), [(1, "situation"), (2, "emploi"), (3, "travail")])
def test_a_step_renamed_in_two_versions_in_a_row(tmp_path: Path, run: Run, version: int, name: str) -> None:
    steps = changed(BEFORE, ("situation:", "travail:"), ("next: situation", "next: travail"))
    library = edited(tmp_path, steps, version=3, renamed=RENAMED_TWICE)
    answers = {(name if key == "situation" else key): value for key, value in GIVEN.items()}
    old = Run("essai", {"essai": version, "compte": 1}, answers)
    kept, lost, here = after(library, old)
    assert (kept["travail"], lost, here) == ("chomage", False, "montant")


def test_a_name_given_to_another_step_is_not_mixed_up(tmp_path: Path, run: Run) -> None:
    """« couple » becomes « foyer », and a new question takes the name « couple »."""
    steps = changed(
        BEFORE,
        ("couple: {ask: En couple, answer: yes_no", "foyer: {ask: En couple, answer: yes_no"),
        ("unknown: couple, next: couple", "unknown: foyer, next: foyer"),
        (
            'why: "-", next: situation}',
            'why: "-", next: couple}\ncouple: {ask: Marié, answer: yes_no, why: "-", next: situation}',
        ),
    )
    library = edited(tmp_path, steps, renamed="renamed:\n  - {version: 2, steps: {couple: foyer}}\n")
    kept, lost, here = after(library, run)
    assert (kept["foyer"], "couple" in kept, lost, here) == ("oui", False, False, "couple")
    turn = engine.advance(library, bring_up_to_date(library, run)[0], "non", DAY)
    again, _ = bring_up_to_date(library, turn.run)
    assert (again.answers["foyer"], again.answers["couple"]) == ("oui", "non"), "an old renaming is not done twice"


def test_a_removed_choice_asks_again_and_says_so(tmp_path: Path, run: Run) -> None:
    library = edited(tmp_path, changed(BEFORE, ("chomage: {label: Au chômage}", "retraite: {label: Retraité}")))
    kept, lost, here = after(library, run)
    assert (kept, lost, here) == ({k: v for k, v in GIVEN.items() if k != "situation"}, True, "situation")
    turn = engine.advance(library, bring_up_to_date(library, run)[0], "retraité", DAY)
    assert turn.key == "montant", "the answers after the lost one are still there"


def test_a_removed_choice_that_was_not_chosen_changes_nothing(tmp_path: Path, run: Run) -> None:
    library = edited(tmp_path, changed(BEFORE, ("salarie: {label: Salarié}", "autre: {label: Autre}")))
    assert after(library, run) == (GIVEN, False, "montant")


NEW = 'nouvelle: {ask: Des enfants, answer: yes_no, why: "-", next: %s}\n'


def test_a_new_question_before_the_position_is_asked_and_then_we_are_back(tmp_path: Path, run: Run) -> None:
    steps = changed(BEFORE, ('why: "-", next: situation}', 'why: "-", next: nouvelle}')) + NEW % "situation"
    library = edited(tmp_path, steps)
    assert after(library, run) == (GIVEN, False, "nouvelle")
    turn = engine.advance(library, bring_up_to_date(library, run)[0], "non", DAY)
    assert (turn.key, turn.run.answers["situation"]) == ("montant", "chomage")


def test_a_new_question_after_the_position_comes_in_its_turn(tmp_path: Path, run: Run) -> None:
    steps = (
        changed(BEFORE, ('answer: amount, why: "-", next: fini', 'answer: amount, why: "-", next: nouvelle'))
        + NEW % "fini"
    )
    library = edited(tmp_path, steps)
    assert after(library, run) == (GIVEN, False, "montant")
    assert engine.advance(library, bring_up_to_date(library, run)[0], "450", DAY).key == "nouvelle"


@pytest.mark.parametrize("kind", ["number", "amount", "date", "place", "phone", "free_text", "choice"])
def test_a_question_of_another_type_is_asked_again(tmp_path: Path, run: Run, kind: str) -> None:
    choices = ", choices: {a: {label: A}}" if kind == "choice" else ""
    library = edited(tmp_path, changed(BEFORE, ("En couple, answer: yes_no", f"En couple, answer: {kind}{choices}")))
    kept, lost, here = after(library, run)
    assert ("couple" in kept, lost, here) == (False, True, "couple")


def test_a_raised_minimum_asks_again_only_who_is_below(tmp_path: Path, run: Run) -> None:
    for lowest, lost in ((30, False), (31, True)):
        library = edited(tmp_path, changed(BEFORE, ("min: 10", f"min: {lowest}")))
        assert after(library, run)[1:] == (lost, "age" if lost else "montant")


def test_a_removed_question_is_lost_but_a_removed_step_to_do_is_not(tmp_path: Path, run: Run) -> None:
    no_couple = changed(BEFORE, ("unknown: couple, next: couple", "unknown: situation, next: situation"))
    no_couple = "\n".join(line for line in no_couple.split("\n") if not line.startswith("couple:"))
    assert after(edited(tmp_path, no_couple), run)[1:] == (True, "montant")
    no_site = changed(BEFORE, ("  next: site\n", "  next: montant\n"), ("next: site}", "next: montant}"))
    no_site = no_site[: no_site.index("site:\n")] + no_site[no_site.index("attendre:") :]
    kept, lost, here = after(edited(tmp_path, no_site), run)
    assert (kept, lost, here) == ({k: v for k, v in GIVEN.items() if k != "site"}, False, "montant")


def test_the_step_of_a_sub_procedure_may_be_renamed_on_both_sides(tmp_path: Path, run: Run) -> None:
    steps = changed(BEFORE, ("compte:\n", "acces:\n"), ("  next: compte\n", "  next: acces\n"))
    main = page("essai", steps, 2, "renamed:\n  - {version: 2, steps: {compte: acces}}\n")
    sub = page(
        "compte", changed(SUB, ("mail:", "courriel:")), 2, "renamed:\n  - {version: 2, steps: {mail: courriel}}\n"
    )
    kept, lost, here = after(library_of(tmp_path / "after", main, sub), run)
    assert (kept["acces/courriel"], kept["acces/mot"], lost, here) == ("oui", "fait", False, "montant")


def test_a_sub_procedure_file_under_another_name_keeps_its_answers(tmp_path: Path, run: Run) -> None:
    library = library_of(
        tmp_path / "after",
        page("essai", changed(BEFORE, ("use: compte", "use: mon_compte")), 2),
        page("mon_compte", SUB),
    )
    assert after(library, run) == (GIVEN, False, "montant")


def test_another_sub_procedure_drops_the_answers_to_the_old_one(tmp_path: Path, run: Run) -> None:
    other = page("autre", 'mobile: {ask: Un mobile, answer: yes_no, why: "-", next: f}\nf: {end: done, say: Bien.}')
    library = library_of(tmp_path / "after", page("essai", changed(BEFORE, ("use: compte", "use: autre")), 2), other)
    kept, lost, here = after(library, run)
    assert ({key for key in kept if "/" in key}, lost, here) == (set(), True, "compte/mobile")


def test_a_sub_procedure_turned_into_a_question(tmp_path: Path, run: Run) -> None:
    steps = changed(
        BEFORE,
        ("compte:\n  use: compte\n  next: site", 'compte: {ask: Un compte, answer: yes_no, why: "-", next: site}'),
    )
    kept, lost, here = after(edited(tmp_path, steps), run)
    assert (any("/" in key for key in kept), lost, here) == (False, True, "compte")


def test_a_procedure_that_is_gone_is_a_key_error(tmp_path: Path, run: Run) -> None:
    library = library_of(tmp_path / "after", page("compte", SUB))
    with pytest.raises(KeyError):
        bring_up_to_date(library, run)


def test_a_reason_that_is_gone_puts_the_step_back_without_a_word(tmp_path: Path, run: Run) -> None:
    blocked = Run("essai", run.versions, {**GIVEN, "site": "bloque:lent"})
    assert walk(edited(tmp_path), blocked, DAY).here.key == "attendre"
    library = edited(tmp_path, changed(BEFORE, ("lent: {label: C'est lent", "panne: {label: En panne")))
    kept, lost, here = after(library, blocked)
    assert ("site" in kept, lost, here) == (False, False, "site")


def test_a_step_to_do_turned_into_a_question_while_blocked(tmp_path: Path, run: Run) -> None:
    """« Je bloque » was said, the reason was being asked, and the step is now a question."""
    waiting = Run("essai", run.versions, {k: v for k, v in GIVEN.items() if k != "site"}, blocked=True)
    steps = changed(
        BEFORE,
        ("site:\n  do: Ouvrez le site.\n", "site:\n  ask: Le site marche\n  answer: yes_no\n"),
        ("  blocked:\n    lent: {label: C'est lent, go: attendre}\n", "  unknown: attendre\n"),
    )
    library = edited(tmp_path, steps)
    assert after(library, waiting)[1:] == (False, "site")
    updated = bring_up_to_date(library, waiting)[0]
    assert engine.show(library, updated, DAY).says[0].text == "Le site marche"
    assert engine.advance(library, updated, "oui", DAY).key == "montant"


def test_i_do_not_know_is_asked_again_once_its_way_out_is_gone(tmp_path: Path, run: Run) -> None:
    unsure = Run("essai", run.versions, {**GIVEN, "age": UNKNOWN})
    assert after(edited(tmp_path), unsure)[1:] == (False, "montant")
    library = edited(tmp_path, changed(BEFORE, ("unknown: couple, ", "")))
    assert after(library, unsure)[1:] == (True, "age")


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("yes_no", ["oui", "non"], ["fait", 1, True, None, ""]),
        ("choice", ["a", "premiere_fois"], ["b", "A", 1]),
        ("number", [0, 7, 10], [11, -1, "7", True]),
        ("amount", [0, 9.5], [10.5, "9,50"]),
        ("date", ["2026-11-22", "2024-02-29"], ["hier", "2026-02-30", 20261122]),
        ("place", ["60000", "saint just"], ["oui", "6000", 60000, "Agen"]),
        ("phone", ["+33612345678"], ["0612345678", "oui"]),
        ("free_text", ["dit"], ["mes mots", ""]),
    ],
)
def test_what_still_makes_sense(kind: str, good: list[Json], bad: list[Json]) -> None:
    data = {"ask": "-", "answer": kind, "why": "-", "next": "suite", "min": 0, "max": 10}
    question = Question.model_validate({**data, "choices": {"a": {"label": "A"}, "premiere_fois": {"label": "B"}}})
    assert [value for value in good if not makes_sense(question, value)] == []
    assert [value for value in bad if makes_sense(question, value)] == []


def test_a_step_to_do_keeps_what_is_said_at_a_step_to_do(tmp_path: Path) -> None:
    step = edited(tmp_path).procedures["essai"].steps["site"]
    assert [value for value in ("fait", "bloque:lent") if not makes_sense(step, value)] == []
    assert [value for value in ("lent", "bloque:autre", "bloque:", "oui", UNKNOWN, 1) if makes_sense(step, value)] == []
