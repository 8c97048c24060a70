"""The client of Twilio, against a Twilio that holds each call to the published description."""

from __future__ import annotations

import base64
import logging
import re
import socket
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from api.providers.twilio_client import twilio_client
from api.providers.twilio_sms import TwilioSms, one_way, status_url
from api.sending.errors import Problem, SendFailed
from api.settings import Settings
from bot.channels.base import Rendered
from tests.twilio_api import ACCOUNT, NUMBER, TOKEN, Fault, TwilioApi

TO = "+33612345678"
WORDS = Rendered("Bonjour, ça va ? 12 €", None, "key")
SUFFIX = "Pour répondre, appelez le 09 37 00 00 01."
NOON = datetime(2026, 11, 23, 12, 0, 0, 400_000, tzinfo=UTC)
SHORT = 0.5  # where no answer will come
USUAL = 10.0  # ten times what a busy machine needs: no test waits for it
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
CALLS = f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"


@pytest.fixture
def api() -> Iterator[TwilioApi]:
    """Twilio."""
    with TwilioApi() as api:
        yield api


@pytest.fixture
def account(settings: Settings, api: TwilioApi) -> Settings:
    """Settings that lead there."""
    return settings.model_copy(update={"twilio_api_url": api.url})


def sender(settings: Settings, seconds: float = USUAL, **changed: str) -> TwilioSms:
    return TwilioSms(settings.model_copy(update=changed), SUFFIX, seconds)


def problem(settings: Settings, seconds: float = USUAL) -> tuple[Problem, float | None]:
    """What goes wrong with a send."""
    with pytest.raises(SendFailed) as failed:
        sender(settings, seconds).send(TO, WORDS, "k")
    assert failed.value.__cause__ is None, "nothing of the provider's words goes up"
    return failed.value.problem, failed.value.retry_after


# The fake holds to Twilio's description


@pytest.mark.parametrize(
    ("method", "path", "form", "why"),
    [
        ("POST", MESSAGES, {"To": TO, "From": NUMBER, "Body": "a", "Urgent": "1"}, "Urgent is not known"),
        ("POST", MESSAGES, {"From": NUMBER, "Body": "a"}, "To is missing"),
        ("POST", MESSAGES, {"To": "06 12", "From": NUMBER, "Body": "a"}, "To: "),
        ("POST", MESSAGES, {"To": TO, "From": NUMBER, "Body": "a", "StatusCallback": "/x"}, "StatusCallback: "),
        ("POST", MESSAGES, {"To": TO, "From": NUMBER, "Body": "a", "ValidityPeriod": "soon"}, "ValidityPeriod: "),
        ("POST", MESSAGES, {"To": TO, "From": NUMBER, "Body": "a", "ContentRetention": "maybe"}, "ContentRetention: "),
        ("POST", MESSAGES.replace("Messages", "Mesages"), {"To": TO}, "no such path"),
        ("POST", "/2010-04-01/Accounts/me/Messages.json", {"To": TO, "From": NUMBER, "Body": "a"}, "AccountSid: "),
        ("DELETE", MESSAGES, {}, "DELETE is not allowed there"),
        ("GET", f"{MESSAGES}?Recipient={TO[1:]}", {}, "Recipient is not known"),
        ("GET", f"{MESSAGES}?PageSize=5000", {}, "PageSize: "),
        ("POST", CALLS, {"To": TO, "From": NUMBER, "Method": "PUSH"}, "Method: "),
    ],
)
def test_a_wrong_call_is_refused(method: str, path: str, form: dict[str, str], why: str, api: TwilioApi) -> None:
    assert 400 <= status(api, method, path, form) < 500
    assert any(refused.startswith(why) for refused in api.refused), api.refused
    assert (api.messages, api.calls) == ([], [])


def test_right_calls_are_taken(api: TwilioApi) -> None:
    assert status(api, "POST", MESSAGES, {"To": TO, "From": "AlloDemarch", "Body": "a"}) == 201
    assert status(api, "POST", CALLS, {"To": TO, "From": NUMBER, "Url": "https://allo.example.org/x"}) == 201
    assert status(api, "GET", f"/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers.json", {}) == 200
    assert status(api, "POST", MESSAGES, {"To": TO, "Body": "a"}) == 400, "no sender"
    assert status(api, "POST", MESSAGES, {"To": TO, "From": NUMBER, "Body": "a"}, "another token") == 401
    assert api.refused == []


def status(api: TwilioApi, method: str, path: str, form: dict[str, str], token: str = TOKEN) -> int:
    """The HTTP status of a bare call."""
    body = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(api.url + path, body, method=method)
    request.add_header("Authorization", "Basic " + base64.b64encode(f"{ACCOUNT}:{token}".encode()).decode())
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


# Sending


def test_a_message_leaves_as_described(account: Settings, api: TwilioApi) -> None:
    sid = sender(account).send(TO, WORDS, "k")
    assert api.refused == []
    (message,) = api.messages
    assert (message["sid"], message["to"], message["from"], message["body"]) == (sid, TO, NUMBER, WORDS.text)
    assert message["status_callback"] == status_url(account) == "https://allo.example.org/webhooks/sms/status"


def test_from_a_machine_that_twilio_cannot_reach_no_news_is_asked(account: Settings, api: TwilioApi) -> None:
    sender(account, public_url="http://localhost:8000").send(TO, WORDS, "k")
    assert (api.messages[0]["status_callback"], api.refused) == (None, [])


