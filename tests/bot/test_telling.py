"""What people tell without asking for anything: a late payment, who they are, a call they wait for."""

from __future__ import annotations

import pytest

from bot.dialogue import Dialogue
from bot.understanding import Ranked
from tests.player import Player, heard

MOBILE = "+33612345678"


def _offered(player: Player) -> list[str]:
    return [option.id for option in player.answers[-1].reply.says[-1].options]


@pytest.mark.parametrize("channel", ["web", "sms", "voice"])
@pytest.mark.parametrize(
    ("intent", "close"), [("retard_caf", ["caf_dtr", "caf_rdv"]), ("retard_ft", ["ft_actualisation", "ft_rdv"])]
)
def test_a_late_payment_is_a_choice_and_starts_nothing(
    dialogue: Dialogue, channel: str, intent: str, close: list[str]
) -> None:
    player = Player(dialogue, channel=channel, phone=MOBILE)
    player.says("mon argent n'est pas tombé", intent)
    assert _offered(player) == [*close, "autre_chose"] and player.talk.run is None
    assert "Je ne vois pas votre dossier" in player.last
    player.says("1")
    assert player.talk.asked and (player.talk.asked.kind, player.talk.asked.options) == ("start", (close[0],))


def test_something_else_than_what_is_close_is_a_person(player: Player) -> None:
    player.says("mon rsa n'est pas tombé", "retard_caf")
    player.says("autre chose")
    assert player.talk.asked and player.talk.asked.kind == "person"


def test_a_late_payment_keeps_the_step_in_hand(inside: Player) -> None:
    run = inside.talk.run
    inside.says("la caf ne paie plus", "retard_caf")
    assert inside.talk.run == run and _offered(inside)[:2] == ["caf_dtr", "caf_rdv"]


def test_the_procedure_in_hand_is_not_offered_again(player: Player) -> None:
    for text in ("caf_dtr", "oui"):
        player.says(text)
    player.says("on m'a coupé les vivres", "retard_caf")
    assert _offered(player) == ["caf_rdv", "autre_chose"]


def test_a_payment_that_may_be_late_is_among_what_is_asked_back(player: Player) -> None:
    text = "mon aide a sauté"
    ranking = (Ranked("retard_caf", 0.5), Ranked("caf_dtr", 0.2), Ranked("caf_aide_logement", 0.18))
    player.says(text, heard=heard(text, None, player.dialogue, ranking))
    assert _offered(player) == ["caf_dtr", "caf_rdv", "caf_aide_logement", "autre_chose"]


@pytest.mark.parametrize("text", ["j'ai 78 ans", "je suis veuve", "j'ai deux enfants"])
def test_who_says_only_who_they_are_is_asked_what_they_need(player: Player, text: str) -> None:
    player.says(text, "situation")
    assert "Merci de me le dire" in player.last and player.talk.run and player.talk.run.procedure == "orientation"


def test_who_says_who_they_are_at_a_step_keeps_it_then_is_offered_a_person(inside: Player) -> None:
    run = inside.talk.run
    assert inside.says("j'ai 78 ans vous savez", "situation").reply.step == "photo"
    assert inside.talk.run == run and "Merci de me le dire" in inside.last
    inside.says("je suis toute seule", "situation")
    assert inside.talk.asked and inside.talk.asked.kind == "person"


@pytest.mark.parametrize("intent", ["situation", "retard_caf"])
def test_what_is_told_while_a_person_is_being_found_changes_nothing(player: Player, intent: str) -> None:
    player.says("un humain")
    asked = player.talk.asked
    player.says("la vie est chère vous savez", intent)
    assert asked and player.talk.asked and player.talk.asked.kind == asked.kind and player.talk.case


def test_who_waits_for_a_call_unknown_here_is_offered_a_person(player: Player) -> None:
    player.says("la dame devait me téléphoner hier", "ma_demande")
    assert player.talk.asked and player.talk.asked.kind == "person"


@pytest.mark.parametrize("text", ["jai pa ressu mon rsa", "mon rsa a été coupé", "le rsa est suspendu"])
def test_an_aid_that_did_not_come_is_no_wish_for_it(player: Player, text: str) -> None:
    for answer in ("orientation", "une aide"):
        player.says(answer)
    player.says(text, "retard_caf")
    assert _offered(player)[:2] == ["caf_dtr", "caf_rdv"]
