"""A turn while a person is in charge: the assistant is silent, what is said is passed on, and the way back is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels import CHANNELS
from bot.dialogue import Dialogue
from bot.messages import Answer, Inbound
from bot.owners import Charge
from bot.talk import Asked, Talk
from mediation.cases import CALLBACK, LIVE
from tests.player import Player

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)  # ten in the morning in Paris
WRITTEN = [channel.name for channel in CHANNELS if not channel.capabilities.spoken]


class Helped(Player):
    """A citizen whose case is in the hands of Claire, from the moment she takes it."""

    charge: Charge | None = None

    def taken(self, mode: str | None = LIVE) -> Answer:
        """Claire takes the case: the citizen is told."""
        self.charge = Charge("Claire", mode)
        return self.told("taken", name="Claire", mode=mode or "")

    def told(self, news: Any, **values: str) -> Answer:
        """Something happens to the case."""
        answer = self.dialogue.tell(news, self.talk, self.channel, self.now, **values)
        self.talk = Talk.from_json(answer.talk.to_json())
        self.answers.append(answer)
        return answer

    def _sends(self, inbound: Inbound, intent: str | None = None, **kept: Any) -> Answer:
        return super()._sends(replace(inbound, charge=self.charge), intent, **kept)


@pytest.fixture
def helped(dialogue: Dialogue) -> Helped:
    """Someone at the instruction `photo` of cpam_carte_vitale, whose case was just taken."""
    return inside(dialogue, "web")


def inside(dialogue: Dialogue, channel: str, mode: str | None = LIVE) -> Helped:
    player = Helped(dialogue, channel=channel, phone="+33612345678", now=MONDAY)
    for text in ("carte vitale", "oui", "cpam", "perdue", "non", "oui"):
        player.says(text)
    while player.talk.more:
        player.says("suite")
    assert player.talk.run and not player.talk.asked
    player.taken(mode)
    return player


@pytest.mark.parametrize("channel", WRITTEN)
@pytest.mark.parametrize(
    "text",
    ["j'ai ma carte dans les mains", "oui", "c'est fait", "1", "menu", "bonjour", "retour", "aide", "merci", "?"],
)
def test_what_is_written_goes_to_the_person_and_nothing_is_said(dialogue: Dialogue, channel: str, text: str) -> None:
    player = inside(dialogue, channel)
    before = player.talk
    answer = player.says(text)
    assert answer.relayed and answer.reply.says == () and answer.stored_text == text
    assert answer.reply.person == "Claire" and player.talk == before and not answer.events


def test_the_words_of_a_free_question_are_for_the_person_too(helped: Helped) -> None:
    """A person reads them: they are kept, where the assistant would have kept nothing."""
    library = helped.dialogue.library
    page = library.procedures["cpam_carte_vitale"]
    asked = page.steps["probleme"].model_copy(update={"answer": "free_text", "choices": {}})
    changed = page.model_copy(update={"steps": {**page.steps, "photo": asked}})
    procedures = {**library.procedures, "cpam_carte_vitale": changed}
    helped.dialogue = replace(helped.dialogue, library=replace(library, procedures=procedures))
    assert helped.says("je vis seule").stored_text == "je vis seule"


def test_secrets_are_masked_before_anybody_reads_them_and_it_is_said(helped: Helped) -> None:
    answer = helped.says("mon numéro de sécu 2 55 04 60 057 012 38 voilà")
    assert answer.relayed and "057" not in answer.stored_text and "sécurité sociale" in helped.last
    assert [event.kind for event in answer.events] == ["masked"]


def test_a_danger_gets_its_number_and_the_person_reads_it(helped: Helped) -> None:
    answer = helped.says("je veux mourir")
    assert "Claire reçoit aussi votre message." in helped.last
    assert "3114" in helped.last and answer.relayed and answer.stored_text == "je veux mourir"
    assert [event.kind for event in answer.events] == ["safety"] and answer.reply.person == "Claire"


@pytest.mark.parametrize("channel", WRITTEN)
@pytest.mark.parametrize("text", ["assistant", "reprendre avec l'assistant", "L'ASSISTANT"])
def test_the_assistant_comes_back_at_the_waiting_step(dialogue: Dialogue, channel: str, text: str) -> None:
    player = inside(dialogue, channel)
    answer = player.says(text)
    assert answer.takes_back and not answer.relayed and answer.reply.person is None
    assert "de nouveau moi" in player.last and answer.reply.step == "photo"
    player.charge = None
    player.says("c'est fait")
    assert player.answers[-1].reply.step == "adresse"


def test_the_button_of_the_assistant_works(helped: Helped) -> None:
    told = helped.answers[-1].reply.says[-1]
    assert [option.id for option in told.options] == ["assistant"]
    assert helped.says("", choice=f"{told.key}|assistant").takes_back


def test_a_number_is_never_taken_for_the_assistant_where_choices_are_numbers(dialogue: Dialogue) -> None:
    player = inside(dialogue, "sms")
    assert not player.answers[-1].reply.says[-1].options and player.says("1").relayed


def test_the_label_of_an_old_button_is_passed_on(helped: Helped) -> None:
    answer = helped.says("C'est fait", choice="photo|fait")
    assert answer.relayed and answer.stored_text == "C'est fait"


def test_forget_me_asks_once_and_forgets(helped: Helped) -> None:
    helped.says("oubliez-moi")
    assert not helped.answers[-1].relayed and "effacer toute notre conversation" in helped.last
    assert helped.says("oui").forget and helped.answers[-1].reply.person is None


def test_forget_me_may_be_refused(helped: Helped) -> None:
    helped.says("oubliez-moi")
    answer = helped.says("non")
    assert not answer.forget and "n'efface rien" in helped.last and len(answer.reply.says) == 1
    assert helped.says("oui").relayed, "nothing of ours waits any more"


def test_words_that_answer_no_question_of_ours_end_it(helped: Helped) -> None:
    """A « oui » to the person must not erase everything."""
    helped.says("oubliez-moi")
    assert helped.says("attendez je cherche").relayed
    assert helped.says("oui").relayed


@pytest.mark.parametrize(
    ("said", "outcome", "relayed"), [("oui", "oui", False), ("non", "non", False), ("euh", "pas_clair", True)]
)
def test_consent_asked_meanwhile_has_three_outcomes(helped: Helped, said: str, outcome: str, relayed: bool) -> None:
    helped.talk = replace(helped.talk, case={"reason": "stuck", "recap": {"procedure": "x"}})
    helped.told("consent", name="Claire")
    answer = helped.says(said)
    assert answer.handoff and (answer.handoff.consent, answer.handoff.reason) == (outcome, "stuck")
    assert bool(answer.handoff.answers) == (outcome == "oui") and answer.relayed == relayed
    assert answer.handoff.recap == {"procedure": "x"} and helped.says("oui").handoff is None


@pytest.mark.parametrize("signal", ["photo", "sticker", "voice_note", "edited", "location", "forwarded", "file"])
def test_what_cannot_be_passed_on_is_said_without_the_step(helped: Helped, signal: str) -> None:
    before = helped.talk
    answer = helped.signals(signal)
    assert len(answer.reply.says) == 1 and not answer.relayed and helped.talk == before
    assert answer.reply.person == "Claire"


def test_words_with_a_picture_are_passed_on(helped: Helped) -> None:
    answer = helped.signals("photo", "voici ma lettre")
    assert answer.relayed and answer.stored_text == "voici ma lettre" and "photos" in helped.last


def test_a_shared_number_is_given_to_the_person(helped: Helped) -> None:
    answer = helped.signals("contact", phone="+33612345678")
    assert answer.relayed and answer.stored_text == "06 12 34 56 78"


@pytest.mark.parametrize(("signal", "said"), [("stop", "ne recevrez plus"), ("info", "gratuit"), ("start", "Claire")])
def test_the_words_of_operators_still_work(dialogue: Dialogue, signal: str, said: str) -> None:
    player = inside(dialogue, "sms")
    answer = player.signals(signal)
    assert said in player.last and not answer.relayed


def test_asking_for_a_person_again_says_who_has_the_case(helped: Helped) -> None:
    answer = helped.says("Parler à une personne")
    assert answer.relayed and "Claire" in helped.last and answer.handoff is None


def test_a_run_whose_file_changed_is_told_when_the_assistant_is_back(helped: Helped) -> None:
    library = helped.dialogue.library
    gone = {name: page for name, page in library.procedures.items() if name != "cpam_carte_vitale"}
    helped.dialogue = replace(helped.dialogue, library=replace(library, procedures=gone))
    assert helped.says("bonjour").reply.says == () and helped.talk.run
    helped.says("assistant")
    assert "n'existe plus" in helped.last and helped.talk.run is None


class TestCalls:
    """A call while a person is in charge: never silent, never endless."""

    def calling(self, dialogue: Dialogue, mode: str | None = CALLBACK) -> Helped:
        player = inside(dialogue, "voice", mode)
        player.signals("call")
        return player

    def spoken(self, player: Helped) -> str:
        return " ".join(say.speech or say.text for say in player.answers[-1].reply.says)

    def test_it_says_who_has_the_case_and_what_can_be_done(self, dialogue: Dialogue) -> None:
        player = self.calling(dialogue)
        heard = self.spoken(player)
        assert "Claire" in heard and "doit vous appeler" in heard and "tapez 0" in heard and "tapez 1" in heard
        manner = player.answers[-1].reply.manner
        assert manner.expects == "words" and manner.then is None

    def test_words_are_passed_on_and_it_is_said(self, dialogue: Dialogue) -> None:
        player = self.calling(dialogue)
        answer = player.says("j'ai reçu un courrier")
        assert answer.relayed and "noté pour Claire" in self.spoken(player)

    def test_zero_tries_the_transfer_and_comes_back(self, dialogue: Dialogue) -> None:
        player = self.calling(dialogue)
        answer = player.says("0")
        assert answer.reply.manner.then == "transfer" and answer.handoff is None
        assert answer.relayed and answer.stored_text == "Parler à une personne"
        assert player.signals("transfer_done").handoff is None and "parlé à une personne" in player.last
        assert player.signals("transfer_failed").handoff is None and "Claire" in player.last

    def test_zero_when_nobody_takes_calls_is_told_to_the_person(self, dialogue: Dialogue) -> None:
        player = self.calling(dialogue)
        player.now = MONDAY.replace(hour=22)
        answer = player.says("0")
        assert answer.reply.manner.then is None and answer.relayed and "Claire" in self.spoken(player)

    @pytest.mark.parametrize("text", ["1", "l'assistant"])
    def test_one_brings_the_assistant_back(self, dialogue: Dialogue, text: str) -> None:
        player = self.calling(dialogue)
        answer = player.says(text)
        assert answer.takes_back and answer.reply.step == "photo"

    def test_silences_end_politely(self, dialogue: Dialogue) -> None:
        player = self.calling(dialogue)
        assert player.signals("silence").reply.manner.then is None
        assert "tapez 0" in self.spoken(player)
        answer = player.signals("silence")
        assert answer.reply.manner.then == "hang_up" and "Claire garde votre demande" in player.last
        player.signals("call")
        assert player.signals("silence").reply.manner.then is None, "the next call begins anew"

    def test_silence_after_a_danger_repeats_the_number(self, dialogue: Dialogue) -> None:
        player = self.calling(dialogue)
        player.says("je veux mourir")
        for _ in range(4):
            assert player.signals("silence").reply.manner.then is None and "3114" in player.last

    def test_repeating_slowing_down_and_ending(self, dialogue: Dialogue) -> None:
        player = self.calling(dialogue)
        first = player.answers[-1].reply.says
        assert player.says("*").reply.says == first
        assert player.says("plus lentement").reply.manner.pace == 1
        assert player.says("au revoir").reply.manner.then == "hang_up"
        assert player.signals("hung_up").sends == ()


class TestNews:
    """What the assistant says by itself, and the talk after it."""

    def test_who_comes_by_sms_reads_it_in_two_segments_with_no_choice(self, dialogue: Dialogue) -> None:
        player = inside(dialogue, "sms", CALLBACK)
        said = player.answers[-1].reply.says
        assert len(said) == 1 and "doit vous appeler" in said[0].text and not said[0].options

    def test_nothing_of_ours_waits_once_the_case_is_taken(self, dialogue: Dialogue) -> None:
        player = Helped(dialogue, now=MONDAY)
        for text in ("carte vitale", "oui", "un humain"):
            player.says(text)
        assert player.talk.asked and player.talk.case
        player.taken()
        assert player.talk.asked is None and not player.talk.case and player.talk.run

    def test_closed_offers_to_go_on_and_the_run_goes_on(self, helped: Helped) -> None:
        helped.told("closed", name="Claire")
        helped.charge = None
        assert "terminée" in helped.last and "On reprend" in helped.last
        helped.says("oui")
        assert helped.answers[-1].reply.step == "photo"

    def test_closed_without_a_run_asks_what_else_and_a_new_run_is_possible(self, dialogue: Dialogue) -> None:
        player = Helped(dialogue, now=MONDAY)
        player.says("bonjour")
        player.taken()
        player.told("closed", name="Claire")
        player.charge = None
        assert "autre chose" in player.last
        player.says("carte vitale")
        player.says("oui")
        assert player.talk.run and player.answers[-1].reply.step
        assert player.says("un humain").handoff, "a new case is possible"

    def test_given_back_shows_the_waiting_step(self, helped: Helped) -> None:
        answer = helped.told("given_back", name="Claire")
        assert "Claire vous laisse continuer" in helped.last and answer.reply.step == "photo"
        assert answer.reply.person is None

    @pytest.mark.parametrize("news", ["timed_out", "released"])
    def test_the_assistant_is_back_when_the_person_is_not_there(self, helped: Helped, news: str) -> None:
        answer = helped.told(news, name="Claire")
        assert "Claire" in helped.last and answer.reply.step == "photo" and answer.reply.person is None

    @pytest.mark.parametrize("news", ["timed_out", "released"])
    def test_nobody_in_danger_is_sent_back_to_their_step_unasked(self, helped: Helped, news: str) -> None:
        helped.says("j'ai envie de mourir")
        answer = helped.told(news, name="Claire")
        helped.charge = None
        assert [say.key for say in answer.reply.says] == [f"case_{news}"] and helped.talk.alarm and helped.talk.paused
        assert helped.says("reprendre").reply.step == "photo" and not helped.talk.paused

    def test_going_to_a_colleague_keeps_a_person_in_charge(self, helped: Helped) -> None:
        answer = helped.told("transferred", name="Karim")
        assert answer.reply.person == "Karim" and "Karim suit maintenant" in helped.last
        answer = helped.told("transferred", name="", place="Maison des services")
        assert answer.reply.person is None and "Maison des services" in helped.last

    @pytest.mark.parametrize(("news", "said"), [("rerouted", "toute l'équipe"), ("late", "3646")])
    def test_news_of_the_clock_leave_the_conversation_where_it_is(
        self, dialogue: Dialogue, news: str, said: str
    ) -> None:
        player = Helped(dialogue, now=MONDAY)
        for text in ("carte vitale", "oui", "cpam", "perdue", "non", "oui", "un humain"):
            player.says(text)
        before = player.talk
        player.told(news, place="", name="")
        assert said in player.last and player.talk == before

    @pytest.mark.parametrize(("half", "said"), [("morning", "le matin"), ("afternoon", "l'après-midi"), ("", "Gardez")])
    def test_the_call_back_is_told_with_its_half_day(self, helped: Helped, half: str, said: str) -> None:
        helped.told("scheduled", name="Claire", due="2026-11-25", half=half)
        assert "mercredi 25 novembre" in helped.last and said in helped.last

    def test_the_step_is_said_as_the_assistant_would(self, helped: Helped) -> None:
        answer = helped.told("step", name="Claire")
        assert answer.reply.says[-1].key == "photo" and answer.reply.person == "Claire"
        said = helped.says("C'est fait", choice="photo|fait")
        assert said.relayed, "the person answers it"

    def test_on_the_phone_news_are_written_for_an_sms(self, dialogue: Dialogue) -> None:
        player = inside(dialogue, "voice")
        assert "tapez" not in str(player.told("closed", name="Claire").reply.says[0])

    def test_the_assistant_says_it_is_here_when_nobody_else_is(self, dialogue: Dialogue) -> None:
        player = Helped(dialogue, now=MONDAY)
        player.says("carte vitale")
        player.says("oui")
        assert "L'assistant" in player.says("assistant").reply.says[0].text or "assistant" in player.last
        assert not player.answers[-1].takes_back

    def test_each_news_is_written_in_every_language(self, dialogue: Dialogue) -> None:
        player = inside(dialogue, "web")
        player.talk = replace(player.talk, language="en", asked=Asked("forget"))
        assert "a helper" in player.told("taken", name="Claire").reply.says[0].text
