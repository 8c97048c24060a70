"""Health, readiness, figures and the description of the interfaces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from api.app import Services, create_app
from api.conversations import StorageDown
from api.settings import Settings
from bot.messages import Reply
from tests.web.fakes import FakeConversations


def broken() -> bool:
    """A check that fails the hard way."""
    raise OSError("no route to host")


def test_alive(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("check", [broken, lambda: False])
def test_not_ready_without_database(settings: Settings, services: Services, check: Callable[[], bool]) -> None:
    with TestClient(create_app(settings, replace(services, database_ok=check))) as client:
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["database"]) == (503, "down")
        assert client.get("/healthz").status_code == 200


def test_ready_without_understanding(settings: Settings, services: Services) -> None:
    with TestClient(create_app(settings, replace(services, understanding_ok=broken))) as client:
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, {"database": "up", "understanding": "down"})
        assert "allo_understanding_up 0.0" in client.get("/metrics").text


def test_figures_count_turns_and_hold_nothing_personal(client: TestClient, conversations: FakeConversations) -> None:
    client.post("/api/chat", json={"text": "madame Ocarina 06 12 34 56 78"})
    conversations.decide = lambda inbound: Reply((), ended="handoff")
    client.post("/api/chat", json={"text": "un humain"})
    conversations.failing = StorageDown("x")
    client.post("/api/chat", json={"text": "a"})
    figures = client.get("/metrics").text
    for outcome in ("going_on", "handoff", "failed"):
        assert f'allo_turns_total{{channel="web",outcome="{outcome}"}} 1.0' in figures
    assert 'allo_turn_seconds_count{channel="web"} 3.0' in figures
    assert "allo_understanding_up 1.0" in figures
    for private in ("Ocarina", "06 12", conversations.received[0].address):
        assert private not in figures


def test_docs_list_the_interfaces(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    for path in client.get("/openapi.json").json()["paths"]:
        assert path in page.text
    assert "choice" in page.text


def test_unknown_page_says_so_to_people_and_programs(client: TestClient) -> None:
    page = client.get("/nulle-part", headers={"Accept": "text/html"})
    assert (page.status_code, "existe pas" in page.text) == (404, True)
    assert client.get("/nulle-part", headers={"Accept": "application/json"}).json() == {"detail": "Not Found"}
