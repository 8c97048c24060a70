"""Telegram's HTTP interface: calls that wait for their answer, on one connection loop in the background."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from threading import Thread
from typing import Any, TypeVar

import structlog
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update, User, WebhookInfo
from telegram.request import HTTPXRequest

from api.providers.telegram_errors import failure
from api.sending.errors import Problem, SendFailed
from api.settings import Settings
from bot.channels.base import Rendered
from bot.channels.telegram import button_rows

CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0
LONGEST_CALL = 25.0  # all included: a send never holds its place in the queue for longer
CONNECTIONS = 32
CLOSING_SECONDS = 2.0
ALLOWED_UPDATES = ("message", "edited_message", "callback_query")
# These write the address of each call (the token is in it), the words sent, and the answers they cannot read.
TALKATIVE = ("httpx", "httpcore", "telegram")
Rows = Sequence[Sequence[tuple[str, str]]]
T = TypeVar("T")
log = structlog.get_logger(__name__)


class TelegramApi:
    """The bot's calls. Thread-safe. Each one raises SendFailed, except those said to be done apart.

    Build it once a token is set, and `close` it at the end.
    """

    def __init__(self, settings: Settings) -> None:
        for name in TALKATIVE:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        url = settings.telegram_api_url.rstrip("/")
        self._requests = (_requests(CONNECTIONS), _requests(1))
        self._bot = Bot(
            settings.telegram_token.get_secret_value(),
            base_url=f"{url}/bot",
            base_file_url=f"{url}/file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )
        self._loop = asyncio.new_event_loop()
        self._polling: Future[tuple[Update, ...]] | None = None
        self._thread = Thread(target=self._loop.run_forever, name="telegram", daemon=True)
        self._thread.start()

    def send_message(self, chat: str, text: str, rows: Rows = ()) -> str:
        """Sends a plain text with its buttons, (label, what it carries); gives the message's id."""
        sent = self._call(
            self._bot.send_message(
                chat, text, reply_markup=_keyboard(rows), link_preview_options=LinkPreviewOptions(is_disabled=True)
            )
        )
        return str(sent.message_id)

    def remove_buttons(self, chat: str, message_id: int) -> None:
        """Takes the buttons of a message away. Done apart: nothing is waited for, nothing raised."""
        self._begin(self._bot.edit_message_reply_markup(chat, message_id))

    def answer_callback(self, callback_id: str) -> None:
        """Tells Telegram that a pressed button was taken. Done apart."""
        self._begin(self._bot.answer_callback_query(callback_id))

    def typing(self, chat: str) -> None:
        """Shows that an answer is being written. Done apart."""
        self._begin(self._bot.send_chat_action(chat, "typing"))

    def get_me(self) -> User:
        """Who the bot is. `not_configured` when Telegram refuses the token."""
        return self._call(self._bot.get_me())

    def get_webhook_info(self) -> WebhookInfo:
        """Where Telegram delivers, how many updates wait, and what went wrong last."""
        return self._call(self._bot.get_webhook_info())

    def set_webhook(self, url: str, secret: str, allowed_updates: Sequence[str] = ALLOWED_UPDATES) -> None:
        """Has the updates delivered to `url` with the secret in a header. What waits is kept."""
        self._call(self._bot.set_webhook(url, secret_token=secret, allowed_updates=list(allowed_updates)))

    def delete_webhook(self) -> None:
        """Has the updates wait for `get_updates`. What waits is kept."""
        self._call(self._bot.delete_webhook(drop_pending_updates=False))

    def get_updates(self, offset: int | None, seconds: int) -> tuple[Update, ...]:
        """The updates from `offset` on, waiting for one at most `seconds`. Empty when `stop_waiting` was called."""
        asked = self._bot.get_updates(offset, timeout=seconds, allowed_updates=list(ALLOWED_UPDATES))
        self._polling = polling = self._started(asked)
        try:
            return _result(polling, seconds + LONGEST_CALL)
        except SendFailed:
            if polling.cancelled():
                return ()
            raise

    def stop_waiting(self) -> None:
        """Ends the `get_updates` under way in another thread."""
        if self._polling:
            self._polling.cancel()

    def download(self, file_id: str, most: int) -> bytes:
        """A file of at most `most` bytes, held in memory only. `refused` when it is longer."""
        file = self._call(self._bot.get_file(file_id))
        if not file.file_size or file.file_size > most:
            raise SendFailed(Problem.REFUSED)
        return bytes(self._call(file.download_as_bytearray()))

    def close(self) -> None:
        """Gives what is under way a moment, then ends everything. Later calls fail."""
        if self._loop.is_closed():
            return
        try:
            self._started(self._ending()).result(2 * CLOSING_SECONDS)
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(CLOSING_SECONDS)
            if not self._thread.is_alive():
                self._loop.close()

    async def _ending(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            _, slow = await asyncio.wait(others, timeout=CLOSING_SECONDS)
            for task in slow:
                task.cancel()
            await asyncio.gather(*slow, return_exceptions=True)
        for request in self._requests:
            await request.shutdown()

    def _started(self, calling: Coroutine[Any, Any, T]) -> Future[T]:
        if self._loop.is_closed():
            calling.close()
            raise SendFailed(Problem.PROVIDER_DOWN)
        return asyncio.run_coroutine_threadsafe(calling, self._loop)

    def _call(self, calling: Coroutine[Any, Any, T]) -> T:
        return _result(self._started(calling), LONGEST_CALL)

    def _begin(self, calling: Coroutine[Any, Any, Any]) -> None:
        with suppress(SendFailed):
            self._started(calling).add_done_callback(_noted)


class TelegramSender:
    """Sends the outbox's messages by Telegram: `to` is the chat's id."""

    def __init__(self, api: TelegramApi) -> None:
        self._api = api

    def send(self, to: str, rendered: Rendered, key: str) -> str:
        """Sends one message; the id given is the message's in its chat. Telegram knows no key for repeats."""
        return self._api.send_message(to, rendered.text, button_rows(rendered.key, rendered.options))

    def find(self, to: str, rendered: Rendered, since: datetime) -> str | None:
        """Always None: a bot cannot read what it sent."""
        return None


def _result(future: Future[T], seconds: float) -> T:
    """What the call gives. Raises SendFailed without its cause, whose text may hold the token."""
    try:
        return future.result(seconds)
    except Exception as error:
        future.cancel()
        failed = failure(error)
    raise failed


def _requests(connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        write_timeout=READ_SECONDS,
        pool_timeout=CONNECT_SECONDS,
    )


def _keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    buttons = [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in rows]
    return InlineKeyboardMarkup(buttons) if buttons else None


def _noted(future: Future[Any]) -> None:
    if not future.cancelled() and (error := future.exception()):
        log.debug("telegram_aside_failed", problem=failure(error).problem.value)
