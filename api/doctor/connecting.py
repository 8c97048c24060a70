"""Tells the providers where this service is: Telegram's webhook and commands, the addresses of Twilio's number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing

from api.doctor import addresses
from api.doctor.findings import Finding, Status, fix, ok
from api.doctor.telegram_bot import TelegramBot
from api.doctor.telegram_checks import settings_of as telegram_settings
from api.doctor.telegram_checks import why
from api.doctor.twilio_account import TwilioAccount, TwilioUnhappy, managed_elsewhere
from api.doctor.twilio_checks import settings_of as twilio_settings
from api.doctor.words import doctor_words
from api.sending.errors import Problem, SendFailed
from api.settings import Settings
from api.telegram_polling import polling_wanted


def connect_telegram(settings: Settings) -> Iterator[Finding]:
    """What was done, as it is done; ends with one finding to fix when something prevents it."""
    if not settings.telegram_token.get_secret_value():
        yield fix("connect_telegram", "no_token")
        return
    if polling_wanted(settings):
        yield fix("connect_telegram", "polling")
        return
    prevented = _first_to_fix([*telegram_settings(settings), addresses.public_address(settings)])
    if prevented:
        yield prevented
        return
    url, secret = addresses.webhook(settings, addresses.TELEGRAM), settings.telegram_secret.get_secret_value()
    try:
        with closing(TelegramBot(settings)) as bot:
            bot.set_webhook(url, secret)
            yield ok("connect_telegram", "webhook", url=addresses.shown(url))
            bot.set_commands(doctor_words()["telegram_commands"])
            yield ok("connect_telegram", "commands")
    except SendFailed as failed:
        refused = failed.problem is Problem.REFUSED
        yield fix("connect_telegram", "refused") if refused else why(failed, settings.telegram_api_url)


def connect_twilio(settings: Settings) -> Iterator[Finding]:
    """What was done; one finding to fix when something prevents it."""
    if not addresses.twilio_wanted(settings):
        yield fix("connect_twilio", "not_set")
        return
    prevented = _first_to_fix([*twilio_settings(settings), addresses.public_address(settings)])
    if prevented:
        yield prevented
        return
    try:
        yield from _connected(TwilioAccount(settings), settings)
    except TwilioUnhappy as unhappy:
        yield unhappy.finding


def _connected(twilio: TwilioAccount, settings: Settings) -> Iterator[Finding]:
    number = twilio.number()
    if number is None:
        yield fix("twilio_webhook", "no_number", number=settings.twilio_number)
        return
    if managed_elsewhere(number):
        yield fix("twilio_webhook", "managed_elsewhere")
        return
    before = [hook for hook in twilio.hooks(number) if not hook.right]
    if not before:
        yield ok("connect_twilio", "already")
        return
    twilio.connect(number)
    for hook in before:
        yield ok("connect_twilio", "done", name=hook.name, url=addresses.shown(hook.wanted))


def _first_to_fix(findings: Iterable[Finding]) -> Finding | None:
    return next((finding for finding in findings if finding.status is Status.FIX), None)
