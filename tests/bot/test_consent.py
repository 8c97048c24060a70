"""What a person may read: asked once, in three outcomes; why the case was opened, and what its recap holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.dialogue import Dialogue
from bot.scene import asking
from flows.texts import expired
from flows.walk import walk
from mediation.cases import REASONS
from mediation.territory import load_territory
from tests.bot.test_ways import INSIDE, MOBILE, case, pending, talking
from tests.flows.content import library_of, page
from tests.player import Player

LATER = datetime(2030, 1, 7, 11, tzinfo=UTC)  # every fact is past its date


def events(player: Player, kind: str) -> list[str | None]:
    return [event.detail for a in player.answers for event in a.events if event.kind == kind]


class TestThreeOutcomes:
    @pytest.mark.parametrize(
        ("turns", "outcome", "shown"),
        [
            (("oui",), "oui", True),
            (("non",), "non", False),
            (("peut-être", "ça dépend"), "pas_clair", False),
            (("je ne sais pas", "je ne sais pas"), "pas_clair", False),
            (("peut-être", "oui"), "oui", True),
            (("peut-être", "non"), "non", False),
        ],
    )
    def test_yes_no_and_unclear_stay_apart(
        self, dialogue: Dialogue, turns: tuple[str, ...], outcome: str, shown: bool
    ) -> None:
        player = talking(dialogue, "web", None, *INSIDE, "un humain", "1")
        assert pending(player) == "consent" and case(player).consent is None and case(player).answers is None
        for turn in turns:
            assert pending(player) == "consent"
            player.says(turn)
        assert case(player).consent == outcome and (case(player).answers is not None) == shown
        assert events(player, "handoff_consent") == [outcome] and pending(player) is None

    def test_the_answers_are_shown_with_their_questions(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *INSIDE, "un humain", "1", "oui")
        shown = case(player).answers
        assert shown and shown["probleme"]["answer"] == "perdue" and shown["probleme"]["label"] == "Perdue ou volée"
        assert shown["caisse"]["question"].startswith("Qui s'occupe")

    @pytest.mark.parametrize("before", [(), ("bonjour",)])
    def test_who_said_nothing_yet_is_not_asked(self, dialogue: Dialogue, before: tuple[str, ...]) -> None:
        player = talking(dialogue, "web", None, *before, "un humain", "1")
        assert case(player).consent is None and pending(player) is None

    def test_an_earlier_conversation_is_worth_asking(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "bonjour", "mon fils ne reçoit plus rien", "blabla", "oui", "1")
        assert pending(player) == "consent"

    def test_it_is_not_asked_after_all_is_refused_nor_of_a_silent_caller(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *INSIDE, "un humain", "pas de rappel")
        assert case(player).consent is None and events(player, "handoff_consent") == []

    def test_a_person_who_left_meanwhile_leaves_no_trap(self, dialogue: Dialogue) -> None:
        """The question of a mediator, answered once they are no longer in charge."""
        player = talking(dialogue, "web", None, *INSIDE)
        player.talk = asking(player.talk, "consent")
        player.says("oui")
        assert player.answers[-1].handoff is None and player.answers[-1].reply.step == "photo"


class TestReasons:
    def reason(self, player: Player) -> str:
        return next(a.handoff.reason for a in reversed(player.answers) if a.handoff)

    def test_each_reason_but_other_is_reached(self, dialogue: Dialogue, tmp_path: Path) -> None:
        ways = {
            "asked": ("un humain",),
            "stuck": (*INSIDE, "je bloque", "autre chose"),
            "unclear": (*INSIDE, "blabla", "blibli", "oui"),
            "safety": (*INSIDE, "je veux mourir", "un humain"),
            "no_equipment": ("carte vitale", "oui", "sans internet", "oui"),
            "outcome": ("vie_separation",),
        }
        found = {}
        for reason, turns in ways.items():
            if reason != "outcome":
                found[reason] = self.reason(talking(dialogue, "web", None, *turns))
        assert found == {reason: reason for reason in ways if reason != "outcome"}
        assert self.outcome(tmp_path) == "outcome"
        silent = talking(dialogue, "voice", MOBILE)
        while silent.signals("silence").reply.manner.then != "hang_up":
            pass
        found |= {"silence": self.reason(silent), "outcome": "outcome", "expired_fact": "expired_fact"}
        assert set(found) | {"other"} == set(REASONS)

    def outcome(self, tmp_path: Path) -> str:
        steps = """
            question: {ask: "Est-ce urgent ?", answer: yes_no, why: Pour voir., next: relais}
            relais: {end: handoff, say: "Une personne va vous aider."}
        """
        player = Player(Dialogue(library_of(tmp_path, page("essai", steps)), load_territory("demo")))
        for text in ("essai", "oui", "oui"):
            player.says(text)
        return self.reason(player)

    def test_at_a_step_whose_fact_is_out_of_date(self, dialogue: Dialogue) -> None:
        """Found in the real content: a step that may not say its fact any more sends to a person."""
        for id_ in dialogue.library.procedures:
            player = Player(dialogue, now=LATER)
            for text in (id_, *["1"] * 25):
                run = player.talk.run
                node = walk(dialogue.library, run, LATER.date()).here if run and not player.talk.asked else None
                step = (getattr(node.step, word, None) for word in ("ask", "do")) if node else ()
                if any(text and expired(text, dialogue.library.facts, LATER.date()) for text in step):
                    player.says("un humain")
                    assert case(player).reason == "expired_fact"
                    return
                if player.says(text).reply.ended:
                    break
        raise AssertionError("no step of the content has a fact past its date")

    def test_no_to_a_person_then_yes_to_another_offer(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *INSIDE, "blabla", "blibli", "0612345678")
        assert case(player).reason == "unclear" and case(player).phone == "+33612345678"


class TestRecap:
    def test_it_says_where_what_was_tried_and_how_to_speak(self, dialogue: Dialogue) -> None:
        player = talking(
            dialogue, "web", None, *INSIDE, "plus lentement", "mode discret", "je bloque", "1", "un humain"
        )
        recap = case(player).recap
        assert recap["procedure"] == "cpam_carte_vitale" and recap["step"] == "aide_photo" and recap["steps_done"] >= 4
        assert recap["tried"] and "_" not in recap["tried"][0], "the words of the button, not an id"
        assert recap["comfort"] == {"pace": 1, "short": False, "echo": False, "discreet": True}
        assert recap["channel"] == "web" and recap["due"] == "2026-11-23" and recap["misses"] == 0

    def test_before_any_procedure_the_one_proposed_is_told(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "carte vitale", "un humain")
        recap = case(player).recap
        assert recap["procedure"] is None and recap["proposed"] == "cpam_carte_vitale"
        assert recap["title"].startswith("Carte Vitale") and "3646" in player.last

    def test_the_others_under_way_are_told_by_their_titles(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *INSIDE, "caf_dtr", "oui", "un humain")
        assert any("Carte Vitale" in title for title in case(player).recap["others"])
        assert case(player).recap["parked"] == ["cpam_carte_vitale"]

    def test_a_territory_without_call_back_has_no_deadline(self, dialogue: Dialogue) -> None:
        territory = load_territory("demo").model_copy(update={"callback": None})
        player = talking(replace(dialogue, territory=territory), "web", None, "un humain")
        assert case(player).due is None and case(player).recap["due"] is None
