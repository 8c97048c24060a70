"""The live page: what a person writes comes by a stream, once, to its visitor only; and without script by a link."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing

import httpx
import pytest
from anyio import to_thread
from fastapi.testclient import TestClient
from sse_starlette import ServerSentEvent
from starlette.requests import Request

from api.app import Services, create_app
from api.conversations import StorageDown
from api.sayings import Standing
from api.settings import Settings
from api.web.streams import LATER, SOON, Pace, Room, Streams, client_of, news
from api.web.turns import Turns
from api.web.visitors import Visitor, Visitors
from bot.messages import Reply
from flows.texts import Option, Say
from tests.served import served
from tests.web.fakes import FakeConversations, Said
from tests.web.reading import forms, words

QUICK = Pace(poll=0.01, life=5)
CLAIRE = Standing("Claire", True, "7")
WAITING = Standing(None, True, "5")
ME = Visitor("a" * 22, new=False)


def said(text: str, id_: str, person: str | None = "Claire", *options: str) -> Said:
    labels = tuple(Option(label.lower(), label) for label in options)
    return Said(False, text, Say(text, options=labels, key="k"), person, id_)


@pytest.fixture
def turns(conversations: FakeConversations, settings: Settings, services: Services) -> Turns:
    return Turns(conversations, Visitors(settings), settings.max_text, services.now)


def read(stream: AsyncIterator[ServerSentEvent], most: int = 99) -> list[tuple[str | None, dict[str, object]]]:
    async def all_of() -> list[tuple[str | None, dict[str, object]]]:
        found: list[tuple[str | None, dict[str, object]]] = []
        async with aclosing(stream) as events:  # type: ignore[type-var]
            async for event in events:
                found.append((event.event, json.loads(str(event.data))))
                if len(found) == most:
                    break
        return found

    return asyncio.run(all_of())


def test_a_message_comes_with_who_says_it_and_its_place(turns: Turns, conversations: FakeConversations) -> None:
    conversations.case, conversations.news = CLAIRE, [said("Bonjour", "7.1", "Claire", "Oui")]
    message, state = read(news(turns, ME, "", QUICK), 2)
    assert message == ("message", {
        "id": "7.1", "from": "Claire", "text": "Bonjour", "speech": "Bonjour", "key": "k",
        "options": [{"id": "oui", "label": "Oui"}],
    })  # fmt: skip
    assert state == ("state", {"person": "Claire", "case_open": True})


def test_what_the_page_already_shows_does_not_come_again(turns: Turns, conversations: FakeConversations) -> None:
    conversations.case, conversations.news = CLAIRE, [said("un", "6.1"), said("deux", "6.2"), said("trois", "10.1")]
    texts = [data["text"] for kind, data in read(news(turns, ME, "6.1", QUICK), 3) if kind == "message"]
    assert texts == ["deux", "trois"]


def test_a_later_message_does_not_bring_back_the_earlier_ones(turns: Turns, conversations: FakeConversations) -> None:
    conversations.case, conversations.news = CLAIRE, [said("un", "7.1")]

    async def play() -> list[str]:
        ids: list[str] = []
        async with aclosing(news(turns, ME, "", QUICK)) as events:  # type: ignore[type-var]
            async for event in events:
                ids += [str(event.id)] if event.event == "message" else []
                if event.event == "state":  # the first message is told: the person writes again, then it is over
                    conversations.news.append(said("deux", "8.1"))
                    conversations.case = Standing(None, False, "8")
        return ids

    assert asyncio.run(play()) == ["7.1", "8.1"]


def test_the_last_words_leave_before_the_end(turns: Turns, conversations: FakeConversations) -> None:
    conversations.case, conversations.news = Standing(None, False, "8"), [said("Terminé", "8.1", None)]
    events = read(news(turns, ME, "", QUICK))
    assert [kind for kind, _ in events] == ["message", "state", "end"]


def test_a_change_of_the_case_is_told_once(turns: Turns, conversations: FakeConversations) -> None:
    conversations.case, looks = WAITING, []
    then = [WAITING, WAITING, CLAIRE, CLAIRE, Standing(None, False, "9")]

    def standing(visitor: Visitor) -> Standing:
        looks.append(visitor)
        return then[min(len(looks), len(then)) - 1]

    turns.standing = standing  # type: ignore[method-assign]
    events = read(news(turns, ME, "", QUICK))
    assert [data.get("person") for kind, data in events if kind == "state"] == [None, "Claire", None]
    assert events[-1][0] == "end" and len(looks) == len(then)


def test_it_ends_by_itself_and_when_the_storage_is_down(turns: Turns, conversations: FakeConversations) -> None:
    conversations.case = CLAIRE
    assert [kind for kind, _ in read(news(turns, ME, "", Pace(poll=0.01, life=0.1)))] == ["state"]
    conversations.failing = StorageDown("away")
    assert read(news(turns, ME, "", QUICK)) == []


OTHER, THIRD = Visitor("b" * 22, new=False), Visitor("c" * 22, new=False)
FEW = Room(a_visitor=2, a_client=3, in_all=4)
Stream = AsyncGenerator[ServerSentEvent]


class Watched:
    """The streams of a process: each one opened is read up to its first line."""

    def __init__(self, turns: Turns, room: Room = FEW) -> None:
        self._turns, self._streams = turns, Streams(QUICK, room)

    async def opens(self, visitor: Visitor, client: str = "a") -> Stream:
        stream: Stream = self._streams.opened(self._turns, visitor, "", client).body_iterator  # type: ignore[assignment]
        await self.lines(stream, 1)
        return stream

    async def lines(self, stream: Stream, most: int) -> list[ServerSentEvent]:
        """The next lines of a stream, fewer when it ends."""
        found: list[ServerSentEvent] = []
        while len(found) < most and (event := await anext(stream, None)):
            found.append(event)
        return found

    async def asked_again_later(self, stream: Stream) -> bool:
        """True when a stream ends, and its page was told to come back later than usual; False when it goes on."""
        lines = self.lines(stream, 99)
        try:
            last = await asyncio.wait_for(lines, 0.2)
        except TimeoutError:
            return False
        return not last or last[-1].retry == LATER


@pytest.fixture
def watched(turns: Turns, conversations: FakeConversations) -> Watched:
    conversations.case = CLAIRE
    return Watched(turns)


def test_the_newest_stream_of_a_visitor_ends_their_oldest(watched: Watched) -> None:
    async def play() -> list[bool]:
        mine = [await watched.opens(ME) for _ in range(3)]
        return [await watched.asked_again_later(stream) for stream in mine]

    assert asyncio.run(play()) == [True, False, False]


def test_a_full_process_tells_the_news_once_and_asks_to_come_back(
    watched: Watched, conversations: FakeConversations
) -> None:
    conversations.news = [said("Bonjour", "7.1")]

    async def play() -> tuple[list[str | None], list[ServerSentEvent]]:
        before = [await watched.opens(visitor, client) for visitor, client in ((ME, "a"), (OTHER, "b")) * 2]
        late = watched._streams.opened(watched._turns, THIRD, "", "c").body_iterator
        told = await watched.lines(late, 99)  # type: ignore[arg-type]
        await before[0].aclose()
        free = await watched.opens(THIRD, "c")
        return [event.event for event in told], [*told[-1:], *await watched.lines(free, 1)]

    kinds, (late, free) = asyncio.run(play())
    assert kinds == ["message", "state"], "nobody is refused"
    assert (late.retry, free.retry) == (LATER, SOON), "the place of one that ended is free"


def test_one_network_does_not_take_all_the_places(watched: Watched) -> None:
    async def play() -> list[bool]:
        crowd = [Visitor(letter * 22, new=False) for letter in "defg"]
        near = [await watched.opens(one, "crowd") for one in crowd]
        mine = await watched.opens(ME, "home")
        return [await watched.asked_again_later(stream) for stream in (*near, mine)]

    assert asyncio.run(play()) == [False, False, False, True, False]


def test_a_page_loaded_again_keeps_its_place_where_all_are_taken(watched: Watched) -> None:
    async def play() -> list[bool]:
        before = [await watched.opens(visitor, client) for visitor, client in ((ME, "a"), (OTHER, "b")) * 2]
        again = await watched.opens(ME, "a")
        return [await watched.asked_again_later(stream) for stream in (*before, again)]

    assert asyncio.run(play()) == [True, False, False, False, False]


def test_streams_never_hold_the_threads_of_the_turns(turns: Turns, conversations: FakeConversations) -> None:
    """A slow database, and more streams than threads: an ordinary question still finds one."""
    conversations.case = CLAIRE
    free, answer = threading.Event(), conversations.standing

    def slow(channel: str, address: str) -> Standing:
        free.wait(60)
        return answer(channel, address)

    conversations.standing = slow  # type: ignore[method-assign]
    streams = Streams(QUICK, Room(a_visitor=99, a_client=99, in_all=99, asking=2))

    async def play() -> None:
        to_thread.current_default_thread_limiter().total_tokens = 5
        opened = [streams.opened(turns, ME, "", "a").body_iterator for _ in range(9)]
        first = [asyncio.ensure_future(anext(stream)) for stream in opened]  # type: ignore[call-overload]
        await asyncio.sleep(0.05)
        try:
            assert await asyncio.wait_for(to_thread.run_sync(lambda: "answered"), 5) == "answered"
            assert not any(one.done() for one in first)
        finally:
            free.set()
            await asyncio.gather(*first)

    asyncio.run(play())


def test_a_client_is_its_network() -> None:
    def of(host: str) -> str:
        return client_of(Request({"type": "http", "client": (host, 1)}))

    assert of("2001:db8::1") == of("2001:db8::ffff:1") != of("2001:db8:0:1::1")
    assert of("192.0.2.1") != of("192.0.2.2") and of("testclient") == "testclient"


@pytest.fixture
def site(settings: Settings, services: Services) -> Iterator[str]:
    """The address of a running server: a stream never ends under the test client."""
    with served(create_app(settings, services)) as address:
        yield address


def test_over_http_each_message_comes_once_after_a_cut(site: str, conversations: FakeConversations) -> None:
    conversations.case, conversations.news = CLAIRE, [said("un", "6.1"), said("deux", "7.1")]
    # The page's address says what it shows; after a cut the browser opens the same one, and says what came since.
    url, cookies = f"{site}/api/chat/events?after=5.1", {"allo_id": ME.address}

    def first_lines(headers: dict[str, str]) -> list[str]:
        with httpx.stream("GET", url, cookies=cookies, headers=headers, timeout=10) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert answer.headers["cache-control"] == "no-store"
            found = []
            for line in answer.iter_lines():
                found.append(line)
                if "case_open" in line:
                    return found
        return found

    assert [line for line in first_lines({}) if line.startswith("id:")] == ["id: 6.1", "id: 7.1"]
    assert [line for line in first_lines({"Last-Event-ID": "6.1"}) if line.startswith("id:")] == ["id: 7.1"]


def test_a_stream_is_nobody_s_without_a_cookie_or_from_another_site(client: TestClient) -> None:
    assert client.get("/api/chat/events").status_code == 204
    client.cookies.set("allo_id", ME.address)
    refused = client.get("/api/chat/events", headers={"sec-fetch-site": "cross-site"})
    assert refused.status_code == 403
    assert "event: end" in client.get("/api/chat/events?after=x.y").text, "no case is open: it ends at once"


def test_the_page_says_who_reads_and_offers_the_way_back(client: TestClient, conversations: FakeConversations) -> None:
    client.post("/", data={"id": "1", "text": "bonjour"})
    assert 'id="person" hidden' in client.get("/").text
    conversations.case = WAITING
    page = client.get("/").text
    assert "Votre demande attend une personne" in page and ">Actualiser</a>" in page
    assert "Sa réponse" not in page, "no answer is promised to who chose a call or a place, nor while nobody signs in"
    conversations.case = CLAIRE
    page = client.get("/").text
    assert "Claire lit vos messages" in page and 'data-open="yes"' in page
    assert "Retrouver l&#39;assistant" in [form["text"] for form in forms(page)]
    assert '<nav aria-label="Autres demandes" hidden>' in page


def test_the_words_of_a_person_carry_their_name_after_a_reload(
    client: TestClient, conversations: FakeConversations
) -> None:
    conversations.decide = lambda inbound: Reply(())
    client.post("/", data={"id": "1", "text": "bonjour"})
    address = conversations.received[-1].address
    conversations.case = CLAIRE
    conversations._said[address].append(said("Je <b>regarde</b>", "7.1"))
    page = client.get("/").text
    assert words(page)[-1] == "Je &lt;b&gt;regarde&lt;/b&gt;"
    assert '<span class="from">Claire\u00a0:</span>' in page and 'data-after="7.1"' in page


def test_the_choices_of_the_assistant_stay_when_news_come(client: TestClient, conversations: FakeConversations) -> None:
    """News of a case that waits are no answer to what was asked; a person's words make it old."""
    client.post("/", data={"id": "1", "text": "bonjour"})
    address = conversations.received[-1].address
    conversations.case = WAITING
    conversations._said[address].append(said("Votre demande attend encore.", "7.1", None))
    assert [form["text"] for form in forms(client.get("/").text) if form["choice"]]
    conversations.case = CLAIRE
    conversations._said[address].append(said("Bonjour", "8.1"))
    assert not [form["text"] for form in forms(client.get("/").text) if form["choice"]]


def test_a_relayed_message_has_no_reply_and_says_who_reads(
    client: TestClient, conversations: FakeConversations
) -> None:
    conversations.decide, conversations.case = lambda inbound: Reply((), person="Claire"), CLAIRE
    answer = client.post("/api/chat", json={"text": "bonjour", "id": "1"}).json()
    assert (answer["replies"], answer["person"], answer["case_open"]) == ([], "Claire", True)
    assert client.post("/", data={"id": "2", "text": "merci"}).status_code == 200
