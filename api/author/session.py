"""Who may see the authors' pages: everybody at home, in production who has the author key."""

from __future__ import annotations

import hashlib
import hmac
import math
import time
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request
from starlette.responses import Response

from api.settings import Settings
from api.web.visitors import Refused

COOKIE = "allo_auteur"
PATH = "/auteur"
HOURS = 12
WRONG_KEYS = (RateLimitItemPerMinute(5), RateLimitItemPerHour(20))


class Gate:
    """The door of the authors' pages. A session is a date of end, signed: nothing is kept on the server."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._key = settings.author_key.get_secret_value()
        self._now = now
        self._secure = urlsplit(settings.public_url).scheme == "https"
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        # The author key is part of it: a new key ends the sessions of the old one.
        secret = f"author session\n{settings.secret_key.get_secret_value()}\n{self._key}"
        self._signing = hashlib.sha256(secret.encode()).digest()
        self.exists = bool(self._key) or settings.env != "production"

    @property
    def locked(self) -> bool:
        """True where a key is asked for."""
        return bool(self._key)

    def admits(self, request: Request) -> bool:
        """True for a request that may see the pages."""
        if not self.locked:
            return self.exists
        until, _, signature = request.cookies.get(COOKIE, "").partition(".")
        sound = hmac.compare_digest(self._sign(until).encode(), signature.encode("utf-8", "replace"))
        return sound and int(until) > self._now().timestamp()

    def open(self, request: Request, key: str) -> bool:
        """True when `key` is the author key. Raises Refused when too many wrong ones came from there."""
        place = request.client.host if request.client else ""
        for item in WRONG_KEYS:
            if not self._limiter.test(item, place):
                until = self._limiter.get_window_stats(item, place).reset_time
                raise Refused("too_many_keys", 429, wait=max(1, math.ceil(until - time.time())))
        if hmac.compare_digest(_digest(key), _digest(self._key)):
            return True
        for item in WRONG_KEYS:
            self._limiter.hit(item, place)
        return False

    def remember(self, response: Response) -> None:
        """Gives the browser a session."""
        until = str(math.ceil(self._now().timestamp()) + HOURS * 3600)
        value = f"{until}.{self._sign(until)}"
        response.set_cookie(
            COOKIE, value, max_age=HOURS * 3600, path=PATH, httponly=True, samesite="strict", secure=self._secure
        )

    def forget(self, response: Response) -> None:
        """Takes the session away."""
        response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="strict", secure=self._secure)

    def _sign(self, until: str) -> str:
        return hmac.new(self._signing, until.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _digest(text: str) -> bytes:
    """Of one length whatever the text, so that the comparison tells nothing of it."""
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
