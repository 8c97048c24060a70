"""What Twilio says of the account and of its number; each failure under a name of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from api.doctor import addresses
from api.doctor.findings import Finding, fix
from api.providers.twilio_client import twilio_client
from api.sending.errors import Problem, SendFailed
from api.settings import Settings

SHORT_CODE = re.compile(r"\d{5}")
POST = "POST"


class TwilioUnhappy(Exception):
    """A call to Twilio gave nothing. `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.case)
        self.finding = finding


@dataclass(frozen=True)
class Hook:
    """One address of a number: which one, where it is to point, where it points, and by which method."""

    name: str
    wanted: str
    found: str
    method: str

    @property
    def right(self) -> bool:
        """True when nothing is to change."""
        return self.found == self.wanted and self.method == POST


def is_short(number: str) -> bool:
    """True for a number of five figures, which has no calls."""
    return SHORT_CODE.fullmatch(number) is not None


class TwilioAccount:
    """The account of the settings. Each call raises TwilioUnhappy."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: Client = twilio_client(settings)

    def account(self) -> Any:
        """The account itself: its `status` and its `type`."""
        with self._named():
            return self._client.api.v2010.accounts(self._settings.twilio_account_sid).fetch()

    def number(self) -> Any | None:
        """The number of the settings as Twilio keeps it; None when the account has no such number."""
        wanted = self._settings.twilio_number
        with self._named():
            if is_short(wanted):
                return next(iter(self._client.short_codes.list(short_code=wanted, limit=1)), None)
            return next(iter(self._client.incoming_phone_numbers.list(phone_number=wanted, limit=1)), None)

    def connect(self, number: Any) -> None:
        """Has messages, calls and ends of calls of this number sent to us."""
        sms = {"sms_url": self._wanted(addresses.SMS), "sms_method": POST}
        with self._named():
            if is_short(self._settings.twilio_number):
                self._client.short_codes(number.sid).update(**sms)
                return
            self._client.incoming_phone_numbers(number.sid).update(
                **sms,
                voice_url=self._wanted(addresses.VOICE),
                voice_method=POST,
                status_callback=self._wanted(addresses.VOICE_STATUS),
                status_callback_method=POST,
            )

    def hooks(self, number: Any) -> Iterator[Hook]:
        """The addresses of the number; one only for a short code."""
        yield Hook("sms_url", self._wanted(addresses.SMS), number.sms_url or "", number.sms_method or "")
        if not is_short(self._settings.twilio_number):
            voice, status = self._wanted(addresses.VOICE), self._wanted(addresses.VOICE_STATUS)
            yield Hook("voice_url", voice, number.voice_url or "", number.voice_method or "")
            called = number.status_callback_method or ""
            yield Hook("status_callback", status, number.status_callback or "", called)

    def _wanted(self, path: str) -> str:
        return addresses.webhook(self._settings, path)

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Nothing of the error's own text is kept: it may quote the request."""
        unreachable = fix("twilio_account", "unreachable", url=addresses.shown(self._settings.twilio_api_url))
        try:
            yield
        except TwilioRestException as error:
            unhappy = TwilioUnhappy(_refused(error.status) or unreachable)
        except SendFailed as failed:
            throttled = failed.problem is Problem.THROTTLED
            unhappy = TwilioUnhappy(fix("twilio_account", "throttled") if throttled else unreachable)
        except RequestException:
            unhappy = TwilioUnhappy(unreachable)
        except (TwilioException, ValueError, KeyError, TypeError):
            unhappy = TwilioUnhappy(fix("twilio_account", "unreadable"))
        else:
            return
        raise unhappy


def managed_elsewhere(number: Any) -> bool:
    """True when Twilio does not look at the number's own addresses: an application or a trunk has it."""
    names = ("sms_application_sid", "voice_application_sid", "trunk_sid")
    return any(getattr(number, name, None) for name in names)


def _refused(status: int) -> Finding | None:
    if status in (401, 403, 404):
        return fix("twilio_account", "wrong_token")
    return None if status >= 500 else fix("twilio_account", "refused", status=str(status))
