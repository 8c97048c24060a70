"""A circuit breaker: after failures in a row, nobody waits for a service that is down; one probe tries again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FAILURES = 3
PAUSE = 5.0


class Breaker:
    """Closed: all pass. Open: none. Half-open, after the pause: one passes, and its outcome decides."""

    def __init__(
        self, failures: int = FAILURES, pause: float = PAUSE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._failures = failures
        self._pause = pause
        self._clock = clock
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._opened_at: float | None = None
        self._probing = False

    @property
    def state(self) -> str:
        """closed, open or half-open."""
        with self._lock:
            if self._opened_at is None:
                return "closed"
            return "half-open" if self._rested() else "open"

    def allows(self) -> bool:
        """May this call pass? A caller told yes must then say `succeeded` or `failed`."""
        with self._lock:
            if self._opened_at is None:
                return True
            if self._probing or not self._rested():
                return False
            self._probing = True
            return True

    def succeeded(self) -> None:
        """The call worked: closed."""
        with self._lock:
            self._in_a_row, self._opened_at, self._probing = 0, None, False

    def failed(self) -> None:
        """The call failed: opens at the third in a row, or at once after a probe."""
        with self._lock:
            self._in_a_row += 1
            if self._probing or self._in_a_row >= self._failures:
                self._opened_at = self._clock()
            self._probing = False

    def _rested(self) -> bool:
        return self._opened_at is not None and self._clock() - self._opened_at >= self._pause
