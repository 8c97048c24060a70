"""Sends at once, in the background, what would otherwise wait for the durable engine to look."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import structlog

THREADS = 8  # for each channel: a provider that hangs makes nobody of another channel wait

log = structlog.get_logger("allo.sending")


class Hurry:
    """Threads that empty a person's channel. Asked twice before it began, it is done once."""

    def __init__(self, drain: Callable[[uuid.UUID, str], None]) -> None:
        self._drain = drain
        self._lock = Lock()
        self._asked: set[tuple[uuid.UUID, str]] = set()
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._stopped = False

    def up(self, person: uuid.UUID, channel: str) -> None:
        """Has this channel of this person emptied soon. Never waits, never raises."""
        with self._lock:
            if self._stopped or (person, channel) in self._asked:
                return
            self._asked.add((person, channel))
            pool = self._pools.get(channel)
            if pool is None:
                pool = self._pools[channel] = ThreadPoolExecutor(THREADS, f"send-{channel}")
            pool.submit(self._work, person, channel)

    def stop(self) -> None:
        """Takes nothing more, and waits for the sends under way."""
        with self._lock:
            self._stopped = True
        for pool in self._pools.values():
            pool.shutdown(wait=True, cancel_futures=True)

    def _work(self, person: uuid.UUID, channel: str) -> None:
        with self._lock:  # before the work: what is put during it is worth another look
            self._asked.discard((person, channel))
        try:
            self._drain(person, channel)
        except Exception as error:  # the durable job is still there
            log.warning("send_put_off", channel=channel, error=type(error).__name__)
