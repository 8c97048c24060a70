"""Puts the channels together: the providers' clients, the outbox, and their webhooks on the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import FastAPI
from sqlalchemy import Engine

from api.opt_outs import OptOuts
from api.providers.speech import hearing
from api.providers.telegram_api import TelegramApi, TelegramSender
from api.providers.twilio_signature import Signature
from api.providers.twilio_sms import TwilioSms
from api.routes.sms import sms_router
from api.routes.telegram import TelegramIntake, telegram_router
from api.routes.voice import voice_router
from api.sending.errors import Sender
from api.sending.outbox import Outbox
from api.settings import Settings
from api.vault import Vault
from api.voice.calls import Calls
from bot.handoff import spaced
from bot.messages import Inbound, Reply
from flows.library import Library
from flows.safety import spotted
from flows.texts import Say
from mediation.territory import Territory

Receive = Callable[[Inbound], Reply]


@dataclass(frozen=True)
class Channels:
    """The channels of one service. `telegram` is None where no token is set."""

    settings: Settings
    engine: Engine
    vault: Vault
    territory: Territory
    library: Library
    outbox: Outbox
    telegram: TelegramApi | None
    now: Callable[[], datetime]

    def mount(self, app: FastAPI, receive: Receive) -> None:
        """Adds the webhooks. What is not configured refuses everything."""
        settings, signature = self.settings, Signature(self.settings)
        app.include_router(telegram_router(settings, receive, self.telegram, self.now, hearing(settings)))
        app.include_router(
            sms_router(
                settings,
                receive,
                signature,
                OptOuts(self.engine, self.vault),
                self.now,
                lambda name: self._said(name).short or self._said(name).text,
                status=self._became,
                urgent=lambda text: spotted(text, self.library.safety) is not None,
            )
        )
        calls = Calls(self.engine)
        app.include_router(
            voice_router(settings, receive, signature, calls, self.territory, self.now, self._said, self._title)
        )

    def intake(self, receive: Receive) -> TelegramIntake:
        """What takes the updates that are fetched rather than delivered."""
        return TelegramIntake(self.settings, receive, self.telegram, self.now, hearing(self.settings))

    def close(self) -> None:
        """Ends, after what is being sent."""
        self.outbox.close()
        if self.telegram:
            self.telegram.close()

    def _said(self, name: str, /, **values: str) -> Say:
        return self.library.sentence(name, self.now().date(), **values)

    def _title(self, procedure: str) -> str:
        page = self.library.procedures.get(procedure)
        return page.title if page else procedure

    def _became(self, provider_id: str, word: str, code: str | None) -> None:
        self.outbox.status(provider_id, word, code)


def open_channels(
    settings: Settings,
    engine: Engine,
    vault: Vault,
    territory: Territory,
    library: Library,
    now: Callable[[], datetime],
    senders: dict[str, Sender] | None = None,
) -> Channels:
    """The channels as the settings say. `senders` replaces the providers, for a conversation that leaves nothing."""
    telegram = None
    if senders is None:
        senders = {}
        if settings.telegram_token.get_secret_value():
            telegram = TelegramApi(settings)
            senders["telegram"] = TelegramSender(telegram)
        if settings.twilio_account_sid and settings.twilio_auth_token.get_secret_value():
            senders["sms"] = TwilioSms(settings, _one_way(settings, library, now))
    outbox = Outbox(engine, vault, settings, territory, senders, now)
    return Channels(settings, engine, vault, territory, library, outbox, telegram, now)


def _one_way(settings: Settings, library: Library, now: Callable[[], datetime]) -> str:
    """What ends an SMS that cannot be answered: the number to call."""
    phone = spaced(settings.twilio_number) if settings.twilio_number else ""
    return library.sentence("answer_by_calling", now().date(), phone=phone).text