@pytest.mark.parametrize(
    ("name", "is_name"),
    [
        ("AlloDemarch", True),
        ("CD60", True),
        ("CD 60", False),
        ("CD", False),
        ("AlloDemarches", False),
        ("123456", False),
        ("Allô", False),
        ("", False),
    ],
)
def test_a_name_cannot_be_answered_so_it_says_how(name: str, is_name: bool, account: Settings, api: TwilioApi) -> None:
    client = sender(account, twilio_sender=name)
    sid = client.send(TO, WORDS, "k")
    (message,) = api.messages
    assert message["from"] == (name if is_name else NUMBER)
    assert message["body"].removeprefix(WORDS.text) == (f"\n{SUFFIX}" if is_name else "")
    assert client.find(TO, WORDS, NOON.replace(year=2020)) == sid
    assert one_way(account.model_copy(update={"twilio_sender": name})) is is_name


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(429, 20429, retry_after=7), (Problem.THROTTLED, 7.0)),
        (Fault(429, 20429), (Problem.THROTTLED, None)),
        (Fault(400, 21610), (Problem.OPTED_OUT, None)),
        (Fault(400, 21211), (Problem.BAD_NUMBER, None)),
        (Fault(400, 21214), (Problem.BAD_NUMBER, None)),
        (Fault(400, 21612), (Problem.BAD_NUMBER, None)),
        (Fault(400, 21614), (Problem.BAD_NUMBER, None)),
        (Fault(400, 21617), (Problem.REFUSED, None)),
        (Fault(401, 20003), (Problem.NOT_CONFIGURED, None)),
        (Fault(500), (Problem.PROVIDER_DOWN, None)),
        (Fault(503), (Problem.PROVIDER_DOWN, None)),
        (Fault(502), (Problem.TIMEOUT, None)),
        (Fault(504), (Problem.TIMEOUT, None)),
        (Fault(text="<html>Sign in to the Wi-Fi</html>"), (Problem.TIMEOUT, None)),
        (Fault(text="{}"), (Problem.TIMEOUT, None)),
        (Fault(hangs=True), (Problem.TIMEOUT, None)),
        (Fault(hangs=True, accepts=True), (Problem.TIMEOUT, None)),
    ],
    ids=str,
)
def test_what_goes_wrong_has_a_name(
    fault: Fault, expected: tuple[Problem, float | None], account: Settings, api: TwilioApi
) -> None:
    api.fail(fault)
    assert problem(account, SHORT if fault.hangs else USUAL) == expected
    api.wait_for(int(fault.accepts))
    assert (api.requests, len(api.messages)) == (1, int(fault.accepts)), "one try only: the worker decides the next"
    sender(account).send(TO, WORDS, "k")


def test_nobody_there_means_nothing_left(account: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # not listening: refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert problem(account.model_copy(update={"twilio_api_url": url})) == (Problem.PROVIDER_DOWN, None)


@pytest.mark.parametrize("name", ["twilio_account_sid", "twilio_auth_token", "twilio_number"])
def test_without_an_account_it_says_so(name: str, account: Settings, api: TwilioApi) -> None:
    empty = account.model_copy(update={name: type(getattr(account, name))("")})
    assert problem(empty) == (Problem.NOT_CONFIGURED, None)
    assert api.requests == 0


# Looking for what may have left


def test_what_was_accepted_is_found_again(account: Settings, api: TwilioApi) -> None:
    api.now = NOON
    api.fail(Fault(hangs=True, accepts=True))
    client = sender(account)
    assert problem(account, SHORT) == (Problem.TIMEOUT, None)
    api.wait_for(1)
    assert client.find(TO, WORDS, NOON) == api.messages[0]["sid"]
    assert client.find("+33600000000", WORDS, NOON) is None
    assert client.find(TO, Rendered("Autre chose"), NOON) is None
    assert (len(api.messages), api.refused) == (1, [])


def test_the_same_words_sent_before_are_another_message(account: Settings, api: TwilioApi) -> None:
    client = sender(account)
    api.now = NOON - timedelta(seconds=2)
    client.send(TO, WORDS, "first")
    assert client.find(TO, WORDS, NOON) is None
    api.now = NOON + timedelta(seconds=1)
    second = client.send(TO, WORDS, "second")
    api.now = NOON + timedelta(seconds=9)
    client.send(TO, WORDS, "third")
    assert client.find(TO, WORDS, NOON) == second


def test_a_reply_of_the_webhook_is_not_a_send(account: Settings, api: TwilioApi) -> None:
    client = sender(account)
    client.send(TO, WORDS, "k")
    api.messages[0]["direction"] = "outbound-reply"
    assert client.find(TO, WORDS, NOON.replace(year=2020)) is None


def test_a_search_that_fails_is_not_an_absence(account: Settings, api: TwilioApi) -> None:
    api.fail(Fault(500), Fault(429, retry_after=3))
    for expected in (Problem.PROVIDER_DOWN, Problem.THROTTLED):
        with pytest.raises(SendFailed) as failed:
            sender(account).find(TO, WORDS, NOON)
        assert failed.value.problem is expected


# Privacy, and where it goes


def test_nothing_of_a_message_is_logged(account: Settings, api: TwilioApi, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "twilio")
    client = sender(account)
    client.send(TO, WORDS, "k")
    client.find(TO, WORDS, NOON)
    api.fail(Fault(400, 21610))
    problem(account)
    assert [record for record in caplog.records if record.name.startswith("twilio")] == []


def test_only_the_configured_address_is_reached(account: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuntimeError, match="REST"):
        twilio_client(account).lookups.v2.phone_numbers(TO).fetch()
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    assert re.fullmatch("SM[0-9a-f]{32}", sender(account).send(TO, WORDS, "k"))
