"""Too many wrong passwords or codes in a row: the account waits fifteen minutes, whatever is tried meanwhile."""

from __future__ import annotations

import math
import time
from datetime import datetime, timedelta

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request

from api.console.gate import PageRefused
from api.console_models import Mediator

TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
# From one network address. Loose: a whole team may sign in at nine behind one.
FROM_ONE_PLACE = (RateLimitItemPerMinute(40), RateLimitItemPerHour(300))


def may_try(mediator: Mediator, at: datetime) -> bool:
    """True when a password or a code of this account may be looked at now. Its row must be locked by the caller.

    The try counts as wrong until `was_right` says otherwise, so that twenty at once are no more than five.
    """
    if mediator.locked_until is not None and mediator.locked_until <= at:
        forgive(mediator)
    if mediator.locked_until is not None or mediator.failures >= TRIES:
        return False
    mediator.failures += 1
    if mediator.failures >= TRIES:
        mediator.locked_until = at + LOCKED_FOR
    return True


def was_right(mediator: Mediator) -> None:
    """The try was right. Those before it still count: a password does not wipe out the wrong codes after it."""
    mediator.failures = max(0, mediator.failures - 1)
    if mediator.failures < TRIES:
        mediator.locked_until = None


def forgive(mediator: Mediator) -> None:
    """Nothing is held against the account any more."""
    mediator.failures, mediator.locked_until = 0, None


class Places:
    """Counts, in memory, what is tried from each network address."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, request: Request) -> None:
        """One more try from there. Raises PageRefused when there are too many."""
        place = request.client.host if request.client else ""
        for item in FROM_ONE_PLACE:
            if not self._limiter.hit(item, place):
                until = self._limiter.get_window_stats(item, place).reset_time
                raise PageRefused("too_many_tries_here", 429, wait=max(1, math.ceil(until - time.time())))
