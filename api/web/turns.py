"""One message from the web: checked, counted, given to the conversations; what goes wrong becomes a sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import structlog

from api.conversations import StorageDown
from api.routes.metrics import Conversing
from api.sayings import Standing
from api.web.entries import Entry, entries
from api.web.pages import new_id
from api.web.visitors import Refused, Visitor, Visitors
from bot.channels.web import WEB
from bot.messages import Inbound, Reply

RETRY_SECONDS = 60
T = TypeVar("T")
log = structlog.get_logger(__name__)


class Turns:
    """The way of a web message, the same for the JSON interface and for the forms."""

    def __init__(
        self, conversations: Conversing, visitors: Visitors, max_text: int, now: Callable[[], datetime]
    ) -> None:
        self._conversations, self._visitors, self._max_text, self._now = conversations, visitors, max_text, now

    def take(self, visitor: Visitor, id_: str, text: str, choice: str | None) -> Reply:
        """The reply to a message. Raises Refused with the sentence to show instead."""
        text = _plain(text).strip()
        if len(text) > self._max_text:
            raise Refused("too_long", 422)
        self._visitors.count_message(visitor)
        return _tried(lambda: self._conversations.receive(self._inbound(visitor, id_, text, choice)))

    def welcome(self, visitor: Visitor) -> Reply:
        """What is said to somebody who has not written yet, or of whom nothing is kept any more."""
        return _tried(lambda: self._conversations.receive(self._inbound(visitor, new_id(), "", None)))

    def history(self, visitor: Visitor) -> list[Entry]:
        """What was said so far, both sides."""
        return _tried(lambda: entries(self._conversations.history(WEB.name, visitor.address)))

    def history_if_any(self, visitor: Visitor | None) -> list[Entry]:
        """The same, or nothing when it cannot be read: the sentence that says why is already on its way."""
        try:
            return self.history(visitor) if visitor else []
        except Refused:
            return []

    def pushed(self, visitor: Visitor, after: str) -> list[Entry]:
        """What was said apart from any turn since the message of id `after`."""
        return _tried(lambda: entries(self._conversations.pushed(WEB.name, visitor.address, after)))

    def standing(self, visitor: Visitor) -> Standing:
        """Where the visitor's case stands."""
        return _tried(lambda: self._conversations.standing(WEB.name, visitor.address))

    def _inbound(self, visitor: Visitor, id_: str, text: str, choice: str | None) -> Inbound:
        # Mixed with the words, so that a message edited after a failure is a new one; and with the address, so
        # that nobody gets another citizen's reply by guessing an id.
        parts = "\x1f".join((visitor.address, id_, text, choice or ""))
        provider_id = hashlib.sha256(parts.encode()).hexdigest()[:40]
        return Inbound(WEB.name, visitor.address, text, provider_id, self._now(), choice)


def _plain(text: str) -> str:
    """The text without the halves of characters that JSON lets through and that no database keeps."""
    return text.encode("utf-8", "replace").decode()


def _tried(action: Callable[[], T]) -> T:
    """The result of `action`. Raises Refused with a sentence for any failure."""
    try:
        return action()
    except StorageDown:
        raise Refused("storage_down", 503, wait=RETRY_SECONDS) from None
    except Exception as error:
        # The message of an error may quote the citizen: only its kind and its place are logged.
        frame = error.__traceback__
        while frame and frame.tb_next:
            frame = frame.tb_next
        place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else ""
        log.error("turn_failed", error=type(error).__name__, place=place)
        raise Refused("failed", 500) from None
