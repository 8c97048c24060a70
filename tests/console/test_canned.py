"""The ready answers: reviewed words of the procedures, with facts still valid, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from api.console.canned import About, Canned, canned, named, node_at
from api.console.words import console_words
from flows.gsm7 import fold
from flows.library import Library
from flows.model import Outcome, SubProcedure
from flows.texts import PLACEHOLDER

DAY = date(2026, 11, 22)
LATER = date(2030, 1, 1)  # every fact is out of date
WORDS: Any = console_words()["dossier"]["canned"]


def answers(library: Library, about: About, day: date = DAY) -> tuple[Canned, ...]:
    return canned(library, WORDS, about, "Léa", day)


def test_an_instruction_offers_its_words_its_why_and_what_follows(library: Library) -> None:
    found = answers(library, About("caf_dtr", "papiers"))
    step = library.procedures["caf_dtr"].steps["papiers"]
    assert named(found, "step").startswith("Prenez vos papiers du jour.")
    assert "C'est fait" not in named(found, "step"), "the buttons of the assistant are not the mediator's"
    assert named(found, "why") == step.why
    assert named(found, "next-1").startswith("Ouvrez le site de la CAF.")
    assert "- Vos fiches de paie, si vous travaillez" in named(found, "documents")


def test_a_question_comes_with_its_choices(library: Library) -> None:
    assert named(answers(library, About("caf_dtr", "caisse")), "step") == (
        "Qui vous paie cette aide ?\n- La CAF\n- La MSA (agriculture)"
    )


def test_who_says_it_gives_their_name(library: Library) -> None:
    assert "je m'appelle Léa" in named(answers(library, About(None, None)), "usual-say_hello")


@pytest.mark.parametrize("step", ["nulle_part", "a/b/c", "papiers/papiers", "", None])
def test_a_step_that_is_gone_leaves_the_rest(library: Library, step: str | None) -> None:
    found = answers(library, About("caf_dtr", step))
    assert not named(found, "step") and named(found, "documents")


def test_a_procedure_that_is_gone_leaves_the_usual_words(library: Library) -> None:
    assert {one.heading for one in answers(library, About("disparue", "papiers"))} == {"usual"}


def everywhere(library: Library) -> list[About]:
    """Each step of each procedure, by SMS and not."""
    return [
        About(id_, name, short)
        for id_, page in library.procedures.items()
        for name, step in page.steps.items()
        if not isinstance(step, SubProcedure | Outcome)
        for short in (False, True)
    ]


def test_no_answer_has_a_hole_or_an_old_fact(library: Library) -> None:
    for about in everywhere(library)[::3]:
        for day in (DAY, LATER):
            for one in answers(library, about, day):
                assert one.text and not PLACEHOLDER.search(one.text), (about, one)
                # « … » stands where an old fact was left out, unless the author wrote it.
                assert "…" not in one.text or "…" in str(library.procedures[about.procedure or ""]), (about, one)
                assert "{" not in one.text, (about, one)


def test_ids_are_unique(library: Library) -> None:
    for about in everywhere(library)[::7]:
        ids = [one.id for one in answers(library, about)]
        assert len(ids) == len(set(ids))


def test_the_contact_is_said_with_its_phone_only_while_it_may_be(library: Library) -> None:
    now, then = (named(answers(library, About("caf_dtr", "papiers"), day), "contact") for day in (DAY, LATER))
    assert "3230" in now and "3230" not in then


def test_a_step_inside_another_procedure_is_found(library: Library) -> None:
    page, name, step = next(
        (page, name, step)
        for page in library.procedures.values()
        for name, step in page.steps.items()
        if isinstance(step, SubProcedure)
    )
    inside = library.procedures[step.use]
    found = node_at(library, page, f"{name}/{inside.start}")
    assert found and found.procedure is inside


def test_the_usual_words_fit_in_two_sms_and_shout_at_nobody() -> None:
    for name, text in WORDS.items():
        assert len(fold(text)) <= 306 and "!" not in text, name
