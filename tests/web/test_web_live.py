"""The live page: what a person writes comes by a stream, once, to its visitor only; and without script by a link."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

import httpx
import pytest
from fastapi.testclient import TestClient
from sse_starlette import ServerSentEvent

from api.app import Services, create_app
from api.conversations import StorageDown
from api.sayings import Standing
from api.settings import Settings
from api.web.streams import Pace, Streams, news
from api.web.turns import Turns
from api.web.visitors import Refused, Visitor, Visitors
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


def test_the_last_words_leave_before_the_end(turns: Turns, conversations: FakeConversations) -> None:
    conversations.case, conversations.news = Standing(None, False, "8"), [said("Terminé", "8.1", None)]
    events = read(news(turns, ME, "", QUICK))
    assert [kind for kind, _ in events] == ["message", "state", "end"]


def test_a_change_of_the_case_is_told_once(turns: Turns, conversations: FakeConversations) -> None:
    conversations.case = WAITING

    def takes() -> None:
        time.sleep(0.1)
        conversations.case = CLAIRE
        time.sleep(0.1)
        conversations.case = Standing(None, False, "9")

    thread = threading.Thread(target=takes)
    thread.start()
    events = read(news(turns, ME, "", QUICK))
    thread.join()
    assert [data.get("person") for kind, data in events if kind == "state"] == [None, "Claire", None]
    assert events[-1][0] == "end"


def test_it_ends_by_itself_and_when_the_storage_is_down(turns: Turns, conversations: FakeConversations) -> None:
    conversations.case = CLAIRE
    assert [kind for kind, _ in read(news(turns, ME, "", Pace(poll=0.01, life=0.1)))] == ["state"]
    conversations.failing = StorageDown("away")
    assert read(news(turns, ME, "", QUICK)) == []


def test_few_streams_a_visitor_and_in_all(turns: Turns, conversations: FakeConversations) -> None:
    conversations.case = CLAIRE
    streams = Streams(Pace(poll=0.01, life=0.5), a_visitor=2, in_all=3)
    other, third = Visitor("b" * 22, new=False), Visitor("c" * 22, new=False)

    async def opens(visitor: Visitor) -> AsyncIterator[ServerSentEvent]:
        stream: AsyncIterator[ServerSentEvent] = streams.opened(turns, visitor, "").body_iterator  # type: ignore[assignment]
        await anext(stream)
        return stream

    async def play() -> None:
        mine = [await opens(ME), await opens(ME)]
        with pytest.raises(Refused):
            streams.opened(turns, ME, "")
        await opens(other)
        with pytest.raises(Refused):
            streams.opened(turns, third, "")
        await mine[0].aclose()  # type: ignore[attr-defined]
        assert await opens(third), "the place of one that ended is free"

    asyncio.run(play())


@pytest.fixture
def site(settings: Settings, services: Services) -> Iterator[str]:
    """The address of a running server: a stream never ends under the test client."""
    with served(create_app(settings, services)) as address:
        yield address


def test_over_http_each_message_comes_once_after_a_cut(site: str, conversations: FakeConversations) -> None:
    conversations.case, conversations.news = CLAIRE, [said("un", "6.1"), said("deux", "7.1")]
    url, cookies = f"{site}/api/chat/events", {"allo_id": ME.address}

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
