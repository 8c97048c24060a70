"""Twilio: the settings, the kind of number, then what Twilio says of the account and of its number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import phonenumbers

from api.doctor import addresses
from api.doctor.findings import Finding, Status, fix, ok, skip
from api.doctor.twilio_account import POST, Hook, TwilioAccount, TwilioUnhappy, is_short, managed_elsewhere
from api.providers.twilio_signature import Signature
from api.settings import Settings
from flows.answers.phones import CALLING_CODES

SID = re.compile(r"AC[0-9a-fA-F]{32}")
SENDER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{3,11}")
E164 = re.compile(r"\+[1-9]\d{6,14}")
FRANCE = 33
FOR_APPLICATIONS = ("937", "938", "939")
SAMPLE = {"MessageSid": "SM0", "Body": "€ & = +"}


def twilio(settings: Settings, offline: bool) -> Iterator[Finding]:
    """Every check of the account."""
    if not addresses.twilio_wanted(settings):
        yield skip("twilio", "not_set")
        return
    local = list(settings_of(settings))
    yield from local
    yield sender_of(settings)
    if any(finding.status is Status.FIX for finding in local):
        yield skip("twilio_account", "settings_first")
        return
    yield signature_of(settings)
    if offline:
        yield skip("twilio_account", "offline")
        return
    try:
        yield from _asked(TwilioAccount(settings), settings)
    except TwilioUnhappy as unhappy:
        yield unhappy.finding


def settings_of(settings: Settings) -> Iterator[Finding]:
    """The three settings, and whether the number may serve."""
    given = {
        "ALLO_TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "ALLO_TWILIO_AUTH_TOKEN": settings.twilio_auth_token.get_secret_value(),
        "ALLO_TWILIO_NUMBER": settings.twilio_number,
    }
    missing = ", ".join(name for name, value in given.items() if not value)
    yield fix("twilio_settings", "missing", names=missing) if missing else ok("twilio_settings", "all")
    if settings.twilio_account_sid and not SID.fullmatch(settings.twilio_account_sid):
        yield fix("twilio_settings", "malformed_sid")
    if settings.twilio_number:
        yield number_of(settings.twilio_number)


def number_of(number: str) -> Finding:
    """What the French numbering plan lets this number do."""
    if is_short(number):
        return ok("twilio_number", "short_code", number=number)
    parsed = e164(number)
    if parsed is None or parsed.country_code not in CALLING_CODES:
        return fix("twilio_number", "malformed")
    if phonenumbers.number_type(parsed) is phonenumbers.PhoneNumberType.MOBILE or _begins(parsed, ("6", "7")):
        return fix("twilio_number", "mobile", number=number)
    if _begins(parsed, FOR_APPLICATIONS):
        return ok("twilio_number", "application", number=number)
    return ok("twilio_number", "other", number=number)


def e164(number: str) -> phonenumbers.PhoneNumber | None:
    """The number, when it is written as networks want it."""
    if not E164.fullmatch(number):
        return None
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.is_possible_number(parsed) else None


def sender_of(settings: Settings) -> Finding:
    """The name that SMS come from, if any."""
    name = settings.twilio_sender
    if not name:
        return skip("twilio_sender", "not_set")
    return ok("twilio_sender", "one_way", name=name) if SENDER.fullmatch(name) else fix("twilio_sender", "malformed")


def signature_of(settings: Settings) -> Finding:
    """A sample signed as Twilio would is recognised, and the same one changed is not."""
    signature = Signature(settings)
    signed = signature.sign(addresses.SMS, SAMPLE)
    recognised = signature.check(addresses.SMS, SAMPLE, signed)
    fooled = signature.check(addresses.SMS, {**SAMPLE, "Body": "e"}, signed)
    return ok("twilio_signature", "works") if recognised and not fooled else fix("twilio_signature", "broken")


def _asked(twilio: TwilioAccount, settings: Settings) -> Iterator[Finding]:
    account = twilio.account()
    if account.status != "active":
        yield fix("twilio_account", "not_active", status=str(account.status))
    else:
        yield ok("twilio_account", "trial") if account.type == "Trial" else ok("twilio_account", "answers")
    number = twilio.number()
    if number is None:
        yield fix("twilio_webhook", "no_number", number=settings.twilio_number)
        return
    if managed_elsewhere(number):
        yield fix("twilio_webhook", "managed_elsewhere")
    for hook in twilio.hooks(number):
        yield _hook(hook)
    yield skip("twilio_abilities", "short_code") if is_short(settings.twilio_number) else _abilities(number)


def _hook(hook: Hook) -> Finding:
    if hook.right:
        return ok("twilio_webhook", "set", name=hook.name, url=addresses.shown(hook.wanted))
    if not hook.found:
        return fix("twilio_webhook", "missing", name=hook.name)
    found, wanted = addresses.shown(hook.found), addresses.shown(hook.wanted)
    if hook.found != hook.wanted:
        return fix("twilio_webhook", "elsewhere", name=hook.name, url=found, wanted=wanted)
    return fix("twilio_webhook", "method", name=hook.name, method=POST)


def _abilities(number: Any) -> Finding:
    able = number.capabilities if isinstance(number.capabilities, dict) else {}
    lacking = [kind for kind, able_to in (("SMS", able.get("sms")), ("Voice", able.get("voice"))) if not able_to]
    return fix("twilio_abilities", "lacking", kinds=", ".join(lacking)) if lacking else ok("twilio_abilities", "both")


def _begins(number: phonenumbers.PhoneNumber, starts: tuple[str, ...]) -> bool:
    return number.country_code == FRANCE and str(number.national_number).startswith(starts)
