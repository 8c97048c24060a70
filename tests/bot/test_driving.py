"""The step as a mediator sees it, and what they answer in the citizen's place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue import Dialogue
from bot.driving import Driven, Shown
from bot.talk import Talk
from tests.player import NOON, Player


def shown(player: Player) -> Shown:
    step = player.dialogue.shown(player.talk, "web", player.now)
    assert step
    return step


def drive(player: Player, text: str) -> Driven:
    """Drives, and the citizen's talk is the one after it, as it is kept."""
    driven = player.dialogue.drive(player.talk, text, player.now)
    player.talk = Talk.from_json(driven.talk.to_json())
    return driven


def test_the_step_is_shown_with_what_may_be_answered(inside: Player) -> None:
    step = shown(inside)
    assert (step.procedure, step.step, step.expects) == ("cpam_carte_vitale", "photo", "instruction")
    assert step.title and step.text and step.steps_done == 4
    assert [id_ for id_, _ in step.options] == ["fait", "bloque"], "what is only for the citizen is left out"


def test_nothing_is_shown_without_a_procedure(player: Player) -> None:
    assert player.dialogue.shown(Talk(), "web", NOON) is None
    driven = player.dialogue.drive(Talk(), "oui", NOON)
    assert not driven.understood and driven.problem == "no_step" and driven.talk == Talk()


@pytest.mark.parametrize("text", ["fait", "C'est fait", "ok"])
def test_an_option_or_words_answer_it(inside: Player, text: str) -> None:
    driven = drive(inside, text)
    assert driven.understood and driven.shown and driven.shown.step == "adresse" == driven.says[-1].key
    assert [event.kind for event in driven.events] == ["step_answered"] and driven.ended is None
    inside.says("c'est fait")
    assert inside.answers[-1].reply.step != "adresse", "the citizen goes on from there"


def test_an_answer_that_is_not_understood_changes_nothing_and_says_why(player: Player) -> None:
    for text in ("carte vitale", "oui"):
        player.says(text)
    before = player.talk
    driven = drive(player, "gloubi boulga")
    assert not driven.understood and driven.problem in player.dialogue.library.sentences
    assert player.talk == before and driven.shown and driven.shown.step == "caisse"


def test_blocked_asks_why_then_goes_where_the_author_leads(inside: Player) -> None:
    driven = drive(inside, "bloque")
    assert driven.understood and driven.shown and driven.shown.step == "photo" and inside.talk.run
    assert inside.talk.run.blocked and [id_ for id_, _ in driven.shown.options][-1] == "autre_chose"
    first = driven.shown.options[0][0]
    driven = drive(inside, first)
    assert driven.understood and [event.kind for event in driven.events] == ["step_blocked"]


def test_another_reason_opens_no_second_case(inside: Player) -> None:
    drive(inside, "bloque")
    driven = drive(inside, "autre_chose")
    assert driven.understood and inside.talk.asked is None and not inside.talk.case
    assert "handoff_opened" not in [event.kind for event in driven.events]
    assert driven.shown and driven.shown.step == "photo" and inside.talk.run and not inside.talk.run.blocked


def test_the_end_of_the_procedure_is_told_and_nothing_is_asked(inside: Player) -> None:
    for _ in range(30):
        if inside.talk.run is None:
            break
        step = shown(inside)
        choice = step.options[0][0] if step.options else {"date": "01/01/1990", "place": "60000"}.get(step.expects, "1")
        driven = drive(inside, choice)
        assert driven.understood, step
    assert driven.ended and driven.shown is None and driven.says
    assert f"run_{driven.ended}" in [event.kind for event in driven.events]
    assert inside.talk.asked is None and inside.talk.run is None


def test_the_mediator_reads_french_and_the_citizen_their_language(inside: Player) -> None:
    inside.talk = replace(inside.talk, language="en")
    step = shown(inside)
    assert "photo" in step.text and "fait" in dict(step.options) and dict(step.options)["fait"] == "C'est fait"
    driven = drive(inside, "C'est fait")
    assert driven.shown and driven.says[-1].text != driven.shown.text


def test_secrets_are_masked_before_they_become_an_answer(inside: Player) -> None:
    driven = drive(inside, "2 55 04 60 057 012 38")
    assert not driven.understood and "057" not in str(driven.talk)


def test_a_question_of_the_assistant_does_not_outlive_a_driven_step(dialogue: Dialogue) -> None:
    player = Player(dialogue)
    for text in ("carte vitale", "oui", "oubliez-moi"):
        player.says(text)
    assert player.talk.asked
    drive(player, "cpam")
    assert player.talk.asked is None
