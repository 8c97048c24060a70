"""Fetching a list: what may go wrong on the way is one sentence, and nothing is changed."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import httpx
import pytest

from api.places import download
from api.places.download import DownloadFailed, downloaded
from tests.places.import_kit import many, table

DATA = table(many(50))


class Server(BaseHTTPRequestHandler):
    """Answers as the path says."""

    protocol_version = "HTTP/1.1"
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """One answer."""
        self.asked.append(self.path)
        getattr(self, f"say_{self.path.strip('/').split('?')[0]}")()

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), "Content_Type": "text/csv", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def say_list(self) -> None:
        self.answer(DATA)

    def say_moved(self) -> None:
        self.answer(b"", 302, Location="/list")

    def say_round(self) -> None:
        self.answer(b"", 302, Location="/round")

    def say_zipped(self) -> None:
        self.answer(gzip.compress(DATA), Content_Encoding="gzip")

    def say_page(self) -> None:
        self.answer(b"<html>", Content_Type="text/html; charset=utf-8")

    def say_gone(self) -> None:
        self.answer(b"", 404)

    def say_cut(self) -> None:
        self.answer(DATA[:500], Content_Length=str(len(DATA)))
        self.close_connection = True

    def say_huge(self) -> None:
        self.answer(DATA[:500], Content_Length=str(10**12))

    def say_endless(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for _ in range(2_000):
                self.wfile.write(b"400\r\n" + b"x" * 1024 + b"\r\n")
        except OSError:
            pass

    def say_slow(self) -> None:
        self.answer(b"id,nom", Content_Length="1000000")
        try:
            for _ in range(40):
                self.wfile.write(b"x" * 100_000)
                time.sleep(0.02)
        except OSError:
            pass

    def say_silent(self) -> None:
        time.sleep(0.5)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Its address."""
    running = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_address[1]}"
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.mark.parametrize("path", ["list", "moved", "zipped"])
def test_a_list_arrives_whole(server: str, path: str) -> None:
    seen: list[tuple[int, int]] = []
    with downloaded(f"{server}/{path}", lambda done, whole: seen.append((done, whole))) as file:
        assert file.read() == DATA
    assert seen[-1][0] == len(DATA) and seen[-1][1] in (len(DATA), 0)


FAILURES = [
    ("gone", "answers 404"),
    ("page", "a web page"),
    ("round", "without end"),
    ("cut", "did not arrive whole"),
    ("huge", "larger than 1 MB"),
    ("endless", "larger than 1 MB"),
]


@pytest.mark.parametrize(("path", "said"), FAILURES)
def test_what_goes_wrong_is_one_sentence(server: str, path: str, said: str) -> None:
    with pytest.raises(DownloadFailed, match=said) as failure, downloaded(f"{server}/{path}", max_bytes=1_000_000):
        pass
    assert str(failure.value).endswith(".") and "\n" not in str(failure.value)


def test_a_server_that_is_slow_or_says_nothing(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DownloadFailed, match="too slowly"), downloaded(f"{server}/slow", max_seconds=0.05):
        pass
    monkeypatch.setattr(download, "TIMEOUT", httpx.Timeout(0.1))
    with pytest.raises(DownloadFailed, match="in time"), downloaded(f"{server}/silent"):
        pass


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/list", "ftp://127.0.0.1/list", "http://", "http://[", "list.csv"])
def test_what_cannot_be_reached(url: str) -> None:
    with pytest.raises(DownloadFailed), downloaded(url):
        pass
