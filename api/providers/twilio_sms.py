"""Sends SMS through Twilio, outside of any answer to a request, and finds again what it accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from urllib.parse import urlsplit

from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client
from urllib3.exceptions import NewConnectionError

from api.providers.twilio_client import SECONDS, twilio_client
from api.sending.errors import Problem, SendFailed
from api.settings import Settings
from bot.channels.base import Rendered
from flows.gsm7 import fold

STATUS_PATH = "/webhooks/sms/status"
BY_API = "outbound-api"
LATEST = 100
NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{3,11}")
OURSELVES = frozenset({"localhost", "127.0.0.1", "::1", "testserver"})
PROBLEMS = {
    21610: Problem.OPTED_OUT,
    21211: Problem.BAD_NUMBER,
    21214: Problem.BAD_NUMBER,
    21217: Problem.BAD_NUMBER,
    21612: Problem.BAD_NUMBER,
    21614: Problem.BAD_NUMBER,
    20429: Problem.THROTTLED,
    63038: Problem.THROTTLED,
    20003: Problem.NOT_CONFIGURED,
}
# A gateway that lost the answer may have passed the message on; a plain 500 has nothing of ours.
MAYBE_ACCEPTED = frozenset({502, 504})


class TwilioSms:
    """The sender of the channel `sms`. `suffix` ends each message where nobody can answer (a name as sender)."""

    def __init__(self, settings: Settings, suffix: str, seconds: float = SECONDS) -> None:
        self._settings, self._seconds = settings, seconds
        self._sender = settings.twilio_sender if one_way(settings) else settings.twilio_number
        self._suffix = fold(suffix) if one_way(settings) else ""

    @cached_property
    def _client(self) -> Client:
        return twilio_client(self._settings, self._seconds)

    def send(self, to: str, rendered: Rendered, key: str) -> str:
        """Sends one SMS and gives Twilio's id of it. Twilio has no use for `key`. Raises SendFailed."""
        with _named():
            self._check()
            message = self._client.messages.create(
                to=to,
                from_=self._sender,
                body=self._body(rendered),
                **({"status_callback": url} if (url := status_url(self._settings)) else {}),
            )
        if not message.sid:  # an answer that is not Twilio's
            raise SendFailed(Problem.TIMEOUT)
        return str(message.sid)

    def find(self, to: str, rendered: Rendered, since: datetime) -> str | None:
        """The id of this message if Twilio has created it since then: the oldest one. Raises SendFailed.

        Not filtered by date at Twilio's: its only filter is on the day of sending, which a message still queued
        has not. Its dates have no fraction of a second.
        """
        body, since = self._body(rendered), since.replace(microsecond=0)
        with _named():
            self._check()
            listed = self._client.messages.list(to=to, from_=self._sender, limit=LATEST, page_size=LATEST)
        ours = [
            message
            for message in listed
            if message.body == body
            and message.direction == BY_API
            and message.date_created is not None
            and message.date_created >= since
        ]
        return str(min(ours, key=lambda message: message.date_created).sid) if ours else None

    def _check(self) -> None:
        if not self._sender:
            raise SendFailed(Problem.NOT_CONFIGURED)

    def _body(self, rendered: Rendered) -> str:
        return f"{rendered.text}\n{self._suffix}" if self._suffix else rendered.text


def one_way(settings: Settings) -> bool:
    """True when SMS leave in a name, which cannot be answered: 3 to 11 letters and digits, one letter at least."""
    return NAME.fullmatch(settings.twilio_sender) is not None


def status_url(settings: Settings) -> str | None:
    """Where Twilio tells what became of a message; None on a machine it cannot reach (it would refuse to send)."""
    local = urlsplit(settings.public_url).hostname in OURSELVES
    return None if local else settings.public_url.rstrip("/") + STATUS_PATH


@contextmanager
def _named() -> Iterator[None]:
    """Whatever fails goes up as SendFailed, without any number or word."""
    try:
        yield
    except TwilioRestException as error:
        raise SendFailed(_problem(error)) from None
    except ConnectTimeout:
        raise SendFailed(Problem.PROVIDER_DOWN) from None
    except NoConnection as error:
        refused = isinstance(getattr(error.args[0] if error.args else None, "reason", None), NewConnectionError)
        raise SendFailed(Problem.PROVIDER_DOWN if refused else Problem.TIMEOUT) from None
    except (RequestException, TwilioException, ValueError):  # no whole answer came, or not one of Twilio's
        raise SendFailed(Problem.TIMEOUT) from None


def _problem(error: TwilioRestException) -> Problem:
    if error.code in PROBLEMS:
        return PROBLEMS[error.code]
    if error.status in MAYBE_ACCEPTED:
        return Problem.TIMEOUT
    return Problem.PROVIDER_DOWN if error.status >= 500 else Problem.REFUSED
