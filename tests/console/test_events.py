"""The stream of events: only what is in scope, only ids and digests, only while the session lasts."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import delete, update

from api.cases.account import Account
from api.cases.speaking import Speaker
from api.channel_models import Delivery
from api.console.changes import GONE
from api.console.routes_events import Open, Pace, Watch, _stream, events_router
from api.console_models import ConsoleSession, Mediator, MediatorPlace
from api.db import writing
from tests.console.case_kit import PHONE, a_case, citizen_of, write
from tests.console.conftest import Browser, RunningConsole

QUICK = Pace(every=0.01, life=0)


@pytest.fixture
def quick(console: RunningConsole) -> RunningConsole:
    """The console, whose streams look once and end: first in the list of routes, so that it is the one that answers."""
    app: FastAPI = console.service.app
    before = list(app.router.routes)
    app.include_router(events_router(console.console, QUICK))
    added = [route for route in app.router.routes if route not in before]
    app.router.routes[:] = [*added, *before]
    return console


def told(browser: Browser, **where: Any) -> dict[str, dict[str, str]]:
    """The events of a stream that looks once."""
    answer = browser.get("/mediateur/evenements", params=where)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    blocks = [block for block in answer.text.replace("\r\n", "\n").split("\n\n") if "event:" in block]
    lines = [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]
    return {one["event"]: json.loads(one["data"]) for one in lines}


def test_only_ids_and_digests_travel(quick: RunningConsole) -> None:
    case, browser = a_case(quick), quick.as_("mediator")
    events = told(browser, dossier=case)
    assert set(events) == {"queue", "case"}
    assert set(events["queue"]) == {"revision"} and set(events["case"]) == {"id", "revision"}
    assert events["case"]["id"] == str(case)


def test_what_the_page_shows_and_what_the_stream_says_agree(quick: RunningConsole) -> None:
    case, browser = a_case(quick), quick.as_("mediator")
    events = told(browser, dossier=case)
    page = browser.get(f"/mediateur/dossiers/{case}").text
    assert f'data-case="{events["case"]["revision"]}"' in page
    assert all(f'data-queue="{events["queue"]["revision"]}"' in one for one in (page, browser.get("/mediateur").text))


def test_each_thing_that_happens_changes_the_digests(quick: RunningConsole) -> None:
    case, browser = a_case(quick), quick.as_("mediator")
    account, cases = quick.account("mediator"), quick.console.cases
    seen = [told(browser, dossier=case)]

    def changed(queue: bool = True) -> None:
        seen.append(told(browser, dossier=case))
        assert seen[-1]["case"] != seen[-2]["case"]
        assert (seen[-1]["queue"] != seen[-2]["queue"]) or not queue

    quick.service.now += timedelta(seconds=1)
    cases.take(account, case)
    changed()
    quick.service.now += timedelta(seconds=1)
    write(quick, "vous êtes là")
    changed()
    quick.service.now += timedelta(seconds=1)
    cases.reply(account, case, "Oui.", "abcdefgh")
    changed()
    quick.service.now += timedelta(seconds=1)
    cases.note(account, case, "Une note.")
    changed()
    a_case(quick, "+33612345679")
    events = told(browser, dossier=case)
    assert events["queue"] != seen[-1]["queue"], "another case waits"
    assert told(browser, dossier=case) == events, "nothing happened"


def test_a_foreign_case_is_not_told_from_one_that_does_not_exist(quick: RunningConsole) -> None:
    foreign, browser = a_case(quick, place_id="loin"), quick.as_("mediator")
    for id_ in (foreign, uuid.uuid4()):
        assert told(browser, dossier=id_)["case"] == {"id": str(id_), "revision": GONE}
    before = told(browser)
    quick.console.cases.take(quick.account("coordinator"), foreign)
    assert told(browser) == before, "what happens out of scope changes nothing"


def test_who_may_listen(quick: RunningConsole) -> None:
    asking = {"Accept": "text/event-stream"}
    assert quick.as_("administrator").get("/mediateur/evenements", headers=asking).status_code == 404
    signed_out = quick.browser().get("/mediateur/evenements", headers=asking)
    assert (signed_out.status_code, signed_out.text) == (401, "")


def test_listening_says_that_one_is_there(quick: RunningConsole) -> None:
    told(quick.as_("mediator"))
    until = quick.mediator("mediator").present_until
    assert until is not None and until > quick.service.now


# One stream, round after round


def watch(console: RunningConsole, name: str, case: uuid.UUID | None = None) -> Watch:
    return Watch(console.console, console.as_(name).cookie, console.account(name), case)


def test_a_stream_ends_with_the_session(console: RunningConsole) -> None:
    one = watch(console, "mediator")
    assert one.look()
    with writing(console.engine) as session:
        session.execute(delete(ConsoleSession))
    assert one.look() is None


def test_a_stream_ends_with_the_account(console: RunningConsole) -> None:
    one = watch(console, "mediator")
    assert one.look()
    with writing(console.engine) as session:
        session.get_one(Mediator, console.accounts["mediator"]).active = False
    assert one.look() is None


def test_a_place_taken_away_counts_at_once(console: RunningConsole) -> None:
    console.add("lea", places=("ici",))
    case = a_case(console, place_id="ici")
    one = watch(console, "lea", case)
    first = one.look() or {}
    assert GONE not in first["case"]
    with writing(console.engine) as session:
        session.execute(delete(MediatorPlace))
    assert GONE in (one.look() or {})["case"]


def test_an_idle_session_is_not_kept_awake_by_its_stream(console: RunningConsole) -> None:
    one = watch(console, "mediator")
    assert one.look()
    console.service.now += timedelta(minutes=console.console.settings.console_idle_minutes)
    assert one.look() is None


def test_a_change_is_said_once(console: RunningConsole) -> None:
    class Rounds:
        """A watch that sees one thing twice, another one, a database that is away, then the end."""

        def __init__(self, account: Account) -> None:
            self.account = account
            self.left = [{"queue": "1"}, {"queue": "1"}, {"queue": "2"}, {}, {"queue": "2"}, None]

        def look(self) -> dict[str, str] | None:
            return self.left.pop(0)

    opened = Open()

    async def listen() -> list[str | None]:
        rounds: Any = Rounds(console.account("mediator"))
        stream: AsyncIterator[Any] = _stream(rounds, opened, Pace(every=0, life=60))
        return [event.data async for event in stream]

    with ThreadPoolExecutor(1) as apart:  # the thread of the tests may run the loop of a browser
        assert apart.submit(asyncio.run, listen()).result() == ["1", "2"]
    assert opened.counts.total() == 0, "the place is free again"


def test_streams_are_counted(console: RunningConsole) -> None:
    opened, pace = Open(), Pace(each=2, all_of_them=3)
    me, other = console.account("mediator"), console.account("coordinator")
    opened.counts[me.id] = 2
    assert opened.full(me, pace) and not opened.full(other, pace)
    opened.counts[other.id] = 1
    assert opened.full(other, pace)


def test_the_fate_of_a_message_changes_the_page(console: RunningConsole) -> None:
    case = a_case(console)
    account = console.account("mediator")
    console.console.cases.take(account, case)
    console.service.mailbox.take(1)
    one = watch(console, "mediator", case)
    speaker: Speaker = console.console.speaker
    console.console.cases.reply(account, case, "Bonjour.", "abcdefgh")
    with writing(console.engine) as session:
        assert speaker.reachable(session, citizen_of(console, PHONE)) == "sms"
    before = (one.look() or {})["case"]
    console.service.mailbox.take(1)  # it has left
    with writing(console.engine) as session:
        session.execute(update(Delivery).values(state="delivered"))
    assert (one.look() or {})["case"] != before
