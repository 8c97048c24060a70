"""The first reply, links to a procedure, and answers that must not be taken for others."""

from __future__ import annotations

import pytest

from bot.dialogue import Dialogue
from tests.player import Player

MOBILE = "+33612345678"


@pytest.fixture(params=["telegram", "sms"])
def newcomer(request: pytest.FixtureRequest, dialogue: Dialogue) -> Player:
    return Player(dialogue, channel=request.param, phone=MOBILE)


def test_who_comes_by_a_link_or_a_need_is_told_who_speaks(newcomer: Player) -> None:
    newcomer.says("caf_dtr")
    assert newcomer.last.startswith("Bonjour. Ici Allô Démarches, un assistant automatique")
    newcomer.says("oui")
    assert "Ici Allô Démarches" not in newcomer.last


def test_a_danger_is_answered_first(newcomer: Player) -> None:
    newcomer.says("je veux mourir")
    assert "Ici Allô Démarches" not in newcomer.last and "3114" in newcomer.last


@pytest.mark.parametrize("before", [["bonjour"], ["prime d'activité", "oui", "non"]])
def test_a_link_is_never_an_answer(dialogue: Dialogue, before: list[str]) -> None:
    player = Player(dialogue, channel="telegram")
    for text in before:
        player.says(text)
    kept = player.talk.run
    player.says("caf_dtr")
    assert player.talk.asked and player.talk.asked.options[0] == "caf_dtr" and player.talk.run == kept


def test_a_yes_after_a_danger_erases_nothing(newcomer: Player) -> None:
    newcomer.says("oubliez-moi")
    newcomer.says("je veux mourir")
    assert not newcomer.says("oui").forget


def test_hello_does_not_say_all_the_welcome_again(newcomer: Player) -> None:
    newcomer.signals("start")
    assert "assistant automatique" in newcomer.last
    answer = newcomer.says("bonjour")
    assert "assistant automatique" not in newcomer.last and answer.reply.says[-1].options


def test_a_wrong_key_keeps_the_menu_and_the_list(dialogue: Dialogue) -> None:
    player = Player(dialogue)
    menu = player.says("bonjour").reply.says[-1]
    assert player.says("9").reply.says[-1] == menu and "pas dans la liste" in player.last
    player.says("vie_demenagement")
    for _ in range(12):
        if player.talk.asked and player.talk.asked.kind == "task":
            break
        options = player.answers[-1].reply.says[-1].options
        player.says("1" if options else "10 novembre")
    task = player.answers[-1].reply.says[-1]
    assert player.says("7").reply.says[-1] == task


def test_a_number_is_a_yes_to_a_person(newcomer: Player) -> None:
    newcomer.says("bonjour")
    for text in ("gloubi", "boulga"):
        newcomer.says(text)
    assert newcomer.talk.asked and newcomer.talk.asked.kind == "person"
    answer = newcomer.says("0612345678")
    assert answer.handoff and answer.handoff.phone == "+33612345678"


def test_anger_and_hello_do_not_lose_the_call_back(newcomer: Player) -> None:
    newcomer.says("un humain")
    for words, intent in (("vous êtes nuls", "colere"), ("salut", None)):
        newcomer.says(words, intent)
        assert newcomer.talk.asked and newcomer.talk.asked.kind == "way"


def test_what_was_not_understood_does_not_stick(newcomer: Player) -> None:
    newcomer.says("bonjour")
    newcomer.says("asdf")
    newcomer.says("mode discret")
    assert "Je n'ai pas compris" not in newcomer.last


def test_a_picture_with_words_is_refused_and_the_words_are_read(newcomer: Player) -> None:
    newcomer.says("carte vitale")
    answer = newcomer.signals("photo", text="oui")
    assert "Je ne regarde pas les photos" in newcomer.last and answer.reply.step
