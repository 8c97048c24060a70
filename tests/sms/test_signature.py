"""Only what Twilio signed for our account is heard; anything else leaves no trace."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable

import pytest

from api.providers.twilio_signature import Signature, one, read_form
from api.settings import Settings
from tests.sms.conftest import PUBLIC, Line, Spied
from tests.twilio_api import TOKEN

PATH = "/webhooks/sms"
Rows = Callable[[str], int]
OpenLine = Callable[..., Line]


def by_hand(address: str, fields: list[tuple[str, str]]) -> str:
    """Twilio's rule, written again: the address, then each name and value in the order of the names."""
    signed = address + "".join(name + value for name, value in sorted(fields))
    return base64.b64encode(hmac.new(TOKEN.encode(), signed.encode(), "sha1").digest()).decode()


def test_signs_as_twilio_says(settings: Settings) -> None:
    fields = [("From", "+33612345678"), ("Body", "Ça va ?")]
    signature = Signature(settings)
    assert signature.sign(PATH, dict(fields)) == by_hand(PUBLIC + PATH, fields)
    assert signature.check(f"{PATH}?n=2", dict(fields), by_hand(f"{PUBLIC}{PATH}?n=2", fields))


def test_a_field_may_come_several_times(settings: Settings) -> None:
    form = read_form(b"MediaUrl=b&Body=%C3%A9t%C3%A9+5&MediaUrl=a&Empty=")
    assert form == {"MediaUrl": ["b", "a"], "Body": "été 5", "Empty": ""}
    assert (one(form, "MediaUrl"), one(form, "Nothing")) == ("b", "")
    fields = [("MediaUrl", "a"), ("MediaUrl", "b"), ("Body", "été 5"), ("Empty", "")]
    signature = Signature(settings)
    assert signature.check(PATH, form, by_hand(PUBLIC + PATH, fields))
    assert not signature.check(PATH, {**form, "MediaUrl": ["b"]}, by_hand(PUBLIC + PATH, fields))


def test_right_behind_a_proxy(line: Line, spied: Spied) -> None:
    headers = {"Host": "app.internal:8000", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "elsewhere.example"}
    response = line.post(line.form("bonjour"), **headers)
    assert (response.status_code, len(spied.given)) == (200, 1)


@pytest.mark.parametrize("case", ["unsigned", "empty", "forged", "other address", "other scheme", "tampered", "added"])
def test_nothing_else_is_heard(case: str, line: Line, spied: Spied, rows: Rows) -> None:
    form = line.form("bonjour")
    right = line.signature.sign(PATH, form)
    fields = list(form.items())
    headers = {
        "unsigned": {},
        "empty": {"X-Twilio-Signature": ""},
        "forged": {"X-Twilio-Signature": base64.b64encode(b"0" * 20).decode()},
        "other address": {"X-Twilio-Signature": by_hand("http://10.0.0.5:8000" + PATH, fields)},
        "other scheme": {"X-Twilio-Signature": by_hand(PUBLIC.replace("https", "http") + PATH, fields)},
    }.get(case, {"X-Twilio-Signature": right})
    form |= {"tampered": {"From": "+33699999999"}, "added": {"OptOutType": "STOP"}}.get(case, {})
    response = line.client.post(PATH, data=form, headers=headers)
    assert (response.status_code, response.content, spied.given) == (403, b"", [])
    assert [rows(table) for table in ("citizens", "messages", "opt_outs", "seen")] == [0, 0, 0, 0]
    assert line.post(form | {"From": "+33612345678"}).status_code == 200, "the same, well signed, is heard"


def test_a_signature_is_of_one_path(line: Line, spied: Spied) -> None:
    form = line.form("bonjour")
    headers = {"X-Twilio-Signature": line.signature.sign(PATH, form)}
    for path in ("/webhooks/sms/status", f"{PATH}?n=1"):
        assert line.client.post(path, data=form, headers=headers).status_code == 403
    assert spied.given == []


@pytest.mark.parametrize("account", ["AC" + "0b" * 16, ""])
def test_another_account_is_not_ours(account: str, line: Line, spied: Spied) -> None:
    assert line.post(line.form("bonjour", AccountSid=account)).status_code == 403
    assert spied.given == []


@pytest.mark.parametrize("missing", ["twilio_auth_token", "twilio_account_sid"])
def test_without_an_account_nothing_passes(missing: str, open_line: OpenLine, settings: Settings) -> None:
    empty = type(getattr(settings, missing))("")
    line = open_line(**{missing: empty})
    assert line.post(line.form("bonjour", AccountSid="")).status_code == 403
    assert line.post(line.form("bonjour")).status_code == 403
    with pytest.raises(ValueError, match="token"):
        Signature(settings.model_copy(update={"twilio_auth_token": type(settings.twilio_auth_token)("")})).sign("", {})


@pytest.mark.parametrize("body", [b"", b"%", b"\xff\xfe", b"a=1&" * 300, b"Body=" + b"a" * 40_000, b'{"Body": "x"}'])
def test_a_strange_body_is_refused(body: bytes, line: Line, spied: Spied) -> None:
    headers = {"X-Twilio-Signature": "x", "Content-Type": "application/x-www-form-urlencoded"}
    assert line.client.post(PATH, content=body, headers=headers).status_code == 403
    assert spied.given == []
