"""What protects the web chat: headers, other sites, sizes, rates, the cookie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import Services, create_app
from api.settings import Settings
from tests.web.fakes import FakeConversations


@pytest.mark.parametrize("path", ["/", "/nulle-part", "/static/chat.js", "/healthz", "/docs", "/api/chat"])
def test_security_headers_on_every_response(client: TestClient, path: str) -> None:
    headers = client.get(path, headers={"Accept": "text/html"}).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/", "/docs", "/nulle-part"])
def test_nothing_inline_and_nothing_from_elsewhere(client: TestClient, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html"}).text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)
    assert not re.search(r"(src|href|action)=\"(https?:)?//", page)


def test_cookie_is_random_and_closed(client: TestClient) -> None:
    cookie = client.get("/").headers["set-cookie"]
    assert re.match(r"allo_id=[\w-]{22};", cookie)
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Max-Age=31536000" in cookie
    assert "Secure" not in cookie


def test_cookie_is_secure_behind_https(services: Services, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, home=tmp_path, public_url="https://allo.example.fr")
    with TestClient(create_app(settings, services), base_url="https://allo.example.fr") as client:
        answer = client.get("/")
        assert "Secure" in answer.headers["set-cookie"]
        assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize("forged", ["x", "a" * 23, "../../etc/passwd......", "é" * 22])
def test_forged_cookie_is_replaced(client: TestClient, conversations: FakeConversations, forged: str) -> None:
    client.post("/api/chat", json={"text": "a"}, headers={"Cookie": f"allo_id={forged}".encode()})
    assert re.fullmatch(r"[\w-]{22}", conversations.received[0].address)


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://ailleurs.example"},
    {"Origin": "https://testserver.ailleurs.example"},
]
OURS = [
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    {"Origin": "null"},
    {"Origin": "http://testserver"},
]


@pytest.mark.parametrize("path", ["/", "/api/chat", "/taille", "/quitter"])
@pytest.mark.parametrize("headers", FOREIGN)
def test_other_sites_may_not_post(
    client: TestClient, conversations: FakeConversations, path: str, headers: dict[str, str]
) -> None:
    body = {"json": {"text": "a"}} if path == "/api/chat" else {"data": {"id": "1", "text": "a", "size": "1"}}
    assert client.post(path, headers=headers, **body).status_code == 403
    assert conversations.received == []


@pytest.mark.parametrize("headers", OURS)
def test_our_page_and_programs_may_post(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/api/chat", headers=headers, json={"text": "a"}).status_code == 200


def test_big_body_is_refused_announced_or_not(client: TestClient, conversations: FakeConversations) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(40):
            yield b"a" * 1000

    json = {"Content-Type": "application/json"}
    for body in (b"a" * (16 * 1024 + 1), pieces()):
        answer = client.post("/api/chat", content=body, headers=json)
        assert (answer.status_code, answer.json()["error"]["id"]) == (413, "too_big")
    assert client.post("/", content=b"text=" + b"a" * 20_000).status_code == 413
    assert client.post("/inconnu", content=b"a" * 20_000).status_code == 413
    assert conversations.received == []


def test_body_just_small_enough_passes(client: TestClient) -> None:
    body = b'{"text": "a"' + b" " * (16 * 1024 - 13) + b"}"
    assert client.post("/api/chat", content=body, headers={"Content-Type": "application/json"}).status_code == 200


def test_citizen_who_sends_too_much_is_asked_to_wait(client: TestClient, conversations: FakeConversations) -> None:
    client.get("/")
    answers = [client.post("/api/chat", json={"text": str(n)}) for n in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].json()["error"]["id"] == "too_many"
    page = client.post("/", data={"id": "9", "text": "encore là"})
    assert page.status_code == 429 and "encore là" in page.text and "Réessayer" in page.text
    client.cookies.clear()
    assert client.post("/api/chat", json={"text": "autre personne, même ordinateur"}).status_code == 200


def test_new_visitors_of_one_place_are_limited_loosely(client: TestClient) -> None:
    def visit() -> int:
        client.cookies.clear()
        return client.get("/").status_code

    assert [visit() for _ in range(60)] == [200] * 60
    assert visit() == 429


def test_known_visitor_is_not_stopped_by_new_ones(client: TestClient) -> None:
    client.get("/")
    known = client.cookies["allo_id"]
    for _ in range(60):
        client.cookies.clear()
        client.get("/")
    client.cookies.clear()
    client.cookies.set("allo_id", known)
    assert client.post("/api/chat", json={"text": "a"}).status_code == 200
