"""STOP is kept across the channels of one person, and coming back lifts it."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import func, select

from api.channel_models import OptOut
from api.db import reading, writing
from tests.channels.conftest import Service

pytestmark = pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
MOBILE, CHAT = "+33612345678", "123456789"


def opt_outs(service: Service) -> int:
    with reading(service.engine) as session:
        return session.scalar(select(func.count()).select_from(OptOut)) or 0


def test_no_sms_is_promised_by_phone_to_who_wrote_stop(service: Service) -> None:
    sms = service.desk("sms", MOBILE)
    sms.turn("stop")
    phone = service.desk("voice", MOBILE)
    phone.opens()
    heard = phone.turn("envoyez moi un sms")
    assert "Vous avez arrêté nos SMS" in heard.shown and "sms" not in heard.data
    phone.closes()
    sms.turn("start")
    phone.opens()
    assert phone.turn("envoyez moi un sms").data["sms"]["texts"] and opt_outs(service) == 0


def test_who_is_silent_on_the_phone_after_stop_gets_the_call_back_without_an_sms(service: Service) -> None:
    service.desk("sms", MOBILE).turn("stop")
    phone = service.desk("voice", MOBILE)
    phone.opens()
    turn = phone.turn("")
    while not turn.over:
        turn = phone.turn("")
    assert "vous appelle au plus tard" in turn.shown and "SMS" not in turn.shown


def test_who_comes_back_to_the_bot_is_written_to_again(service: Service) -> None:
    with writing(service.engine) as session:
        blocked = service.vault.index("telegram", CHAT)
        session.add(OptOut(id=uuid.uuid4(), blind_index=blocked, source="provider", at=service.now))
    service.desk("telegram", CHAT).opens()
    assert opt_outs(service) == 0


def test_stop_survives_oubliez_moi(service: Service) -> None:
    sms = service.desk("sms", MOBILE)
    for words in ("bonjour", "oubliez-moi", "oui", "stop"):
        sms.turn(words)
    assert opt_outs(service) == 1
    assert "Vous avez arrêté nos SMS" in sms.turn("bonjour").shown or "start" in sms.turn("bonjour").shown
