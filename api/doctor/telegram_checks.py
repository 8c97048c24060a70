"""Telegram: the settings, then what Telegram itself says of the bot and of its webhook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

from telegram import WebhookInfo

from api.doctor import addresses
from api.doctor.findings import Finding, Status, fix, ok, skip
from api.doctor.telegram_bot import TelegramBot
from api.doctor.words import doctor_words
from api.providers.telegram_api import ALLOWED_UPDATES
from api.sending.errors import Problem, SendFailed
from api.settings import Settings
from api.telegram_polling import polling_wanted

TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # all that Telegram takes
SHORTEST_SECRET = 24
MANY_WAITING = 100
RECENT = timedelta(hours=1)  # Telegram keeps its last error for ever, even once all is well again


def telegram(settings: Settings, offline: bool, now: datetime) -> Iterator[Finding]:
    """Every check of the channel."""
    if not settings.telegram_token.get_secret_value():
        yield skip("telegram", "not_set")
        return
    local = list(settings_of(settings))
    yield from local
    if offline:
        yield skip("telegram_bot", "offline")
    elif local[0].status is Status.FIX:
        yield skip("telegram_bot", "token_first")
    else:
        with closing(TelegramBot(settings)) as bot:
            yield from _asked(bot, settings, now)


def settings_of(settings: Settings) -> Iterator[Finding]:
    """The form of the token, the way in, and its secret."""
    formed = TOKEN.fullmatch(settings.telegram_token.get_secret_value())
    yield ok("telegram_token", "formed") if formed else fix("telegram_token", "malformed")
    if polling_wanted(settings):
        in_production = settings.env == "production"
        yield fix("telegram_mode", "polling_in_production") if in_production else ok("telegram_mode", "polling")
        yield skip("telegram_secret", "polling")
        return
    yield ok("telegram_mode", "webhook")
    yield secret_of(settings)
    if addresses.port(settings) not in addresses.TELEGRAM_PORTS:
        yield fix("telegram_port", "other", port=str(addresses.port(settings)))


def secret_of(settings: Settings) -> Finding:
    """What proves that an update comes from Telegram."""
    secret = settings.telegram_secret.get_secret_value()
    if not secret:
        return fix("telegram_secret", "missing")
    if not SECRET.fullmatch(secret):
        return fix("telegram_secret", "letters")
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < 10:
        return fix("telegram_secret", "guessable", length=str(SHORTEST_SECRET))
    return ok("telegram_secret", "good")


def why(failed: SendFailed, api_url: str) -> Finding:
    """What a failed call to Telegram means."""
    if failed.problem is Problem.NOT_CONFIGURED:
        return fix("telegram_bot", "wrong_token")
    if failed.problem is Problem.THROTTLED:
        return fix("telegram_bot", "throttled")
    if failed.problem in (Problem.PROVIDER_DOWN, Problem.TIMEOUT):
        return fix("telegram_bot", "unreachable", url=addresses.shown(api_url))
    return fix("telegram_bot", "refused")


def _asked(bot: TelegramBot, settings: Settings, now: datetime) -> Iterator[Finding]:
    try:
        me = bot.get_me()
        yield ok("telegram_bot", "answers", name=me.username or me.first_name)
        info, commands = bot.get_webhook_info(), bot.get_commands()
    except SendFailed as failed:
        yield why(failed, settings.telegram_api_url)
        return
    if polling_wanted(settings):
        conflict = fix("telegram_webhook", "conflict", url=addresses.shown(info.url))
        yield conflict if info.url else skip("telegram_webhook", "polling")
    else:
        yield from _webhook(info, settings, now)
    missing = set(doctor_words()["telegram_commands"]) - set(commands)
    yield skip("telegram_commands", "missing") if missing else ok("telegram_commands", "set")


def _webhook(info: WebhookInfo, settings: Settings, now: datetime) -> Iterator[Finding]:
    wanted = addresses.webhook(settings, addresses.TELEGRAM)
    if not info.url:
        yield fix("telegram_webhook", "missing")
        return
    if info.url != wanted:
        yield fix("telegram_webhook", "elsewhere", url=addresses.shown(info.url), wanted=addresses.shown(wanted))
        return
    yield ok("telegram_webhook", "set", url=addresses.shown(wanted))
    lost = set(ALLOWED_UPDATES) - set(info.allowed_updates or ALLOWED_UPDATES)  # none named: Telegram sends all three
    kinds = ", ".join(sorted(lost))
    yield fix("telegram_updates", "missing", kinds=kinds) if lost else ok("telegram_updates", "all")
    yield _delivery(info, now)


def _delivery(info: WebhookInfo, now: datetime) -> Finding:
    waiting, error = info.pending_update_count, info.last_error_message
    recent = info.last_error_date is None or now - info.last_error_date < RECENT
    if error and (recent or waiting):
        return fix("telegram_delivery", "failing", error=error, count=str(waiting))
    if waiting > MANY_WAITING:
        return fix("telegram_delivery", "waiting", count=str(waiting))
    return ok("telegram_delivery", "works", count=str(waiting))
