"""The Twilio library, pointed at the configured address: with time limits, one try a call, and nothing logged."""

from __future__ import annotations

import json
import re
from typing import Any

from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from api.sending.errors import Problem, SendFailed
from api.settings import Settings

# Twilio's host may name a region: api.dublin.ie1.twilio.com.
OFFICIAL = re.compile(r"https://api\.(?:[a-z0-9-]+\.)*twilio\.com(?=/)")
SECONDS = 10.0  # to connect, then between two parts of the answer: a send is claimed for far longer


class ConfiguredHttp(TwilioHttpClient):  # type: ignore[misc]  # the library has no types
    """The library's way out. Calls of the REST interface only; any other host of Twilio's is refused."""

    def __init__(self, api_url: str, seconds: float) -> None:
        super().__init__(timeout=seconds)
        self._api_url = api_url.rstrip("/")

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Response:
        """The answer to one request. Raises SendFailed when Twilio asks to slow down: it alone says for how long.

        Raises TwilioRestException, without its words, for any other refusal: the library loses the code of some.
        """
        rest = OFFICIAL.match(url)
        if rest is None:
            raise RuntimeError("only the REST interface of Twilio is used")
        response = super().request(method, self._api_url + url[rest.end() :], *args, **options)
        if response.status_code == 429:
            raise SendFailed(Problem.THROTTLED, _seconds(response.headers.get("Retry-After")))
        if response.status_code >= 400:
            raise TwilioRestException(response.status_code, "", code=_code(response.text), method=method)
        return response

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Nothing: the library would log numbers."""

    def log_response(self, status_code: int, response: Any) -> None:
        """Nothing: the library would log numbers and words."""


def twilio_client(settings: Settings, seconds: float = SECONDS) -> Client:
    """A client of the account. Raises SendFailed (`not_configured`) without account or token. Thread-safe."""
    token = settings.twilio_auth_token.get_secret_value()
    if not settings.twilio_account_sid or not token:
        raise SendFailed(Problem.NOT_CONFIGURED)
    return Client(settings.twilio_account_sid, token, http_client=ConfiguredHttp(settings.twilio_api_url, seconds))


def _code(body: str) -> int | None:
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    code = answer.get("code") if isinstance(answer, dict) else None
    return code if isinstance(code, int) else None


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isdecimal() else None
