"""The live page of a citizen: what a person writes to them, sent as it comes, and where their case stands."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from ipaddress import IPv6Network, ip_address
from typing import Any

import anyio
from anyio import CapacityLimiter, to_thread
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request

from api.web.entries import Entry, message_json
from api.web.turns import Turns
from api.web.visitors import Refused, Visitor

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
SOON, LATER = 3_000, 20_000  # ms: when the page asks again once its stream ended, and when there was no room for it
ONE_NETWORK = 64  # bits: who has one IPv6 address has all of these


@dataclass(frozen=True)
class Pace:
    """How often the database is asked for news, when a silent line says that we are there, when a stream ends (s)."""

    poll: float = 1
    ping: int = 15
    life: float = 600


@dataclass(frozen=True)
class Room:
    """How many streams may be open at the same time: of a visitor, from one network, in this process.

    `asking`: how many may ask the database at once. Turns have all the other threads and connections.
    """

    a_visitor: int = 3
    a_client: int = 60  # a media library has one address for all its visitors
    in_all: int = 200
    asking: int = 4


@dataclass(eq=False)
class Place:
    """One open stream. `over`: a newer one of the same visitor took its place."""

    visitor: str
    client: str
    over: bool = False


@dataclass
class Streams:
    """The streams open in this process, the oldest first. Thread-safe.

    Nobody is refused: where there is no room, a stream tells the news once, and the page asks again a little later.
    """

    pace: Pace = field(default_factory=Pace)
    room: Room = field(default_factory=Room)

    def __post_init__(self) -> None:
        self._open: list[Place] = []
        self._lock = threading.Lock()
        self._threads = CapacityLimiter(self.room.asking)

    def opened(self, turns: Turns, visitor: Visitor, after: str, client: str) -> EventSourceResponse:
        """The stream of a visitor who calls from `client`, from the message of id `after` on."""
        return EventSourceResponse(self._counted(turns, visitor, after, client), headers=HEADERS, ping=self.pace.ping)

    async def _counted(self, turns: Turns, visitor: Visitor, after: str, client: str) -> AsyncIterator[ServerSentEvent]:
        place = self._enter(visitor.address, client)
        try:
            async for event in news(turns, visitor, after, self.pace, place, self._threads):
                yield event
        finally:
            self._leave(place)

    def _enter(self, visitor: str, client: str) -> Place:
        """Takes a place: from the first line of a stream to its last. A visitor's newest stream ends their oldest."""
        place = Place(visitor, client)
        with self._lock:
            mine = [one for one in self._open if one.visitor == visitor]
            near = sum(one.client == client for one in self._open)
            full = len(self._open) >= self.room.in_all or near >= self.room.a_client
            if mine and (full or len(mine) >= self.room.a_visitor):
                mine[0].over = True
                self._open.remove(mine[0])
            elif full:
                place.over = True
                return place
            self._open.append(place)
        return place

    def _leave(self, place: Place) -> None:
        with self._lock:
            if place in self._open:
                self._open.remove(place)


def client_of(request: Request) -> str:
    """The network that a request comes from."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(IPv6Network((int(address), ONE_NETWORK), strict=False)) if address.version == 6 else host


async def news(
    turns: Turns,
    visitor: Visitor,
    after: str,
    pace: Pace,
    place: Place | None = None,
    threads: CapacityLimiter | None = None,
) -> AsyncIterator[ServerSentEvent]:
    """The events of one stream. It ends by itself: after its life, at once when no case is open, at any failure.

    What is sent was read after the state: whatever was written before the case closed has left when `end` does.
    A stream that is over, from the start or not, tells the news a last time, and when to ask again.
    """
    ends, known, told = time.monotonic() + pace.life, "", None
    while True:
        last = bool(place and place.over)
        try:
            standing = await to_thread.run_sync(turns.standing, visitor, limiter=threads)
            changed = standing.last != known
            fresh = await to_thread.run_sync(turns.pushed, visitor, after, limiter=threads) if changed else []
        except Refused:  # the page comes back by itself
            return
        known = standing.last
        for entry in fresh:
            after = entry.id
            yield _message(entry)
        state = {"person": standing.person, "case_open": standing.case_open}
        if state != told or last:
            told = state
            yield _event("state", state, retry=LATER if last else SOON)
        if not standing.case_open:
            yield _event("end", {})
        if last or not standing.case_open or time.monotonic() >= ends:
            return
        await anyio.sleep(pace.poll)


def _message(entry: Entry) -> ServerSentEvent:
    return _event("message", {"id": entry.id, "from": entry.person, **message_json(entry.message)}, entry.id)


def _event(name: str, data: dict[str, Any], id_: str | None = None, retry: int | None = None) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name, id=id_, retry=retry)
