"""Telegram without a public address: the updates are fetched, one batch after the other. For trials on one machine."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from time import monotonic

import structlog
from telegram import Update

from api.providers.telegram_api import TelegramApi
from api.sending.errors import Problem, SendFailed
from api.settings import Settings

WAIT_SECONDS = 25
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
TRIES = 3  # of an update that fails for another reason than the storage: it must not hold the others back
FAILED, UNAVAILABLE = 500, 503
CLOSING_SECONDS = 5.0
log = structlog.get_logger(__name__)


def polling_wanted(settings: Settings) -> bool:
    """True when the updates are to be fetched: asked for, or a token on a machine for development."""
    if not settings.telegram_token.get_secret_value():
        return False
    mode = settings.telegram_mode or ("polling" if settings.env == "dev" else "webhook")
    return mode == "polling"


class TelegramPolling:
    """A thread that fetches the updates and gives them to `take`, which says what became of each as an HTTP status.

    An update counts as fetched only once it was taken: after a stop, even a brutal one, it comes again.
    """

    def __init__(self, api: TelegramApi, take: Callable[[Update], int], pause: float = FIRST_PAUSE) -> None:
        self._api, self._take, self._first_pause = api, take, pause
        self._stop = Event()
        self._thread = Thread(target=self._run, name="telegram-polling", daemon=True)
        self._offset: int | None = None
        self._tries = 0

    def start(self) -> None:
        """Begins to fetch. A webhook set before is deleted: Telegram allows one way at a time."""
        self._thread.start()

    def stop(self) -> None:
        """Ends within a moment; an update being handled is finished first, for `CLOSING_SECONDS` at most."""
        self._stop.set()
        until = monotonic() + CLOSING_SECONDS
        while self._thread.is_alive() and monotonic() < until:
            self._api.stop_waiting()  # again and again: the thread may be about to ask
            self._thread.join(0.05)

    def _run(self) -> None:
        pause, prepared = self._first_pause, False
        while not self._stop.is_set():
            try:
                if not prepared:
                    self._api.delete_webhook()
                    prepared = True
                if self._batch():
                    pause = self._first_pause
                    continue
                wait = pause
            except SendFailed as failed:
                wait = failed.retry_after or pause
                log.warning("telegram_polling_failed", problem=failed.problem.value)
            except Exception as error:
                wait = pause
                log.error("telegram_polling_failed", problem=Problem.REFUSED.value, error=type(error).__name__)
            self._stop.wait(wait)
            pause = min(LONGEST_PAUSE, 2 * pause)

    def _batch(self) -> bool:
        """Fetches and takes what waits. False when an update is to be tried again."""
        for update in self._api.get_updates(self._offset, WAIT_SECONDS):
            if self._stop.is_set():
                return True
            status = self._take(update)
            self._tries += 1
            if status == UNAVAILABLE or (status == FAILED and self._tries < TRIES):
                return False
            self._tries = 0
            self._offset = update.update_id + 1
        return True
