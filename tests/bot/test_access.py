"""« Je suis en fauteuil »: noted once, used to find places, never asked, taken back and forgotten on demand."""

from __future__ import annotations

import pytest

from bot import access
from bot.dialogue import Dialogue
from bot.wanted import Wanted
from mediation.ranking.words import words
from tests.bot.test_ways import BEAUVAIS, INSIDE, MOBILE, pending, talking
from tests.player import Player

NOTED = "J'en tiens compte si je vous propose un lieu."


class TestReading:
    @pytest.mark.parametrize(
        ("text", "needs"),
        [
            ("Je suis en fauteuil roulant", "wheelchair"),
            ("jsuis en foteuil", "wheelchair"),
            ("je cherche un lieu accessible en fauteuil", "wheelchair"),
            ("je viens avec mon mari qui est en fauteuil", "wheelchair"),
            ("I'm in a wheelchair", "wheelchair"),
            ("je marche mal", "walking"),
            ("Je marche avec une canne.", "walking"),
            ("j'ai beaucoup de mal à marcher", "walking"),
            ("je suis une personne à mobilité réduite", "walking"),
            ("I walk with a cane", "walking"),
            ("je suis malvoyante", "sight"),
            ("je suis non-voyant", "sight"),
            ("je vois très mal", "sight"),
            ("I am visually impaired", "sight"),
            ("je suis un peu sourde", "hearing"),
            ("j'entends mal", "hearing"),
            ("je suis dur d'oreille", "hearing"),
            ("I can't hear very well", "hearing"),
            ("je parle la langue des signes", "signs"),
            ("LSF", "signs"),
            ("I use sign language", "signs"),
            ("je suis sourde et aveugle", "sight hearing"),
        ],
    )
    def test_what_is_said_to_be_needed(self, text: str, needs: str) -> None:
        assert access.read(text).needs == tuple(needs.split())

    @pytest.mark.parametrize(
        "text",
        [
            *("mon père est sourd", "je ne suis pas sourd", "je suis pas sourd !", "je ne parle pas LSF"),
            *("je vois mal comment faire", "je ne vois pas où cliquer", "je vous entends mal", "I am not deaf"),
            *("je veux un fauteuil roulant", "je suis en formation", "je ne peux pas me déplacer", "ça marche mal"),
            *("j'ai une canne à pêche", "la CAF fait la sourde oreille", "est-ce que vous êtes sourd ?", ""),
        ],
    )  # fmt: skip
    def test_what_is_no_need_of_theirs(self, text: str) -> None:
        assert access.read(text).needs == ()

    @pytest.mark.parametrize(
        ("text", "rest"),
        [
            ("Je suis en fauteuil, où aller ?", "où aller ?"),
            ("Bonjour, je suis sourde.", "Bonjour"),
            ("Je suis aveugle et je veux faire ma carte vitale", "je veux faire ma carte vitale"),
            ("je vous préviens que je marche mal", ""),
            ("c'est pour ma mère, elle est en fauteuil", "c'est pour ma mère, elle est en fauteuil"),
            ("où aller à Beauvais ?", "où aller à Beauvais ?"),
        ],
    )
    def test_the_rest_is_left_to_understand(self, text: str, rest: str) -> None:
        assert access.read(text).rest == rest

    def test_every_need_is_known_to_the_ranking(self) -> None:
        assert set(access.needs()) == set(words().access)


class TestNoting:
    @pytest.mark.parametrize("channel", ["web", "sms", "voice"])
    def test_it_is_noted_in_one_sentence_then_what_waits_is_said_again(self, dialogue: Dialogue, channel: str) -> None:
        player = talking(dialogue, channel, MOBILE, *INSIDE)
        step = player.answers[-1].reply
        answer = player.says("je suis en fauteuil roulant")
        assert answer.reply.says[0].text.endswith(NOTED) and "fauteuil" not in player.last
        assert answer.reply.step == step.step and answer.reply.says[-1] == step.says[-1]
        assert player.talk.comfort.access == ("wheelchair",)

    def test_of_a_newcomer_after_the_welcome(self, dialogue: Dialogue) -> None:
        says = [say.text for say in talking(dialogue, "sms", MOBILE, "je suis sourde").answers[-1].reply.says]
        assert says[0].startswith("Bonjour") and says[-2].endswith(NOTED)

    def test_once(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "je marche mal", "je marche mal")
        assert NOTED not in player.last and player.talk.comfort.access == ("walking",)

    def test_the_rest_is_answered_in_the_same_turn(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "Je suis sourde, où aller ?")
        assert player.last.startswith("C'est noté") or NOTED in player.last
        assert pending(player) == "commune"
        player.says("Beauvais")
        assert player.wanted == [Wanted(None, ("hearing",))] and NOTED not in player.last

    def test_in_the_very_answer_that_finds_places(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "où aller", "je suis en fauteuil à Beauvais")
        assert player.wanted == [Wanted(None, ("wheelchair",))] and NOTED in player.last

    def test_an_answer_stays_an_answer(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "carte vitale", "oui, mais je suis aveugle")
        assert player.answers[-1].reply.step == "caisse" and player.talk.comfort.access == ("sight",)

    def test_no_step_and_no_question_more(self, dialogue: Dialogue) -> None:
        plain = talking(dialogue, "web", None, "un humain", "aller dans un lieu", "Beauvais")
        stated = talking(dialogue, "web", None, "un humain", "je suis en fauteuil", "aller dans un lieu", "Beauvais")
        assert pending(stated) == pending(plain) == "place"
        assert stated.talk.case["questions"] == plain.talk.case["questions"]
        assert stated.looked_for == [(BEAUVAIS, None)]

    def test_on_the_phone_a_bad_line_is_no_need(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", MOBILE, *INSIDE, "j'entends mal")
        assert player.talk.comfort.access == ()
        assert talking(dialogue, "sms", MOBILE, *INSIDE, "j'entends mal").talk.comfort.access == ("hearing",)

    def test_in_english(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "English", "I am deaf, where to go")
        assert "I will take it into account" in player.last and pending(player) == "commune"
        player.says("Beauvais")
        assert player.wanted == [Wanted(None, ("hearing",), "en")]

    def test_english_in_a_french_talk_is_still_offered_english(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "bonjour", "I am in a wheelchair and I need help with my card")
        assert "English" in player.last and player.talk.comfort.access == ("wheelchair",)

    def test_a_danger_comes_first(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "je suis sourde et mon mari me frappe")
        assert NOTED not in player.last and player.talk.comfort.access == ()


class TestTakingBack:
    def test_it_is_taken_back(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *INSIDE, "je suis sourd", "je marche mal", "je ne suis pas sourd")
        assert player.talk.comfort.access == ("walking",) and "Je n'en tiens plus compte" in player.last

    def test_it_is_told_then_forgotten(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "je suis aveugle", "que savez-vous de moi")
        assert "entrer dans un lieu" in player.last and "aveugle" not in player.last
        answer = Player(dialogue, player.talk)
        for text in ("oubliez-moi", "oui"):
            forgotten = answer.says(text)
        assert forgotten.forget and answer.talk.comfort.access == () and "compte" not in answer.last
