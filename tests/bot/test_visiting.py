"""What is heard of a place: the street and the number for who gets no SMS, the short form for who does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.channels.voice import VOICE
from bot.dialogue import Dialogue
from bot.messages import RECAP_CODE, Inbound
from tests.bot.test_ways import BEAUVAIS, INSIDE, MOBILE, PLACES, case, offered, talking
from tests.player import NOON, Player

LANDLINE = "+33199001111"
WHOLE = ("Relais A. L'adresse : 1 rue A.", "Relais B. L'adresse : 2 rue B.")


def caller(dialogue: Dialogue, phone: str | None, *said: str) -> Player:
    """Somebody on the phone, near places that have a street."""
    player = talking(dialogue, "voice", phone)
    both = zip(PLACES[BEAUVAIS], WHOLE, strict=True)
    player.places = {BEAUVAIS: tuple(replace(place, whole=whole) for place, whole in both)}
    for text in said:
        player.says(text)
    return player


def heard(player: Player) -> str:
    return " ".join(one.text for one in VOICE.render(player.answers[-1].reply))


@pytest.mark.parametrize("phone", [LANDLINE, None])
def test_without_sms_the_street_is_heard_and_heard_again(dialogue: Dialogue, phone: str | None) -> None:
    player = caller(dialogue, phone, *INSIDE, "où aller", "Beauvais")
    assert "Relais A, à Beauvais. Relais B, à Beauvais." in heard(player) and "Où voulez-vous aller" in heard(player)
    assert not any(whole in heard(player) for whole in WHOLE), "nobody remembers two addresses"
    player.says("2")
    assert WHOLE[1] in heard(player) and WHOLE[0] not in heard(player) and not player.answers[-1].sends
    assert player.answers[-1].reply.manner.pace == 1 and player.talk.comfort.pace == 0, "slower this once"
    assert player.answers[-1].reply.step, "the step that waited is said again"
    player.says("répétez")
    assert WHOLE[1] in heard(player)


def test_without_sms_a_place_alone_is_told_at_once(dialogue: Dialogue) -> None:
    player = caller(dialogue, LANDLINE)
    player.places = {BEAUVAIS: player.places[BEAUVAIS][:1]}
    player.says("où aller")
    player.says("Beauvais")
    assert WHOLE[0] in heard(player) and "Voulez-vous y aller" not in heard(player)


def test_without_sms_none_of_the_two_goes_on(dialogue: Dialogue) -> None:
    player = caller(dialogue, LANDLINE, *INSIDE, "où aller", "Beauvais", "aucun des deux")
    assert not any(whole in heard(player) for whole in WHOLE) and player.answers[-1].reply.step


def test_without_sms_the_street_of_the_one_chosen_is_heard(dialogue: Dialogue) -> None:
    player = caller(dialogue, LANDLINE, "un humain", "aller dans un lieu", "60000")
    assert "Relais A, à Beauvais." in heard(player) and "rue A" not in heard(player)
    player.says("1")
    assert WHOLE[0] in heard(player) and RECAP_CODE in heard(player) and WHOLE[1] not in heard(player)
    assert case(player).place == "a"
    player.says("répétez")
    assert WHOLE[0] in heard(player)


def test_with_sms_the_street_is_read(dialogue: Dialogue) -> None:
    for said in (("où aller", "Beauvais", "1"), ("un humain", "aller dans un lieu", "60000", "1")):
        player = caller(dialogue, MOBILE, *said)
        assert "rue A" not in heard(player)
        (send,) = player.answers[-1].sends
        assert "1 rue A" in send.says[0].text


def test_at_the_end_of_the_procedure_that_prepares_a_visit_the_street_is_heard(dialogue: Dialogue) -> None:
    player = caller(dialogue, MOBILE, "france_services", "oui", "60000", "caf", "oui", "non")
    for _ in range(12):
        if player.answers[-1].reply.ended:
            break
        player.says("non" if offered(player) == ["oui", "non"] else "c'est fait")
    assert player.answers[-1].reply.ended == "done" and WHOLE[0] in heard(player)


def test_who_wrote_stop_hears_the_street(dialogue: Dialogue) -> None:
    player = caller(dialogue, MOBILE, "où aller")
    inbound = Inbound("voice", "citizen", "Beauvais", "x", NOON, phone=MOBILE, no_sms=True)
    answer = dialogue.reply_to(replace(inbound, nearby=player.places[BEAUVAIS], around=BEAUVAIS), player.talk, {})
    inbound = replace(inbound, text="1", provider_id="y")
    answer = dialogue.reply_to(inbound, answer.talk, {})
    assert WHOLE[0] in " ".join(say.speech or "" for say in answer.reply.says) and not answer.sends
