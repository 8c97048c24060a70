"""A small server on loopback that answers what it is told to, in place of Rasa; and a clock to set by hand."""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def answer(*ranking: tuple[str, float], **more: Any) -> bytes:
    """Rasa's answer."""
    listed = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    return json.dumps({"text": "…", "intent": listed[:1], "intent_ranking": listed, **more}).encode()


class FakeRasa(ThreadingHTTPServer):
    """Answers what it is told to; remembers what it was asked."""

    daemon_threads = True
    request_queue_size = 64  # the default of 5 makes a burst wait a second

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.delay = 200, 0.0
        self.body = answer(("caf_dtr", 0.91), ("oui", 0.05))
        self.asked: list[tuple[str, str, Any]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FakeRasa

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, self.headers["Authorization"], sent))
        time.sleep(self.server.delay)
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        """Silent."""


class Clock:
    """A clock that moves when told."""

    now = 100.0

    def __call__(self) -> float:
        return self.now
