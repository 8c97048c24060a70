"""The web chat when something goes wrong: one sentence, nothing lost, nothing said twice."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api.conversations import StorageDown
from tests.web.fakes import FakeConversations
from tests.web.reading import SAID, forms


@pytest.mark.parametrize(
    ("error", "status", "name"), [(StorageDown("x"), 503, "storage_down"), (ValueError("x"), 500, "failed")]
)
def test_failure_is_one_sentence_and_the_same_message_again(
    client: TestClient, conversations: FakeConversations, error: Exception, status: int, name: str
) -> None:
    client.get("/")
    conversations.failing = error
    page = client.post("/", data={"id": "gardé", "text": "mon message", "choice": ""})
    assert page.status_code == status
    assert SAID[name] in page.text.replace("\u00a0", " ").replace("&#39;", "'")
    assert {"id": "gardé", "text": "mon message", "choice": ""} in forms(page.text)
    answer = client.post("/api/chat", json={"text": "mon message", "id": "gardé"})
    assert (answer.status_code, answer.json()["error"]) == (status, {"id": name, "text": SAID[name]})
    conversations.failing = None
    client.post("/", data={"id": "gardé", "text": "mon message"})
    assert [one.text for one in conversations.received] == ["", "mon message"]


def test_words_of_an_error_stay_out_of_the_logs(
    client: TestClient,
    conversations: FakeConversations,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    conversations.failing = ValueError("cannot read « madame Ocarina »")
    client.post("/api/chat", json={"text": "madame Ocarina"})
    logged = "".join((*capsys.readouterr(), caplog.text))
    assert "Ocarina" not in logged and "turn_failed" in logged


def test_database_down_at_the_first_visit(client: TestClient, conversations: FakeConversations) -> None:
    conversations.failing = StorageDown("x")
    page = client.get("/")
    assert (page.status_code, page.headers["retry-after"]) == (503, "60")
    assert "allo_id" not in page.cookies


def test_too_long_text_is_kept_and_said(client: TestClient, conversations: FakeConversations) -> None:
    client.get("/")
    page = client.post("/", data={"id": "1", "text": "a" * 1001})
    assert page.status_code == 422
    assert "a" * 1001 + "</textarea>" in page.text
    assert "1000 lettres" in page.text
    assert client.post("/api/chat", json={"text": "a" * 1001}).json()["error"]["id"] == "too_long"
    assert client.post("/api/chat", json={"text": "é" * 1000}).status_code == 200
    assert len(conversations.received) == 2


def test_browser_without_cookies_is_told(client: TestClient) -> None:
    location = client.post("/", data={"id": "1", "text": "bonjour"}, follow_redirects=False).headers["location"]
    client.cookies.clear()
    page = client.get(location)
    assert page.status_code == 400
    assert SAID["no_cookies"] in page.text.replace("&#39;", "'")


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"text": 3}', b'{"id": ""}', b'{"id": "' + b"x" * 65 + b'"}'])
def test_unreadable_json_is_one_sentence(client: TestClient, body: bytes) -> None:
    answer = client.post("/api/chat", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["id"]) == (422, "unreadable")


def test_half_a_character_that_json_lets_through_is_no_failure(
    client: TestClient, conversations: FakeConversations
) -> None:
    client.get("/")
    json = b'{"text": "je suis perdu \\ud800", "id": "1"}'
    answer = client.post("/api/chat", content=json, headers={"Content-Type": "application/json"})
    assert (answer.status_code, conversations.received[-1].text) == (200, "je suis perdu ?")
