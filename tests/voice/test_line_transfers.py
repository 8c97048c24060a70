"""A call passed on to a person: who hears what, who accepts, and what happens when nobody does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from api.simulators.transfer import Outcome
from bot.messages import Inbound, Reply
from tests.voice.kit import OURS, Desk, Scripted, asks, signed

Open = Callable[[Callable[[Inbound], Reply]], Desk]

OUTCOMES: list[tuple[list[Outcome], str, int]] = [
    (["accept"], "transfer_done", 1),
    (["refuse", "accept"], "transfer_done", 2),
    (["no_answer", "busy"], "transfer_failed", 2),
    (["voicemail", "voicemail"], "transfer_failed", 2),
    (["no_answer", "refuse"], "transfer_failed", 2),
]


@pytest.mark.parametrize(("outcomes", "signal", "rung"), OUTCOMES)
def test_a_call_is_passed_on_or_comes_back(
    line: Desk, scripted: Scripted, outcomes: list[Outcome], signal: str, rung: int
) -> None:
    phone = line.phone()
    phone.transfer_outcomes = list(outcomes)
    phone.call()
    heard = phone.says("personne")
    assert scripted.heard == ["[call]", "personne", f"[{signal}]"]
    assert phone.dialled == ["+33199001234", "+33199005678"][:rung]
    assert phone.transferred == (signal == "transfer_done")
    assert f"Vous avez dit {signal}." in heard and not phone.over
    phone.keys("1")
    assert scripted.heard[-1] == "1"


def test_the_person_rung_hears_the_title_and_nothing_of_the_caller(line: Desk) -> None:
    phone = line.phone()
    phone.call()
    phone.says("personne")
    whispered = [one.text for one in phone.transcript if one.kind == "whispered"]
    said = " ".join(whispered)
    assert "Déclarer mes revenus à la CAF" in said and "tapez 1" in said
    assert "06" not in said and "personne." not in said.replace("Une personne a besoin d'aide", "")


def test_without_a_procedure_the_whisper_is_plain(desk: Open) -> None:
    def answer(inbound: Inbound) -> Reply:
        return asks("Restez en ligne.", then="transfer") if inbound.text else asks("Oui ?")

    phone = desk(Scripted(answer).receive).phone()
    phone.call()
    phone.says("une personne")
    assert any("Une personne a besoin d'aide." in one.text for one in phone.transcript if one.kind == "whispered")


def test_who_hangs_up_while_it_rings_makes_no_other_phone_ring(line: Desk, scripted: Scripted) -> None:
    signed(line, "")
    signed(line, "/turn?n=1", SpeechResult="personne")
    form = {"CallStatus": "completed", "DialCallStatus": "canceled"}
    assert "<Dial" not in signed(line, "/transfer?n=2&attempt=1", **form)[1]
    assert scripted.heard[-1] == "[transfer_failed]"


def test_twilio_saying_completed_is_not_somebody_accepting(line: Desk, scripted: Scripted) -> None:
    signed(line, "")
    signed(line, "/turn?n=1", SpeechResult="personne")
    signed(line, "/transfer?n=2&attempt=1", DialCallStatus="completed", CallStatus="in-progress")
    status, document = signed(line, "/transfer?n=2&attempt=2", DialCallStatus="completed", CallStatus="in-progress")
    assert status == 200 and scripted.heard[-1] == "[transfer_failed]" and "<Gather" in document


def test_a_second_person_may_be_asked_for_later(line: Desk, scripted: Scripted) -> None:
    phone = line.phone()
    phone.transfer_outcomes = ["accept", "no_answer", "no_answer"]
    phone.call()
    phone.says("personne")
    phone.says("personne")
    assert scripted.heard[1:] == ["personne", "[transfer_done]", "personne", "[transfer_failed]"]


def test_a_territory_that_takes_no_calls_is_a_failed_transfer(line: Desk, scripted: Scripted) -> None:
    nobody = replace(line, territory=line.territory.model_copy(update={"transfer": None}))
    phone = nobody.phone()
    phone.call()
    heard = phone.says("personne")
    assert heard.startswith("Je vous passe quelqu'un. Vous avez dit transfer_failed.") and phone.dialled == []
    assert scripted.heard == ["[call]", "personne", "[transfer_failed]"]
    phone.keys("1")
    assert scripted.received[-1].provider_id == f"{phone.sid}:3"


def test_the_number_called_is_the_one_shown(line: Desk) -> None:
    phone = line.phone()
    phone.call()
    phone.says("personne")
    assert f'callerId="{OURS}"' in next(one.body for one in phone.wire.requests if "<Dial" in one.body)
