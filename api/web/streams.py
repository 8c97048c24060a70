"""The live page of a citizen: what a person writes to them, sent as it comes, and where their case stands."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import anyio
from anyio import to_thread
from sse_starlette import EventSourceResponse, ServerSentEvent

from api.sayings import Standing
from api.web.entries import Entry, message_json
from api.web.turns import Turns
from api.web.visitors import Refused, Visitor

A_VISITOR, IN_ALL = 3, 200  # streams open at the same time
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass(frozen=True)
class Pace:
    """How often the database is asked for news, when a silent line says that we are there, when a stream ends (s)."""

    poll: float = 1
    ping: int = 15
    life: float = 600


class Streams:
    """The streams open in this process. Thread-safe."""

    def __init__(self, pace: Pace = Pace(), a_visitor: int = A_VISITOR, in_all: int = IN_ALL) -> None:
        self.pace, self._a_visitor, self._in_all = pace, a_visitor, in_all
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()

    def opened(self, turns: Turns, visitor: Visitor, after: str) -> EventSourceResponse:
        """The stream of a visitor, from the message of id `after` on. Raises Refused when too many are open."""
        if not self._room(visitor.address):
            raise Refused("too_many", 429)
        events = self._counted(turns, visitor, after)
        return EventSourceResponse(events, headers=HEADERS, ping=self.pace.ping)

    async def _counted(self, turns: Turns, visitor: Visitor, after: str) -> AsyncIterator[ServerSentEvent]:
        if not self._enter(visitor.address):
            return
        try:
            async for event in news(turns, visitor, after, self.pace):
                yield event
        finally:
            self._leave(visitor.address)

    def _room(self, address: str) -> bool:
        with self._lock:
            return self._open[address] < self._a_visitor and self._open.total() < self._in_all

    def _enter(self, address: str) -> bool:
        """Takes a place, if there still is one: a stream counts from its first line to its last."""
        with self._lock:
            room = self._open[address] < self._a_visitor and self._open.total() < self._in_all
            self._open[address] += room
            return room

    def _leave(self, address: str) -> None:
        with self._lock:
            self._open[address] -= 1
            if self._open[address] <= 0:
                del self._open[address]


async def news(turns: Turns, visitor: Visitor, after: str, pace: Pace) -> AsyncIterator[ServerSentEvent]:
    """The events of one stream. It ends by itself: after its life, at once when no case is open, at any failure.

    What is sent was read after the state: whatever was written before the case closed has left when `end` does.
    """
    ends, known, told = time.monotonic() + pace.life, "", None
    while time.monotonic() < ends:
        try:
            standing = await to_thread.run_sync(turns.standing, visitor)
            fresh = await to_thread.run_sync(turns.pushed, visitor, after) if standing.last != known else []
        except Refused:  # the page comes back by itself
            return
        known = standing.last
        for entry in fresh:
            after = entry.id
            yield _message(entry)
        state = {"person": standing.person, "case_open": standing.case_open}
        if state != told:
            told = state
            yield _event("state", state)
        if not standing.case_open:
            yield _event("end", {})
            return
        await anyio.sleep(pace.poll)


def _message(entry: Entry) -> ServerSentEvent:
    return _event("message", {"id": entry.id, "from": entry.person, **message_json(entry.message)}, entry.id)


def _event(name: str, data: dict[str, Any], id_: str | None = None) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name, id=id_)


__all__ = ["Pace", "Standing", "Streams", "news"]
