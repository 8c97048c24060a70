"""Telegram's webhook: who sent it is checked before anything is read, then each update is taken once."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from telegram import Update

from api.conversations import Replayed, StorageDown
from api.providers.telegram_api import TelegramApi
from api.providers.telegram_updates import VOICE_BYTES, Parsed, Pressed, parse, worded
from api.sending.errors import SendFailed
from api.settings import Settings
from bot.messages import Inbound, Reply

PATH = "/webhooks/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
TAKEN, UNREADABLE, FORBIDDEN, FAILED, UNAVAILABLE = 200, 400, 403, 500, 503
Hear = Callable[[bytes], str | None]
log = structlog.get_logger(__name__)


class TelegramIntake:
    """What is done with an update, whether Telegram delivers it or it is fetched. Thread-safe.

    The reply leaves by the outbox. `api` is None where no token is set: nothing is shown nor listened to.
    """

    def __init__(
        self,
        settings: Settings,
        receive: Callable[[Inbound], Reply],
        api: TelegramApi | None,
        now: Callable[[], datetime],
        hear: Hear | None = None,
    ) -> None:
        self._max_text = settings.max_text
        self._receive, self._api, self._now, self._hear = receive, api, now, hear

    def take(self, update: Update) -> int:
        """Handles an update and gives the HTTP status that says what became of it. Never raises.

        200: taken, or nothing to do; 403: too old; 503 and 500: nothing was kept, it is to be delivered again.
        """
        try:
            parsed = parse(update, self._now(), self._max_text)
            if parsed.late:
                return FORBIDDEN
            if parsed.inbound:
                self._receive(self._heard(parsed, parsed.inbound))
        except StorageDown:
            return UNAVAILABLE
        except Replayed:
            return FORBIDDEN
        except Exception as error:
            log.error("update_failed", channel="telegram", error=type(error).__name__)
            return FAILED
        if parsed.pressed:
            self._use_up(parsed.pressed)
        return TAKEN

    def _heard(self, parsed: Parsed, inbound: Inbound) -> Inbound:
        """The message, with the words of its voice note where they can be had."""
        if self._api is None:
            return inbound
        if inbound.text or parsed.voice:
            self._api.typing(inbound.address)
        if not parsed.voice or not self._hear:
            return inbound
        try:
            words = self._hear(self._api.download(parsed.voice, VOICE_BYTES))
        except SendFailed as failed:
            log.warning("voice_note_not_downloaded", problem=failed.problem.value)
            return inbound
        return worded(replace(inbound, signal=None), words, self._max_text) if words else inbound

    def _use_up(self, pressed: Pressed) -> None:
        """An old button must not answer a new step."""
        if self._api:
            self._api.answer_callback(pressed.id)
            self._api.remove_buttons(pressed.chat, pressed.message_id)


def telegram_router(
    settings: Settings,
    receive: Callable[[Inbound], Reply],
    api: TelegramApi | None,
    now: Callable[[], datetime],
    hear: Hear | None = None,
) -> APIRouter:
    """The webhook's route. Without `ALLO_TELEGRAM_SECRET` everything is refused."""
    router, intake = APIRouter(), TelegramIntake(settings, receive, api, now, hear)
    secret = settings.telegram_secret.get_secret_value().encode()

    @router.post(PATH, include_in_schema=False)
    async def webhook(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode("latin-1")
        if not secret or not hmac.compare_digest(given, secret):
            return Response(status_code=FORBIDDEN)
        try:
            data = json.loads(await request.body())
        except ValueError:
            return Response(status_code=UNREADABLE)
        update = _read(data)
        return Response(status_code=await run_in_threadpool(intake.take, update) if update else TAKEN)

    return router


def _read(data: object) -> Update | None:
    """The update; None for one that cannot be understood: delivered again it would be no clearer."""
    try:
        return Update.de_json(data, None) if isinstance(data, dict) else None
    except Exception as error:
        log.error("update_unreadable", channel="telegram", error=type(error).__name__)
        return None
