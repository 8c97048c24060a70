"""What the assistant still says while a person is in charge: a danger, the day of reading, and what a number means."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.dialogue import Dialogue
from bot.messages import Answer
from bot.owners import Charge
from bot.relaying import spoken_to, step_said
from bot.understanding import Ranked, Understanding, away
from mediation.cases import CALLBACK
from tests.bot.test_charge import MONDAY, Helped, inside

WORRYING = "je ne vois plus à quoi tout cela sert"  # no pattern knows it
FRIDAY_EVENING = datetime(2026, 11, 27, 18, tzinfo=UTC)
SATURDAY = FRIDAY_EVENING + timedelta(days=1)
MONDAY_NIGHT = datetime(2026, 11, 30, 5, tzinfo=UTC)
CHRISTMAS_EVE = datetime(2026, 12, 24, 18, tzinfo=UTC)  # a Thursday; the next day is a holiday, then a week-end


def likely(intent: str, confidence: float) -> Understanding:
    """A reading that is not sure."""
    return Understanding(WORRYING, "incompris", confidence, None, {}, (Ranked(intent, confidence),), True)


def shown(answer: Answer) -> str:
    return "\n".join(say.text for say in answer.reply.says)


def spoken(answer: Answer) -> str:
    return " ".join(say.speech or say.text for say in answer.reply.says)


class TestDanger:
    """Rasa reads what no pattern knows; nothing but a danger is taken from it."""

    @pytest.mark.parametrize("channel", ["web", "sms", "voice"])
    def test_a_danger_that_rasa_hears_gets_its_number_and_the_words_are_passed_on(
        self, dialogue: Dialogue, channel: str
    ) -> None:
        player = inside(dialogue, channel)
        answer = player.says(WORRYING, "detresse")
        assert "3114" in player.last and answer.relayed and answer.stored_text == WORRYING
        assert [event.kind for event in answer.events] == ["safety"] and player.talk.alarm
        assert answer.reply.person == "Claire" and answer.reply.intent is None

    def test_a_likely_danger_is_told_once_and_every_word_is_passed_on(self, dialogue: Dialogue) -> None:
        player = inside(dialogue, "sms")
        heard = likely("detresse", 0.4)
        assert "3114" in shown(player.says(WORRYING, heard=heard)) and player.answers[-1].relayed
        again = player.says(WORRYING, heard=heard)
        assert again.relayed and again.reply.says == ()

    @pytest.mark.parametrize(
        "heard",
        [likely("detresse", 0.2), likely("caf_rsa_demande", 0.5), away(WORRYING)],
        ids=["unsure", "not", "away"],
    )
    def test_rasa_away_or_unsure_changes_nothing(self, dialogue: Dialogue, heard: Understanding) -> None:
        player = inside(dialogue, "web")
        answer = player.says(WORRYING, heard=heard)
        assert answer.relayed and answer.reply.says == () and not answer.events

    @pytest.mark.parametrize("intent", ["caf_rsa_demande", "demande_humain", "oublier", "menu", "hors_sujet"])
    def test_nothing_else_is_taken_from_rasa(self, dialogue: Dialogue, intent: str) -> None:
        player = inside(dialogue, "web")
        before = player.talk
        answer = player.says(WORRYING, intent)
        assert answer.relayed and answer.reply.says == () and player.talk == before and answer.handoff is None

    @pytest.mark.parametrize("text", ["oui", "12", "0612345678", "c'est fait", "merci", "menu", "assistant", "bloque"])
    def test_words_that_are_known_are_not_read(self, dialogue: Dialogue, text: str) -> None:
        assert "appelez" not in shown(inside(dialogue, "web").says(text, "detresse"))

    @pytest.mark.parametrize("text", ["12 rue des Lilas", "3 bis place de la Gare", "rue Victor Hugo", "8 av Foch"])
    def test_an_address_is_not_read(self, dialogue: Dialogue, text: str) -> None:
        assert inside(dialogue, "web").says(text, "urgence_sociale").reply.says == ()

    @pytest.mark.parametrize("text", ["2 jours que rien ne va plus", "mon mari encore", "AU BOUT DU ROULEAU"])
    def test_all_else_is(self, dialogue: Dialogue, text: str) -> None:
        assert "3114" in shown(inside(dialogue, "web").says(text, "detresse"))

    def test_a_short_answer_is_not_taken_for_a_likely_danger(self, dialogue: Dialogue) -> None:
        assert inside(dialogue, "web").says("chez ma fille", heard=likely("violences", 0.5)).reply.says == ()

    def test_a_choice_of_the_step_that_was_sent_is_not_read(self, dialogue: Dialogue) -> None:
        player = Helped(dialogue, now=MONDAY)
        for text in ("carte vitale", "oui", "cpam"):
            player.says(text)
        player.taken()
        player.told("step", name="Claire")
        assert player.says("Perdue ou volée", "detresse").reply.says == ()

    def test_a_button_is_not_read(self, dialogue: Dialogue) -> None:
        player = inside(dialogue, "web")
        player.told("step", name="Claire")
        assert player.says("", "detresse", choice="photo|fait").reply.says == ()

    def test_what_answers_a_question_of_ours_by_no_yes_nor_no_is_read_too(self, dialogue: Dialogue) -> None:
        player = inside(dialogue, "web")
        player.told("consent", name="Claire")
        answer = player.says(WORRYING, "detresse")
        assert "3114" in player.last and answer.relayed and answer.handoff and answer.handoff.consent == "pas_clair"
        assert {event.kind for event in answer.events} == {"safety", "handoff_consent"}


class TestClosed:
    """Who writes out of hours is told the day, once until the team has worked again."""

    def writes(self, player: Helped, at: datetime, text: str = "j'ai une autre question") -> str:
        player.now = at
        answer = player.says(text)
        assert answer.relayed
        return shown(answer)

    def test_from_friday_evening_to_monday(self, dialogue: Dialogue) -> None:
        player = inside(dialogue, "sms")
        told = self.writes(player, FRIDAY_EVENING)
        assert "Claire pourra lire votre message lundi 30 novembre." in told and "3646" in told
        for later in (FRIDAY_EVENING + timedelta(hours=2), SATURDAY, MONDAY_NIGHT):
            assert self.writes(player, later) == ""
        assert self.writes(player, MONDAY_NIGHT.replace(hour=9)) == "", "the team works"
        assert "Claire pourra lire votre message demain." in self.writes(player, MONDAY_NIGHT.replace(hour=18))

    def test_a_holiday_is_not_worked(self, dialogue: Dialogue) -> None:
        player = inside(dialogue, "web")
        assert "lundi 28 décembre" in self.writes(player, CHRISTMAS_EVE)
        assert self.writes(player, CHRISTMAS_EVE + timedelta(days=1)) == ""

    def test_before_the_day_begins(self, dialogue: Dialogue) -> None:
        assert "Claire pourra lire votre message aujourd'hui." in self.writes(inside(dialogue, "web"), MONDAY_NIGHT)

    def test_the_first_of_a_month_and_another_language(self, dialogue: Dialogue) -> None:
        player = inside(dialogue, "web")
        player.talk = replace(player.talk, language="en")
        assert "Claire can read your message Monday 30 November" in self.writes(player, FRIDAY_EVENING)

    def test_a_person_who_works_late_is_there(self, dialogue: Dialogue) -> None:
        player = inside(dialogue, "web")
        player.charge = Charge("Claire", "live", FRIDAY_EVENING - timedelta(minutes=20))
        assert self.writes(player, FRIDAY_EVENING) == ""
        assert "lundi" in self.writes(player, FRIDAY_EVENING + timedelta(hours=1)), "she must have gone home"

    def test_a_new_person_in_charge_is_named_in_turn(self, dialogue: Dialogue) -> None:
        player = inside(dialogue, "web")
        self.writes(player, FRIDAY_EVENING)
        player.told("transferred", name="Karim")
        player.charge = Charge("Karim", "live")
        assert "Karim pourra lire" in self.writes(player, SATURDAY)

    def test_buttons_shown_before_still_work(self, dialogue: Dialogue) -> None:
        player = inside(dialogue, "telegram")
        player.told("step", name="Claire")
        self.writes(player, FRIDAY_EVENING)
        assert player.says("", choice="photo|fait").stored_text == "C'est fait"

    def test_who_asks_for_a_person_or_is_in_danger_is_told_each_time(self, dialogue: Dialogue) -> None:
        player = inside(dialogue, "web")
        for text in ("un humain", "je veux mourir", "un humain", "je veux mourir"):
            assert "pourra lire votre message lundi 30 novembre" in self.writes(player, FRIDAY_EVENING, text)
        assert self.writes(player, FRIDAY_EVENING) == ""

    def test_a_call_says_it_in_its_greeting_and_not_again(self, dialogue: Dialogue) -> None:
        player = inside(dialogue, "voice", CALLBACK)
        player.now = FRIDAY_EVENING
        heard = spoken(player.signals("call"))
        assert heard.index("pourra lire votre message lundi 30 novembre") < heard.index("tapez 0")
        for text in ("j'ai reçu un courrier", "0"):
            answer = player.says(text)
            assert answer.relayed and "Claire" in spoken(answer) and "lira" not in spoken(answer)
        assert "pourra lire votre message" in spoken(player.signals("call")), "a call has nothing to read again"

    def test_a_call_that_goes_on_after_the_hours_says_it_too(self, dialogue: Dialogue) -> None:
        player = inside(dialogue, "voice", CALLBACK)
        player.signals("call")
        player.now = FRIDAY_EVENING
        assert "noté pour Claire" in spoken(player.says("j'ai reçu un courrier")) and "pourra lire" in player.last

    def test_consent_given_meanwhile_does_not_make_it_told_again(self, dialogue: Dialogue) -> None:
        player = inside(dialogue, "web")
        self.writes(player, FRIDAY_EVENING)
        player.told("consent", name="Claire")
        assert player.says("oui").handoff and self.writes(player, SATURDAY) == ""
        player.told("consent", name="Claire")
        assert player.says("peut-être").handoff and self.writes(player, SATURDAY) == ""

    def test_each_message_is_short_enough(self, dialogue: Dialogue) -> None:
        player = inside(dialogue, "sms")
        self.writes(player, FRIDAY_EVENING)
        assert all(len(say.short or say.text) <= 306 for say in player.answers[-1].reply.says)


class TestNumbers:
    """« 1 », where the choices of the step that was sent are numbers."""

    def sent(self, dialogue: Dialogue, channel: str = "sms") -> Helped:
        player = inside(dialogue, channel)
        player.told("step", name="Claire")
        return player

    def test_the_person_reads_the_words_of_the_choice(self, dialogue: Dialogue) -> None:
        player = self.sent(dialogue)
        for text, read in (("1", "1 (C'est fait)"), ("2", "2 (Je bloque)"), ("9", "9"), ("oui", "oui")):
            answer = player.says(text, "detresse")
            assert answer.relayed and answer.stored_text == read and answer.reply.says == ()

    def test_a_number_that_answers_something_else_is_left_alone(self, dialogue: Dialogue) -> None:
        player = self.sent(dialogue)
        player.talk = spoken_to(player.talk)
        assert player.says("1").stored_text == "1", "the person has asked something since"
        player = self.sent(dialogue)
        player.told("scheduled", name="Claire", due="2026-11-25", half="")
        assert player.says("1").stored_text == "1"
        player = self.sent(dialogue)
        player.says("oubliez-moi")
        assert player.says("2").stored_text == "2", "no to our own question"
        assert inside(dialogue, "sms").says("1").stored_text == "1", "nothing was sent"

    def test_a_step_that_the_person_drove_to_is_read_in_the_same_way(self, dialogue: Dialogue) -> None:
        player = inside(dialogue, "sms")
        driven = dialogue.drive(player.talk, "fait", player.now)
        player.talk = step_said(driven.talk, driven.says)
        options = driven.says[-1].options
        assert player.says("1").stored_text == f"1 ({options[0].label})"

    def test_the_words_about_a_danger_are_still_what_is_said_again(self, dialogue: Dialogue) -> None:
        player = inside(dialogue, "voice")
        player.says("je veux mourir")
        assert step_said(player.talk, player.answers[0].reply.says) == player.talk
