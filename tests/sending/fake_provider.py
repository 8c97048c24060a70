"""A messaging provider on this machine, over real HTTP, that fails as told; and the client of it."""

from __future__ import annotations

import json
import threading
from collections import defaultdict, deque
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx

from api.sending.errors import Problem, SendFailed
from bot.channels.base import Rendered

LONGEST_HANG = 30.0


class FakeProvider:
    """What it took stands in `accepted`, in order, as (address, text). `script[address]` says what happens next there:

    `500`, `429:seconds`, `refuse`, `stop` (they want nothing more), `hang` (never answers), `accept_hang` (takes it,
    never answers); when the script is empty, `usual` does: `ok` at first.
    """

    def __init__(self) -> None:
        self.accepted: list[tuple[str, str]] = []
        self.requests: list[tuple[str, str]] = []
        self.keys: list[str] = []
        self.script: dict[str, deque[str]] = defaultdict(deque)
        self.usual = "ok"
        self.changed = threading.Condition()
        self.closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def texts(self, to: str) -> list[str]:
        """What that address got, in order."""
        return [text for address, text in self.accepted if address == to]

    def wait_for(self, accepted: int = 0, requests: int = 0, seconds: float = 60.0) -> bool:
        """Waits until it took, or was asked, so many messages; False when that takes too long."""
        with self.changed:
            return self.changed.wait_for(
                lambda: len(self.accepted) >= accepted and len(self.requests) >= requests, seconds
            )

    def close(self) -> None:
        """Lets go of those who hang, and ends."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def take(self, to: str, text: str, key: str) -> tuple[int, dict[str, str], str]:
        """What is answered to one message: status, headers, body."""
        with self.changed:
            self.requests.append((to, text))
            does = self.script[to].popleft() if self.script[to] else self.usual
            if does in ("ok", "accept_hang"):
                self.accepted.append((to, text))
                self.keys.append(key)
            id_ = f"id{len(self.accepted)}"
            self.changed.notify_all()
        if does.endswith("hang"):
            self.closing.wait(LONGEST_HANG)
            return 504, {}, ""
        word, _, seconds = does.partition(":")
        status = {"ok": 200, "500": 500, "429": 429, "refuse": 400, "stop": 403}[word]
        return status, {"Retry-After": seconds} if seconds else {}, id_

    def look_up(self, to: str, text: str) -> tuple[int, str]:
        """The last message it took for that address, if it is that one."""
        for number in range(len(self.accepted), 0, -1):
            if self.accepted[number - 1] == (to, text):
                return 200, f"id{number}"
        return 404, ""

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, headers, body = provider.take(data["to"], data["text"], data["key"])
                self._answer(status, headers, body)

            def do_GET(self) -> None:
                asked = parse_qs(urlsplit(self.path).query)
                if provider.usual == "500":
                    self._answer(500, {}, "")
                else:
                    status, body = provider.look_up(asked["to"][0], asked["text"][0])
                    self._answer(status, {}, body)

            def _answer(self, status: int, headers: dict[str, str], body: str) -> None:
                try:
                    self.send_response(status)
                    for name, value in {**headers, "Content-Length": str(len(body))}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body.encode())
                except OSError:  # who asked is dead
                    pass

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


class HttpSender:
    """The client of that provider. `finds` is false for a provider that cannot be asked what it took."""

    def __init__(self, url: str, finds: bool = True, timeout: float = 0.3) -> None:
        self._url, self._finds = url, finds
        self._client = httpx.Client(timeout=timeout, trust_env=False)

    def send(self, to: str, rendered: Rendered, key: str) -> str:
        """Posts the message."""
        answer = self._call("POST", "/messages", json={"to": to, "text": rendered.text, "key": key})
        problems = {429: Problem.THROTTLED, 403: Problem.OPTED_OUT, 400: Problem.REFUSED}
        if answer.status_code in problems:
            after = answer.headers.get("Retry-After")
            raise SendFailed(problems[answer.status_code], float(after) if after else None)
        return answer.text

    def find(self, to: str, rendered: Rendered, since: datetime) -> str | None:
        """Asks for the message."""
        if not self._finds:
            return None
        answer = self._call("GET", "/messages", params={"to": to, "text": rendered.text})
        return answer.text if answer.status_code == 200 else None

    def _call(self, method: str, path: str, **what: object) -> httpx.Response:
        try:
            answer = self._client.request(method, self._url + path, **what)  # type: ignore[arg-type]
        except httpx.ConnectError:
            raise SendFailed(Problem.PROVIDER_DOWN) from None
        except httpx.TransportError:
            raise SendFailed(Problem.TIMEOUT) from None
        if answer.status_code >= 500:
            raise SendFailed(Problem.PROVIDER_DOWN)
        return answer
