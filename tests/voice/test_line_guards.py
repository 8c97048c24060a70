"""What the line refuses: what is not signed, what is about no call of ours, what is old."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from api.channel_models import Call
from api.conversations import Replayed
from api.providers.twilio_signature import HEADER, Signature
from api.settings import Settings
from api.voice.calls import Calls
from tests.voice.kit import CALLER, OURS, Clock, Desk, Scripted, signed


def count(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(Call)) or 0


PATHS = [
    "",
    "/turn?n=1",
    "/transfer?n=1&attempt=1",
    "/whisper?call=CA1&dial=1.1",
    "/accept?call=CA1&dial=1.1",
    "/status",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("forged", ["unsigned", "other", "tampered", "path"])
def test_what_is_not_signed_is_refused(
    line: Desk, scripted: Scripted, engine: Engine, settings: Settings, path: str, forged: str
) -> None:
    path = f"/webhooks/voice{path}"
    form = {"CallSid": "CA1", "From": CALLER, "To": OURS, "CallStatus": "completed", "Digits": "1"}
    signature = Signature(settings).sign(path if forged != "path" else path + "0", form)
    headers = {} if forged == "unsigned" else {HEADER: "forged" if forged == "other" else signature}
    if forged == "tampered":
        form["Digits"] = "2"
    response = TestClient(line.app()).post(path, data=form, headers=headers)
    assert (response.status_code, response.content) == (403, b"")
    assert scripted.received == [] and count(engine) == 0


def test_what_is_too_big_is_refused(line: Desk, settings: Settings) -> None:
    form = {"CallSid": "CA1", "From": CALLER, "SpeechResult": "a" * settings.max_body}
    headers = {HEADER: Signature(settings).sign("/webhooks/voice", form)}
    assert TestClient(line.app()).post("/webhooks/voice", data=form, headers=headers).status_code == 403


@pytest.mark.parametrize("path", PATHS[1:5])
def test_what_is_about_no_call_is_refused(line: Desk, scripted: Scripted, path: str) -> None:
    assert signed(line, path, Digits="1") == (403, "")
    assert scripted.received == []


def test_the_end_of_an_unknown_call_changes_nothing(line: Desk, scripted: Scripted, engine: Engine) -> None:
    assert signed(line, "/status", CallStatus="completed") == (204, "")
    assert scripted.received == [] and count(engine) == 0


def test_news_of_a_call_that_goes_on_is_not_its_end(line: Desk, scripted: Scripted, calls: Calls) -> None:
    signed(line, "")
    assert signed(line, "/status", CallStatus="in-progress") == (204, "")
    assert scripted.heard == ["[call]"] and calls.find("CA1").ended_at is None  # type: ignore[union-attr]


@pytest.mark.parametrize("number", ["", "x", "-1", "1.5", "9999999", "²"])
def test_a_turn_without_its_number_is_refused(line: Desk, scripted: Scripted, number: str) -> None:
    signed(line, "")
    assert signed(line, f"/turn?n={number}", Digits="1")[0] == 403
    assert scripted.heard == ["[call]"]


def test_a_call_long_over_is_refused(line: Desk, clock: Clock, scripted: Scripted) -> None:
    signed(line, "")
    signed(line, "/status", CallStatus="completed")
    clock.passes(minutes=5)
    assert signed(line, "/turn?n=1", Digits="1")[0] == 200
    clock.passes(minutes=6)
    assert signed(line, "/turn?n=2", Digits="1")[0] == signed(line, "")[0] == 403
    assert "[hung_up]" in scripted.heard


def test_an_old_request_that_comes_again_is_refused(line: Desk, scripted: Scripted) -> None:
    scripted.failures = [Replayed()]
    assert signed(line, "") == (403, "")
    signed(line, "")
    scripted.failures = [Replayed()]
    assert signed(line, "/status", CallStatus="completed") == (403, "")
