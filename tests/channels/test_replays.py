"""The same request again: soon after, the same answer and no effect; long after, or not signed, 403 and no trace."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from api.base import Base
from api.db import reading
from api.providers.twilio_signature import HEADER, Signature
from api.routes.telegram import SECRET_HEADER
from api.simulators.desks import ACCOUNT, OUR_NUMBER, SECRET
from api.simulators.wire import bytes_in_process, in_process
from tests.channels.conftest import Service

MOBILE = "+33612345678"


def rows(service: Service) -> dict[str, int]:
    with reading(service.engine) as session:
        tables = Base.metadata.sorted_tables
        return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def sms(text: str, sid: str) -> dict[str, str]:
    form = {"MessageSid": sid, "AccountSid": ACCOUNT, "From": MOBILE, "To": OUR_NUMBER}
    return {**form, "Body": text, "NumMedia": "0"}


def post(service: Service, path: str, form: dict[str, str], signature: str | None = None) -> tuple[int, str]:
    signed = Signature(service.settings).sign(path, form) if signature is None else signature
    return in_process(service.app)(path, form, {HEADER: signed} if signed else {})


def update(number: int, text: str, service: Service) -> bytes:
    chat = {"id": 42, "type": "private"}
    person = {"id": 42, "is_bot": False, "first_name": "C"}
    date = int(service.now.timestamp())
    message = {"message_id": number, "date": date, "chat": chat, "from": person, "text": text}
    return json.dumps({"update_id": number, "message": message}).encode()


def test_an_sms_five_times_out_of_order_and_at_once(service: Service) -> None:
    messages = [("carte vitale", "SM1"), ("oui", "SM2"), ("1", "SM3")]
    answers = {sid: post(service, "/webhooks/sms", sms(text, sid)) for text, sid in messages}
    stored = rows(service)
    for text, sid in (*reversed(messages), *messages, *reversed(messages)):
        assert post(service, "/webhooks/sms", sms(text, sid)) == answers[sid]
    got: list[tuple[int, str]] = []
    threads = [
        threading.Thread(target=lambda: got.append(post(service, "/webhooks/sms", sms("1", "SM4")))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(got)) == 1 and got[0][0] == 200
    once = rows(service)
    assert once["seen"] == stored["seen"] + 1 and once["citizens"] == 1


def test_an_update_five_times_and_at_once(service: Service) -> None:
    send = bytes_in_process(service.app)
    headers = {SECRET_HEADER: SECRET}
    body = update(7, "carte vitale", service)
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(send("/webhooks/telegram", body, headers))) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 5
    expected = rows(service)["deliveries"]
    assert expected > 0 and len(service.mailbox.take(expected)) == expected and rows(service)["seen"] == 1


@pytest.mark.parametrize("signature", ["", "forged"])
@pytest.mark.parametrize("path", ["sms", "sms/status", "voice", "voice/turn?n=1", "voice/status"])
def test_unsigned_and_forged_are_refused_and_leave_nothing(service: Service, path: str, signature: str) -> None:
    empty = rows(service)
    form = {**sms("bonjour", "SM1"), "CallSid": "CA1", "CallStatus": "completed", "MessageStatus": "delivered"}
    assert post(service, f"/webhooks/{path}", form, signature)[0] == 403
    assert rows(service) == empty


@pytest.mark.parametrize("secret", ["", "wrong"])
def test_an_update_without_the_secret_is_refused(service: Service, secret: str) -> None:
    empty = rows(service)
    headers = {SECRET_HEADER: secret} if secret else {}
    assert bytes_in_process(service.app)("/webhooks/telegram", update(1, "bonjour", service), headers) == 403
    assert rows(service) == empty


def test_a_request_replayed_days_later_is_refused(service: Service) -> None:
    bonjour = sms("bonjour", "SM1")
    body = update(9, "bonjour", service)
    call = {"CallSid": "CA1", "AccountSid": ACCOUNT, "From": MOBILE, "To": OUR_NUMBER}
    send = bytes_in_process(service.app)
    assert post(service, "/webhooks/sms", bonjour)[0] == 200
    assert send("/webhooks/telegram", body, {SECRET_HEADER: SECRET}) == 200
    assert post(service, "/webhooks/voice", call)[0] == 200
    assert post(service, "/webhooks/voice/status", {**call, "CallStatus": "completed"})[0] == 204
    stored = rows(service)
    service.now += timedelta(days=2)
    assert post(service, "/webhooks/sms", bonjour)[0] == 403
    assert send("/webhooks/telegram", body, {SECRET_HEADER: SECRET}) == 403
    assert post(service, "/webhooks/voice", call)[0] == 403
    assert post(service, "/webhooks/voice/turn?n=1", {**call, "Digits": "1"})[0] == 403
    assert rows(service) == stored
