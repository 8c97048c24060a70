"""What citizens said that once led them astray: to a commune far away, to a lost question, to a code undone."""

from __future__ import annotations

import pytest

from bot.dialogue import Dialogue
from mediation.communes import label, where
from tests.bot.test_ways import BEAUVAIS, MOBILE, MONDAY, PLACES, case, offered, pending, talking
from tests.player import Player

LANDLINE = "+33199001111"
TO_A_PLACE = ("un humain", "aller dans un lieu")
TO_A_CALL = ("un humain", "recevoir un appel")


@pytest.mark.parametrize("said", ["je suis sourd", "je veux un lieu", "je cherche une place"])
def test_what_somebody_is_or_wants_is_no_commune(said: str) -> None:
    assert where(said).kind == "none"


@pytest.mark.parametrize(("said", "name"), [("je suis à Mer", "Mer (41)"), ("Le Sourd", "Le Sourd (02)")])
def test_a_plain_name_that_is_meant_is_one(said: str, name: str) -> None:
    assert name in [label(one) for one in where(said).communes]


def test_a_need_said_twice_is_still_no_answer(dialogue: Dialogue) -> None:
    player = talking(dialogue, "voice", LANDLINE, *TO_A_PLACE, "je suis sourd", "je suis sourd")
    assert pending(player) == "commune" and not player.looked_for


def test_another_commune_instead_of_a_place(dialogue: Dialogue) -> None:
    player = talking(dialogue, "sms", MOBILE, *TO_A_PLACE, "60000", "plutôt à Creil")
    assert player.looked_for[-1][0] == "60175" and case(player).commune == "60175"


def test_another_commune_for_who_has_no_case(dialogue: Dialogue) -> None:
    player = talking(dialogue, "voice", MOBILE, "où aller", "60000", "Creil")
    assert player.looked_for[-1][0] == "60175"


def test_a_commune_for_a_yes_where_a_place_is_offered(dialogue: Dialogue) -> None:
    player = Player(dialogue, helped=False, places=PLACES)
    for text in ("un humain", "60000"):
        player.says(text)
    assert pending(player) == "place" and case(player).commune == BEAUVAIS


@pytest.mark.parametrize("said", ["recevoir un appel", "écrire ici"])
def test_a_way_that_nobody_keeps_is_answered(dialogue: Dialogue, said: str) -> None:
    player = Player(dialogue, helped=False, places=PLACES)
    for text in ("un humain", said):
        player.says(text)
    assert pending(player) == "way" and offered(player) == ["oui", "non"]
    assert "ne sais pas quand" in player.last


@pytest.mark.parametrize("helped", [True, False])
def test_when_is_answered_on_the_phone_before_the_promise(dialogue: Dialogue, helped: bool) -> None:
    player = Player(dialogue, channel="voice", phone=LANDLINE, helped=helped, places=PLACES)
    player.signals("call")
    for text in ("un humain", "un lieu" if helped else "oui"):
        player.says(text)
    assert pending(player) == "commune"
    player.says("c'est quand qu'on m'appelle", "ma_demande")
    assert ("lundi 23 novembre" if helped else "ne sais pas quand") in player.last and pending(player) == "commune"


def test_silences_are_counted_in_a_row(dialogue: Dialogue) -> None:
    player = talking(dialogue, "voice", LANDLINE)
    for _ in range(3):
        answer = player.signals("silence")
        assert answer.reply.says[0].key == "silence_repeat", "words were heard since the last one"
        player.says("où aller")


def test_who_presses_a_key_is_not_told_that_nothing_was_heard(dialogue: Dialogue) -> None:
    player = talking(dialogue, "voice", LANDLINE)
    player.signals("silence")
    assert [say.key for say in player.says("*").reply.says] == ["asked.what_need"]


def test_forgetting_refused_takes_up_the_question_about_the_case(dialogue: Dialogue) -> None:
    player = talking(dialogue, "sms", MOBILE, *TO_A_CALL, "oubliez-moi", "non")
    assert pending(player) == "callback_when" and "je n'efface rien" in player.last and len(offered(player)) > 2
    player.says("demain matin")
    assert case(player).callback_half == "morning" and "waited" not in player.talk.case


def test_another_way_named_once_it_is_promised(dialogue: Dialogue) -> None:
    player = talking(dialogue, "sms", MOBILE, *TO_A_CALL, "demain matin", "60000", now=MONDAY)
    assert case(player).mode == "callback" and pending(player) is None
    player.says("finalement je préfère venir", "demande_humain")
    assert pending(player) == "place" and case(player).mode == "place"
    for text in ("1", "non"):  # which place, may the answers be shown
        player.says(text)
    assert player.answers[-1].reply.says[0].key == "place_chosen", "there was no code before"


def test_tomorrow_is_not_today_while_only_today_is_offered(dialogue: Dialogue) -> None:
    player = talking(dialogue, "sms", MOBILE, *TO_A_CALL, "demain matin", now=MONDAY)
    assert (case(player).callback_on, case(player).callback_half) == ("2026-11-24", "morning")


@pytest.mark.parametrize("said", ["jeudi matin", "après-demain matin"])
def test_a_day_too_far_is_asked_again_rather_than_taken_for_another(dialogue: Dialogue, said: str) -> None:
    player = talking(dialogue, "sms", MOBILE, *TO_A_CALL, said, now=MONDAY)
    assert pending(player) == "callback_when"


def test_a_place_asked_for_again_is_looked_for_again(dialogue: Dialogue) -> None:
    player = talking(dialogue, "sms", MOBILE, *TO_A_PLACE, "60000", "1", "un humain")
    assert pending(player) == "standing"
    player.says("un lieu")
    assert pending(player) == "place" and case(player).place is None


def test_asking_when_does_not_undo_the_code(dialogue: Dialogue) -> None:
    player = talking(dialogue, "voice", LANDLINE, *TO_A_PLACE, "60000", "1")
    assert case(player).code
    player.says("c'est quand qu'on m'appelle", "ma_demande")
    assert player.answers[-1].handoff is None and "Relais A" in player.last and "reste le même" in player.last


@pytest.mark.parametrize("said", ["c quand", "ça sera quand", "vous répondez quand", "vous m'appelez toujours ?"])
def test_when_in_the_words_of_a_hurry(dialogue: Dialogue, said: str) -> None:
    player = talking(dialogue, "sms", MOBILE, *TO_A_CALL, "demain matin", "60000", said, now=MONDAY)
    assert "mardi 24 novembre, le matin" in player.last


@pytest.mark.parametrize(("text", "said"), [("can you call", False), ("he is going to hurt me and my son", True)])
def test_in_english_the_number_is_said_of_a_whole_sentence_and_the_talk_goes_on(
    dialogue: Dialogue, text: str, said: bool
) -> None:
    for before in ((), ("english",)):
        player = talking(dialogue, "web", None, *before)
        answer = player.says(text, "violences")
        assert ("3919" in player.last) == said and answer.reply.says[-1].options, "what can be done is still shown"


def test_in_french_the_talk_stops_for_a_danger(dialogue: Dialogue) -> None:
    player = talking(dialogue, "web", None)
    answer = player.says("il me fait peur", "violences")
    assert "3919" in player.last and not answer.reply.says[-1].options
