"""« Aller dans un lieu », through the real service: the place is kept with its case, and the code to bring is told."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from api.case_models import Handoff
from api.db import reading
from api.places.importing import ensure_demo
from tests.channels.conftest import Service

WHO = {"telegram": "987654321", "sms": "+33639981234", "voice": "+33612345678"}
CODE = re.compile(r"(?<!\d)(\d{6})(?!\d)")


def the_case(service: Service) -> Handoff:
    with reading(service.engine) as session:
        return session.scalars(select(Handoff)).one()


@pytest.mark.parametrize("channel", list(WHO))
def test_the_place_is_chosen_and_its_code_is_told(service: Service, channel: str) -> None:
    ensure_demo(service.engine, service.now)
    desk = service.desk(channel, WHO[channel])
    desk.opens()
    for words in ("carte vitale", "oui", "un humain", "aller dans un lieu", "Beauvais", "le premier"):
        desk.turn(words)
    assert the_case(service).mode == "place" and the_case(service).code_digest is None
    desk.turn("oui")
    said = " ".join(say.text for say in service.kept.reply.says) if service.kept.reply else ""
    case = the_case(service)
    assert (case.status, case.mode, case.consent) == ("open", "place", "oui") and case.code_digest
    assert CODE.search(said) and "◊" not in said
    recap = case.unseal(service.vault, "recap_sealed")
    assert (
        recap["commune"] == "60057" and recap["place"] and "commune" not in case.unseal(service.vault, "answers_sealed")
    )


def test_the_address_and_the_same_code_come_by_sms_after_a_call(service: Service) -> None:
    ensure_demo(service.engine, service.now)
    desk = service.desk("voice", WHO["voice"])
    desk.opens()
    turns = [desk.turn(words) for words in ("0", "2", "60000", "1")]
    said, spelt = str(turns[-1].data), re.compile(r"(?<!\d)(\d(?:, \d){5})(?!\d)")
    late = 0 if "Votre code :" in said else 1  # the SMS may leave a moment after what is heard
    sent = "\n".join([said, *(letter.rendered.text for letter in service.mailbox.take(late))])
    (code,) = {found.replace(", ", "") for found in spelt.findall(said)}
    assert "◊" not in sent and f"Votre code : {code}." in sent and "exemple fictif" in sent


def test_one_case_whatever_is_pressed(service: Service) -> None:
    desk = service.desk("sms", WHO["sms"])
    for words in ("un humain", "0", "0", "un humain", "non", "1", "un humain", "oui"):
        desk.turn(words)
    assert the_case(service).mode == "live" and the_case(service).status == "open"
