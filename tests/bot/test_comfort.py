"""How someone is spoken to: learnt from troubles, changed on demand, and kept."""

from __future__ import annotations

import pytest

from bot import comfort
from bot.comfort import Comfort
from bot.dialogue import Dialogue
from tests.player import Player

MOBILE = "+33612345678"


@pytest.fixture
def caller(dialogue: Dialogue) -> Player:
    """Someone on the phone, to whom a question is asked."""
    player = Player(dialogue, channel="voice", phone=MOBILE)
    player.signals("call")
    for text in ("carte vitale", "1"):
        player.says(text)
    return player


class TestLearning:
    def test_every_third_trouble_slows_then_shortens(self) -> None:
        profile, paces = Comfort(), []
        for _ in range(9):
            profile = comfort.troubled(profile)
            paces.append(profile.pace)
        assert paces == [0, 0, 1, 1, 1, 2, 2, 2, 2] and profile.short and profile.echo

    def test_an_answer_counts_against_troubles_but_what_was_eased_stays(self) -> None:
        profile = comfort.troubled(comfort.troubled(comfort.troubled(Comfort())))
        for _ in range(5):
            profile = comfort.eased(profile)
        assert profile.troubles == 0 and profile.pace == 1

    def test_a_pace_that_was_chosen_is_not_learnt_any_more(self) -> None:
        profile = comfort.faster(Comfort(pace=1))
        for _ in range(9):
            profile = comfort.troubled(profile)
        assert profile.pace == 0

    def test_it_survives_between_two_turns(self) -> None:
        profile = Comfort(2, True, True, True, False, 4, True)
        assert Comfort.from_json(profile.to_json()) == profile and Comfort.from_json({}) == Comfort()

    def test_repeats_misses_and_silences_are_troubles(self, caller: Player) -> None:
        for number, turn in enumerate(("répétez", "gloubi boulga"), 1):
            caller.says(turn)
            assert caller.talk.comfort.troubles == number
        caller.signals("silence")
        assert caller.talk.comfort.pace == 1
        caller.says("cpam")
        assert caller.talk.comfort.troubles == 2


class TestAsking:
    @pytest.mark.parametrize(
        ("words", "name", "value"),
        [
            ("plus lentement", "pace", 1),
            ("plus court", "short", True),
            ("mode discret", "discreet", True),
        ],
    )
    def test_it_is_done_said_and_the_question_asked_again(
        self, caller: Player, words: str, name: str, value: object
    ) -> None:
        question = caller.answers[-1].reply.says[-1]
        answer = caller.says(words)
        assert getattr(caller.talk.comfort, name) == value and getattr(answer.reply.manner, name) == value
        assert answer.reply.says[-1] == question and len(answer.reply.says) > 1

    def test_and_undone(self, caller: Player) -> None:
        for words in ("plus lentement", "plus vite", "plus court", "plus de détails", "mode discret", "mode normal"):
            caller.says(words)
        profile = caller.talk.comfort
        assert (profile.pace, profile.short, profile.discreet) == (0, False, False)

    def test_answers_are_said_again_before_going_on(self, caller: Player) -> None:
        for _ in range(9):
            caller.says("répétez")
        answer = caller.says("1")
        assert answer.reply.says[0].text == "Vous avez répondu : La CPAM (la sécu)."

    def test_words_that_may_be_an_answer_are_one_first(self, dialogue: Dialogue) -> None:
        player = Player(dialogue)
        for text in ("caf_compte_connexion", "oui", "le code"):
            player.says(text)
        assert player.answers[-1].reply.step != player.answers[-2].reply.step and not player.answers[-1].link


class TestDiscretion:
    def test_what_we_start_says_nothing_and_suite_brings_it(self, caller: Player) -> None:
        caller.says("sms")
        caller.says("mode discret")
        sends = caller.signals("hung_up").sends
        assert [say.text for send in sends for say in send.says] == [
            "Un message vous attend. Pour le lire, répondez « suite »."
        ]
        reader = Player(caller.dialogue, caller.talk, channel="sms", phone=MOBILE)
        reader.says("suite")
        assert "Carte Vitale" in reader.last and reader.talk.more == ()

    def test_else_it_says_where_we_stood(self, caller: Player) -> None:
        caller.says("sms")
        sends = caller.signals("hung_up").sends
        assert "Carte Vitale" in sends[0].says[0].text


class TestSuite:
    @pytest.fixture
    def listing(self, dialogue: Dialogue) -> Player:
        """Someone whose list of things to do is too long for three SMS."""
        player = Player(dialogue, channel="sms", phone=MOBILE)
        player.says("vie_deces")
        for _ in range(12):
            options = player.answers[-1].reply.says[-1].options
            player.says("1" if options else "hier")
            if player.talk.more:
                return player
        raise AssertionError("the list fits")

    def test_what_does_not_fit_in_three_sms_waits(self, listing: Player) -> None:
        rest = listing.talk.more
        assert listing.answers[-1].reply.says[-1].text == "Pour lire la suite, répondez « suite »."
        assert listing.says("suite").reply.says == rest and listing.talk.more == ()

    @pytest.mark.parametrize("answer", ["oui", "1", "plus tard"])
    def test_a_question_that_was_not_read_is_not_answered(self, listing: Player, answer: str) -> None:
        rest, plans = listing.talk.more, listing.talk.plans
        assert listing.says(answer).reply.says == rest and listing.talk.plans == plans
        listing.says("plus tard")
        assert "votre liste" in listing.last

    def test_other_words_are_heard(self, listing: Player) -> None:
        assert listing.says("un humain").handoff
