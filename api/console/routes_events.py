"""The stream of events of the console: it says that something changed, never what; the page then asks for itself."""

from __future__ import annotations

import json
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import anyio
from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from api.cases.account import HELPERS, Account, account_of
from api.cases.presence import seen
from api.console.changes import case_mark, queue_mark
from api.console.desk import Console
from api.console.gate import PATH
from api.db import StorageDown, reading, writing

PING = 15
RETRY_MS = 1000
ASKING = 4
PRESENCE = timedelta(seconds=30)


@dataclass(frozen=True)
class Pace:
    """How often a stream looks at the database, and how long it lives, in seconds; then the page opens another one."""

    every: float = 1.5
    life: float = 12 * 60
    each: int = 8
    all_of_them: int = 300


@dataclass
class Open:
    """The streams that are open in this process, by account. Few ask the database at once: pages are answered first."""

    counts: Counter[uuid.UUID] = field(default_factory=Counter)
    threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(ASKING))

    def full(self, account: Account, pace: Pace) -> bool:
        """True when one more would be too many."""
        return self.counts[account.id] >= pace.each or self.counts.total() >= pace.all_of_them


def events_router(console: Console, pace: Pace | None = None) -> APIRouter:
    """The route of the stream. Only ids and digests travel on it."""
    router, opened, beat = APIRouter(prefix=PATH), Open(), pace or Pace()
    helper = Depends(console.gate.role(*HELPERS))

    @router.get("/evenements")
    async def events(request: Request, dossier: uuid.UUID | None = None, account: Account = helper) -> Response:
        if opened.full(account, beat):
            return Response(status_code=503, headers={"Retry-After": "30"})
        watch = Watch(console, console.gate.cookie(request), account, dossier)
        return EventSourceResponse(_stream(watch, opened, beat), ping=PING, headers={"Cache-Control": "no-store"})

    return router


async def _stream(watch: Watch, opened: Open, pace: Pace) -> AsyncIterator[ServerSentEvent]:
    """The changes, until the session or the stream ends. The first round says where things stand."""
    until, told = time.monotonic() + pace.life, dict[str, str]()
    opened.counts[watch.account.id] += 1
    try:
        while True:
            marks = await to_thread.run_sync(watch.look, limiter=opened.threads)
            if marks is None:
                return
            for event, data in marks.items():
                if told.get(event) != data:
                    told[event] = data
                    yield ServerSentEvent(data, event=event, retry=RETRY_MS)
            if time.monotonic() >= until:
                return
            await anyio.sleep(pace.every)
    finally:
        opened.counts[watch.account.id] -= 1


class Watch:
    """What one stream looks at."""

    def __init__(self, console: Console, cookie: str, account: Account, case_id: uuid.UUID | None) -> None:
        self._console, self._cookie, self.account, self._case = console, cookie, account, case_id
        self._present_since = console.now() - PRESENCE

    def look(self) -> dict[str, str] | None:
        """The events as things stand now, None when the session is over. A database that is away: no event."""
        try:
            return self._look()
        except StorageDown:
            return {}

    def _look(self) -> dict[str, str] | None:
        console, now = self._console, self._console.now()
        with reading(console.engine) as session:
            found = console.gate.sessions.find(session, self._cookie)
            if found is None:
                return None
            account = account_of(session, found[1])  # a place or a role taken away counts at once
            marks = {"queue": json.dumps({"revision": queue_mark(session, account)})}
            if self._case:
                revision = case_mark(session, account, self._case)
                marks["case"] = json.dumps({"id": str(self._case), "revision": revision})
        if now - self._present_since >= PRESENCE:
            self._present_since = now
            with writing(console.engine) as session:
                seen(session, account.id, now)
        return marks
