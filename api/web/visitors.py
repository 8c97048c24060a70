"""Who writes on the web: the cookie that is the citizen's web address, and how much one may send."""

from __future__ import annotations

import math
import re
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request
from starlette.responses import Response

from api.settings import Settings
from api.web.guards import YEAR

COOKIE = "allo_id"
SIZE_COOKIE = "allo_taille"
SIZES = 5
USUAL_SIZE = 0
RANDOM_BYTES = 16
ADDRESS = re.compile(r"[A-Za-z0-9_-]{22}")
# Loose: a media library or a France services place has one address for all its visitors.
NEW_VISITORS = (RateLimitItemPerMinute(60), RateLimitItemPerHour(600))


class Refused(Exception):
    """A request that gets a sentence instead of an answer: the name of the sentence, and the HTTP status."""

    def __init__(self, sentence: str, status: int, wait: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence, self.status, self.wait = sentence, status, wait

    @property
    def headers(self) -> dict[str, str]:
        """What HTTP says of it."""
        return {} if self.wait is None else {"Retry-After": str(self.wait)}


@dataclass(frozen=True)
class Visitor:
    """A browser: its address, and whether it was given in this very request."""

    address: str
    new: bool


class Visitors:
    """Knows the browsers by their cookie, and counts what each one sends, in memory."""

    def __init__(self, settings: Settings) -> None:
        self._secure = urlsplit(settings.public_url).scheme == "https"
        self._messages = RateLimitItemPerMinute(settings.messages_per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def of(self, request: Request) -> Visitor:
        """The visitor of this request. Raises Refused when too many new ones come from one place."""
        known = request.cookies.get(COOKIE, "")
        if ADDRESS.fullmatch(known):
            return Visitor(known, new=False)
        client = request.client.host if request.client else ""
        for item in NEW_VISITORS:
            self._count(item, client, "too_many_visitors")
        return Visitor(secrets.token_urlsafe(RANDOM_BYTES), new=True)

    def count_message(self, visitor: Visitor) -> None:
        """One more message of this visitor. Raises Refused when there are too many."""
        self._count(self._messages, visitor.address, "too_many")

    def remember(self, response: Response, visitor: Visitor) -> None:
        """Gives the browser its address, or keeps it for one more year."""
        self._set(response, COOKIE, visitor.address)

    def remember_size(self, response: Response, size: int) -> None:
        """Keeps the size of the text that the visitor chose; the page's script writes it too."""
        self._set(response, SIZE_COOKIE, str(min(max(size, 0), SIZES - 1)), httponly=False)

    def forget(self, response: Response) -> None:
        """Takes the address away from the browser: the conversation cannot be reached from it any more."""
        response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=self._secure)

    def _set(self, response: Response, name: str, value: str, httponly: bool = True) -> None:
        response.set_cookie(name, value, max_age=YEAR, httponly=httponly, samesite="lax", secure=self._secure)

    def _count(self, item: RateLimitItem, key: str, sentence: str) -> None:
        if not self._limiter.hit(item, sentence, key):
            until = self._limiter.get_window_stats(item, sentence, key).reset_time
            raise Refused(sentence, 429, wait=max(1, math.ceil(until - time.time())))


def size_of(request: Request) -> int:
    """The size of the text chosen in this browser."""
    chosen = request.cookies.get(SIZE_COOKIE, "")
    return int(chosen) if chosen in map(str, range(SIZES)) else USUAL_SIZE
