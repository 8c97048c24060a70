"""One run across the channels: by the number that calls and texts share, or by a code."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from api.case_models import Handoff
from api.channel_models import LinkCode
from api.db import reading
from api.models import Address, Citizen, Run
from tests.channels.conftest import Service

LANDLINE, MOBILE = "+33198765432", "+33612345678"


def code_in(words: object) -> str:
    """The code that was said, figure by figure or not."""
    found = re.search(r"code\D{1,12}((?:\d[ ,]*){6})", str(words))
    assert found, words
    return re.sub(r"\D", "", found[1])


def count(service: Service, table: type) -> int:
    with reading(service.engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_begun_by_phone_continued_by_sms_with_the_code_ended_on_the_web(service: Service) -> None:
    asked: list[str | None] = []
    phone = service.desk("voice", LANDLINE)
    phone.opens()
    for words in ("carte vitale", "1", "1", "1", "2"):
        phone.turn(words)
        asked.append(service.kept.reply and service.kept.reply.step)
    fourth = asked[-1]
    code = code_in(phone.turn("mon code").data["spoken"])
    phone.closes()

    sms = service.desk("sms", MOBILE)
    texts = " ".join(sms.turn(f"code {code}").data["texts"])
    assert "au meme endroit" in texts and service.kept.reply and service.kept.reply.step == fourth
    for words in ("oui", "ok"):
        sms.turn(words)
        asked.append(service.kept.reply.step)
    code = code_in(sms.turn("code").data["texts"])

    with service.browser() as browser:
        browser.post("/api/chat", json={"text": ""})
        answer = browser.post("/api/chat", json={"text": code}).json()
        assert answer["step"] == asked[-1]
        for _ in range(30):
            answer = browser.post("/api/chat", json={"text": "1"}).json()
            asked.append(answer["step"])
            if answer["ended"]:
                break
    assert answer["ended"] == "done"
    steps = [step for step in asked if step]
    assert len(steps) == len(set(steps)), "nothing is asked twice"
    assert count(service, Citizen) == 1 and count(service, Address) == 3 and count(service, Run) == 1


def test_the_number_that_calls_also_texts(service: Service) -> None:
    phone = service.desk("voice", MOBILE)
    phone.opens()
    for words in ("carte vitale", "1", "1"):
        phone.turn(words)
    step = service.kept.reply and service.kept.reply.step
    phone.closes()
    sms = service.desk("sms", MOBILE)
    sms.turn("reprendre")
    assert service.kept.reply and service.kept.reply.step == step
    assert count(service, Citizen) == 1 and count(service, Run) == 1


def test_what_was_begun_elsewhere_is_put_aside_not_lost(service: Service) -> None:
    phone = service.desk("voice", LANDLINE)
    phone.opens()
    for words in ("carte vitale", "1", "1"):
        phone.turn(words)
    code = code_in(phone.turn("mon code").data["spoken"])
    sms = service.desk("sms", MOBILE)
    for words in ("prime de noel", "oui"):
        sms.turn(words)
    sms.turn(code)
    assert service.kept.reply and service.kept.reply.procedure == "cpam_carte_vitale"
    with reading(service.engine) as session:
        live = dict(session.execute(select(Run.procedure, Run.status).where(Run.ended_at.is_(None))).tuples().all())
    assert live["cpam_carte_vitale"] == "open" and len(live) == 2


def test_a_code_works_once_and_not_for_long(service: Service) -> None:
    sms = service.desk("sms", MOBILE)
    code = code_in(sms.turn("code").data["texts"])
    other = service.desk("sms", "+33612345679")
    other.turn("j'ai un code")
    assert "au meme endroit" in str(other.turn(code).data["texts"])
    third = service.desk("sms", "+33612345670")
    third.turn("j'ai un code")
    assert "ne marche plus" in str(third.turn(code).data["texts"]), "used"
    code = code_in(sms.turn("code").data["texts"])
    service.now += timedelta(minutes=16)
    third.turn("j'ai un code")
    assert "ne marche plus" in str(third.turn(code).data["texts"]), "out of date"


def test_trying_tells_nothing_and_is_soon_refused(service: Service) -> None:
    owner = service.desk("sms", MOBILE)
    code = code_in(owner.turn("code").data["texts"])
    wrong = [f"{(int(code) + n) % 10**6:06d}" for n in range(1, 7)]
    thief = service.desk("sms", "+33612345679")
    answers = []
    for guess in wrong:
        thief.turn("j'ai un code")
        answers.append(str(thief.turn(guess).data["texts"]))
    assert len({answer for answer in answers[:5]}) == 1 and "trop de codes" in answers[5]
    thief.turn("j'ai un code")
    assert "trop de codes" in str(thief.turn(code).data["texts"]), "even the right one"
    assert count(service, LinkCode) == 1


def test_six_figures_are_an_ordinary_message_where_no_code_is_asked(service: Service) -> None:
    sms = service.desk("sms", MOBILE)
    sms.turn("carte vitale")
    texts = str(sms.turn("123456").data["texts"])
    assert "code ne marche" not in texts


def test_one_s_own_code_changes_nothing(service: Service) -> None:
    sms = service.desk("sms", MOBILE)
    code = code_in(sms.turn("code").data["texts"])
    assert "celui de cette conversation" in str(sms.turn(code).data["texts"])


def test_the_way_one_is_spoken_to_follows(service: Service) -> None:
    phone = service.desk("voice", LANDLINE)
    phone.opens()
    phone.turn("plus lentement")
    phone.turn("mode discret")
    code = code_in(phone.turn("mon code").data["spoken"])
    sms = service.desk("sms", MOBILE)
    sms.turn(code)
    assert service.kept.reply and service.kept.reply.manner.pace == 1 and service.kept.reply.manner.discreet


@pytest.mark.parametrize("first", ["newcomer", "owner"])
def test_two_open_cases_become_one(service: Service, first: str) -> None:
    owner, newcomer = service.desk("sms", MOBILE), service.desk("sms", "+33612345679")
    for desk in (owner, newcomer) if first == "owner" else (newcomer, owner):
        desk.turn("un humain")
    newcomer.turn("non")
    newcomer.turn("non")
    owner.turn("oui")
    code = code_in(owner.turn("code").data["texts"])
    newcomer.turn(code)
    with reading(service.engine) as session:
        states = sorted(session.scalars(select(Handoff.status)))
    assert states == ["closed", "open"] and count(service, Citizen) == 1
