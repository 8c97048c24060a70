"""The phone: greeting, silences that end in a recap and a call-back, waiting, calls passed on, hang-ups."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.voice import VOICE
from bot.dialogue import Dialogue
from bot.messages import LINK_CODE, Answer
from flows.budgets import seconds
from mediation.territory import load_territory
from tests.flows.content import library_of, page
from tests.player import Player

MOBILE = "+33639981234"
LANDLINE = "+33199001111"
SUNDAY = datetime(2026, 11, 22, 11, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)  # ten in the morning in Paris


@pytest.fixture
def caller(dialogue: Dialogue) -> Player:
    return Player(dialogue, channel="voice", phone=MOBILE, now=SUNDAY)


@pytest.fixture
def asked(caller: Player) -> Player:
    """A caller to whom a question is asked: cpam_carte_vitale, « Qui vous rembourse ? »."""
    caller.signals("call")
    for text in ("carte vitale", "1"):
        caller.says(text)
    assert caller.answers[-1].reply.manner.expects in ("menu", "yes_no")
    return caller


def doing(caller: Player) -> Player:
    """The same caller, sent to do something."""
    for text in ("cpam", "perdue", "non", "oui"):
        caller.says(text)
    assert caller.answers[-1].reply.manner.expects == "instruction"
    return caller


def spoken(answer: Answer) -> float:
    """How long a reply takes to be said, in seconds."""
    return sum(seconds(rendered.text) for rendered in VOICE.render(answer.reply))


def last(player: Player) -> Answer:
    return player.answers[-1]


class TestACallBegins:
    def test_it_says_in_a_breath_who_we_are_and_how_to_reach_a_person(self, caller: Player) -> None:
        answer = caller.signals("call")
        heard = caller.last
        assert all(word in heard for word in ("Allô Démarches", "assistant automatique", "tapez 0", "étoile"))
        assert spoken(answer) <= 13 and answer.reply.manner.expects == "menu"
        assert {"CAF et aides", "Retour", "Parler à une personne"} <= set(answer.reply.manner.hints)

    def test_who_called_before_hears_less(self, caller: Player) -> None:
        caller.signals("call")
        caller.signals("hung_up")
        answer = caller.signals("call")
        assert "Allô Démarches" in caller.last and "tapez 0" in caller.last and spoken(answer) <= 11

    def test_the_keys_of_the_menu_work_before_they_are_read(self, caller: Player) -> None:
        caller.signals("call")
        assert "Carte Vitale et carte Europe" in [option.label for option in caller.says("2").reply.says[-1].options]

    def test_star_or_a_silence_reads_the_choices_and_star_again_repeats_them(self, caller: Player) -> None:
        caller.signals("call")
        choices = caller.says("*").reply.says
        assert "tapez 9" in choices[0].text and len(choices[-1].options) == 4
        assert caller.says("*").reply.says == choices
        other = Player(caller.dialogue, channel="voice", phone=MOBILE, now=SUNDAY)
        other.signals("call")
        assert len(other.signals("silence").reply.says[-1].options) == 4
        assert other.says("répétez").reply.says[-1] == choices[-1]

    def test_words_that_were_not_understood_bring_the_choices(self, caller: Player) -> None:
        caller.signals("call")
        assert len(caller.says("gloubi").reply.says[-1].options) == 4

    def test_a_hidden_caller_hears_how_to_keep_their_place_once_there_is_one(self, dialogue: Dialogue) -> None:
        caller = Player(dialogue, channel="voice", now=SUNDAY)
        assert spoken(caller.signals("call")) <= 13 and "masqué" not in caller.last
        caller.says("carte vitale")
        says = caller.says("oui").reply.says
        assert "masqué" in says[-2].text and says[-1].options
        caller.says("1")
        assert "masqué" not in caller.last

    def test_the_first_question_comes_after_how_to_know_what_is_kept(self, caller: Player) -> None:
        caller.signals("call")
        caller.says("carte vitale")
        says = caller.says("oui").reply.says
        assert "mes données" in says[-2].text and says[-1].options
        assert "premier message" in caller.says("mes données").reply.says[0].text
        caller.says("menu")
        caller.says("caf_dtr")
        assert "mes données" not in "".join(say.text for say in caller.says("oui").reply.says), "once is enough"

    def test_it_takes_up_where_the_caller_hung_up(self, asked: Player) -> None:
        before = last(asked).reply
        asked.signals("hung_up")
        assert last(asked).reply.says == () and asked.talk.run
        answer = asked.signals("call")
        assert "Nous en étions à" in asked.last
        assert answer.reply.says[-1].text == before.says[-1].text and answer.reply.step == before.step

    def test_a_question_of_ours_is_asked_again(self, caller: Player) -> None:
        caller.signals("call")
        caller.says("carte vitale")
        question = caller.answers[-1].reply.says[-1].text
        caller.signals("hung_up")
        assert caller.signals("call").reply.says[-1].text == question


class TestSilences:
    def test_said_again_then_simpler_then_what_to_do_is_offered(self, asked: Player) -> None:
        question = last(asked).reply.says[-1]
        first = asked.signals("silence")
        assert "Je répète" in asked.last and first.reply.says[-1] == question
        second = asked.signals("silence")
        assert len(second.reply.says) == 3 and second.reply.says[-1] == question
        third = asked.signals("silence")
        assert [option.id for option in third.reply.says[-1].options] == ["rappel", "sms", "continuer"]
        assert third.reply.manner.then is None

    def test_nobody_answers_any_more_a_recap_and_a_call_back_are_made_before_the_line_closes(
        self, asked: Player
    ) -> None:
        for _ in range(4):
            answer = asked.signals("silence")
            assert answer.reply.manner.then is None and answer.reply.says
        answer = asked.signals("silence")
        assert answer.handoff and answer.handoff.phone == MOBILE and answer.handoff.due
        assert [send.kind for send in answer.sends] == ["recap"] and answer.sends[0].to == MOBILE
        assert answer.reply.manner.then == "hang_up" and "Je garde votre place" in asked.last
        assert asked.talk.run

    def test_thirty_seconds_of_silence_three_misses_and_two_repeats(self, asked: Player) -> None:
        """The scenario of the issue: it may only end with a recap and a call-back, whatever comes."""
        turns = ["silence", "gloubi", "répétez", "silence", "gloubi", "gloubi", "répétez", *["silence"] * 8]
        for turn in turns:
            answer = asked.signals("silence") if turn == "silence" else asked.says(turn)
            if answer.reply.manner.then == "hang_up":
                break
        made = [a.handoff for a in asked.answers if a.handoff and a.handoff.phone == MOBILE]
        assert answer.reply.manner.then == "hang_up" and made
        assert any(send.kind == "recap" for a in asked.answers for send in a.sends)

    def test_a_hidden_caller_gets_a_code_to_come_back(self, dialogue: Dialogue) -> None:
        caller = Player(dialogue, channel="voice")
        caller.signals("call")
        for _ in range(5):
            answer = caller.signals("silence")
        assert answer.link and LINK_CODE in caller.last and answer.reply.manner.then == "hang_up"
        assert answer.handoff is None

    def test_a_landline_gets_no_sms(self, dialogue: Dialogue) -> None:
        caller = Player(dialogue, channel="voice", phone=LANDLINE)
        caller.signals("call")
        for _ in range(5):
            answer = caller.signals("silence")
        assert answer.handoff and answer.handoff.phone == LANDLINE and answer.sends == ()

    @pytest.mark.parametrize(("key", "sent", "called"), [("1", False, True), ("2", True, False), ("3", False, False)])
    def test_what_is_offered(self, asked: Player, key: str, sent: bool, called: bool) -> None:
        for _ in range(3):
            asked.signals("silence")
        answer = asked.says(key)
        assert bool(answer.sends) == sent and bool(answer.handoff and answer.handoff.phone) == called
        assert asked.talk.silences == 0 and answer.reply.manner.then is None

    def test_a_word_starts_the_count_again(self, asked: Player) -> None:
        for _ in range(2):
            asked.signals("silence")
        asked.says("cpam")
        asked.signals("silence")
        assert "Je répète" in asked.last

    def test_the_voice_slows_down_after_three_troubles(self, asked: Player) -> None:
        assert last(asked).reply.manner.pace == 0
        asked.signals("silence")
        assert last(asked).reply.manner.pace == 1 and asked.talk.comfort.pace == 0, "this once"
        for _ in range(2):
            asked.signals("silence")
        assert last(asked).reply.manner.pace == 1 and asked.talk.comfort.pace == 1


class TestWaiting:
    def test_doing_what_the_step_says_takes_minutes_and_is_no_trouble(self, asked: Player) -> None:
        doing(asked)
        step = last(asked).reply
        for _ in range(20):
            asked.signals("silence")
            assert "Prenez votre temps" in asked.last
        assert asked.talk.comfort.troubles == 0
        assert asked.says("répétez").reply.says == step.says, "« répétez » repeats the step, not the gentle word"

    def test_after_minutes_the_offer_comes(self, asked: Player) -> None:
        doing(asked)
        for _ in range(31):
            asked.signals("silence")
        assert last(asked).reply.says[-1].options

    def test_attendez_holds_the_line_and_one_comes_back(self, asked: Player) -> None:
        doing(asked)
        step = last(asked).reply.step
        assert asked.says("attendez").reply.manner.then == "hold"
        assert asked.signals("silence").reply.manner.then == "hold"
        answer = asked.says("1")
        assert answer.reply.step == step and answer.reply.manner.then is None, "1 is « I am back », not « it is done »"


class TestAPerson:
    def test_the_call_is_passed_on_when_somebody_works(self, caller: Player) -> None:
        caller.now = MONDAY
        caller.signals("call")
        answer = caller.says("0")
        assert answer.reply.manner.then == "transfer" and answer.handoff

    def test_it_is_not_on_a_sunday(self, caller: Player) -> None:
        caller.signals("call")
        answer = caller.says("0")
        assert answer.reply.manner.then is None and answer.handoff
        caller.says("1")
        assert "06 39 98 12 34" in caller.last

    def test_nobody_takes_it_a_call_back_at_this_number(self, caller: Player) -> None:
        caller.now = MONDAY
        caller.signals("call")
        caller.says("0")
        caller.signals("transfer_failed")
        assert "06 39 98 12 34" in caller.last
        for key in ("3", "1"):  # at any time, and no commune
            answer = caller.says(key)
        assert answer.handoff and answer.handoff.phone == MOBILE and "mardi 24 novembre" in caller.last

    def test_another_number_may_be_given(self, caller: Player) -> None:
        caller.signals("call")
        for key in ("0", "1"):
            caller.says(key)
        assert "tapez un autre numéro" in (caller.says("4").reply.says[-1].speech or "")
        answer = caller.says("0612345678")
        assert answer.handoff and answer.handoff.phone == "+33612345678"

    def test_somebody_took_it_the_case_is_closed_and_we_go_on(self, asked: Player) -> None:
        asked.now = MONDAY
        question = last(asked).reply.says[-1]
        asked.says("0")
        answer = asked.signals("transfer_done")
        assert answer.handoff and answer.handoff.closed and answer.reply.says[-1] == question

    def test_double_zero_is_a_person_even_where_zero_is_a_number(self, tmp_path: Path) -> None:
        steps = """
            enfants: {ask: "Combien d'enfants ?", answer: number, min: 0, max: 20, why: Pour voir., next: fin}
            fin: {end: done, say: "Fini."}
        """
        player = Player(Dialogue(library_of(tmp_path, page("essai", steps)), load_territory("demo")), channel="voice")
        for text in ("essai", "oui"):
            player.says(text)
        assert player.answers[-1].reply.manner.zero and "dièse" in (player.answers[-1].reply.says[-2].speech or "")
        assert not player.says("0").handoff and player.answers[-1].reply.ended == "done"
        for text in ("essai", "oui"):
            player.says(text)
        assert player.says("00").handoff


class TestAtTheEnd:
    def finish(self, caller: Player) -> Answer:
        caller.signals("call")
        caller.says("prime de noel")
        for _ in range(40):
            answer = caller.says("1")
            if answer.reply.ended:
                break
        assert answer.reply.ended == "done", caller.last
        return answer

    def test_a_recap_by_sms_is_offered_and_sent_when_wanted(self, caller: Player) -> None:
        answer = self.finish(caller)
        assert "SMS" in answer.reply.says[-1].text
        answer = caller.says("1")
        assert [send.to for send in answer.sends] == [MOBILE] and "Vous avez terminé" in answer.sends[0].says[0].text

    def test_it_is_not_sent_when_refused_nor_offered_to_a_landline(self, caller: Player, dialogue: Dialogue) -> None:
        self.finish(caller)
        assert caller.says("2").sends == ()
        other = Player(dialogue, channel="voice", phone=LANDLINE)
        assert "SMS" not in self.finish(other).reply.says[-1].text

    def test_who_wanted_sms_and_hangs_up_in_the_middle_gets_the_place(self, asked: Player) -> None:
        assert asked.signals("hung_up").sends == ()
        asked.signals("call")
        assert asked.says("sms").sends
        pushed = asked.signals("hung_up").sends
        assert [send.kind for send in pushed] == ["push"] and not pushed[0].asked_for


class TestNothingIsLost:
    """What ten callers stumbled over."""

    def test_in_danger_a_silence_says_the_number_again(self, caller: Player) -> None:
        caller.signals("call")
        caller.says("je voudrais divorcer", "vie_separation")
        danger = caller.says("mon mari me frappe").reply.says
        for _ in range(3):
            answer = caller.signals("silence")
            assert answer.reply.says == danger and answer.reply.manner.then == "hold"
        assert caller.says("oui").reply.procedure is None, "a yes answers nothing that was asked before"

    def test_an_aside_does_not_eat_the_question(self, caller: Player) -> None:
        caller.signals("call")
        question = caller.says("carte vitale").reply.says[-1]
        for aside in ("merci", "merci"):
            caller.says(aside)
        caller.signals("hung_up")
        assert caller.signals("call").reply.says[-1] == question

    def test_attendez_keeps_the_question_of_the_number(self, dialogue: Dialogue) -> None:
        hidden = Player(dialogue, channel="voice")
        hidden.signals("call")
        for text in ("carte vitale", "1", "1", "un humain", "1", "attendez", "je suis prêt"):
            hidden.says(text)
        assert hidden.talk.asked and hidden.talk.asked.kind == "callback_phone"
        assert "À quel numéro" in hidden.last

    def test_going_on_after_silences_comes_back_to_what_waited(self, caller: Player) -> None:
        caller.signals("call")
        question = caller.says("carte vitale").reply.says[-1]
        for _ in range(3):
            caller.signals("silence")
        assert caller.says("3").reply.says[-1] == question and caller.talk.asked and caller.talk.asked.kind == "start"

    def test_no_recap_is_offered_to_a_landline(self, dialogue: Dialogue) -> None:
        caller = Player(dialogue, channel="voice", phone=LANDLINE)
        caller.signals("call")
        for _ in range(3):
            answer = caller.signals("silence")
        assert [option.id for option in answer.reply.says[-1].options] == ["rappel", "continuer"]

    def test_the_last_recap_is_discreet_too(self, asked: Player) -> None:
        asked.says("mode discret")
        while asked.answers[-1].reply.manner.then != "hang_up":
            asked.signals("silence")
        (send,) = asked.answers[-1].sends
        assert [say.text for say in send.says] == ["Un message vous attend. Pour le lire, répondez « suite »."]

    def test_goodbye_closes_the_line_and_a_hidden_caller_gets_a_code(self, asked: Player, dialogue: Dialogue) -> None:
        assert asked.says("allez ciao bonsoir", "au_revoir").reply.manner.then == "hold", "only taken to mean it"
        assert asked.says("au revoir").reply.manner.then == "hang_up" and asked.talk.run
        hidden = Player(dialogue, channel="voice")
        hidden.signals("call")
        for text in ("carte vitale", "1"):
            hidden.says(text)
        answer = hidden.says("au revoir")
        assert (
            answer.link
            and answer.reply.manner.then == "hang_up"
            and "nous reprendrons ici" in (answer.reply.says[-1].speech or "")
        )

    def test_the_troubles_of_another_call_are_forgotten(self, asked: Player) -> None:
        for _ in range(4):
            asked.signals("silence")
        asked.signals("hung_up")
        asked.signals("call")
        asked.signals("silence")
        assert "Je répète" in asked.last
