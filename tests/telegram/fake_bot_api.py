"""The Bot API on 127.0.0.1: what it takes and answers, and what it may be told to answer instead."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote

from tests.telegram.bot_api_checks import Refusal, checked

TOKEN = "123456:a-token-that-must-not-be-read"
BOT = {"id": 123456, "is_bot": True, "first_name": "Essai", "username": "essai_bot"}


@dataclass(frozen=True)
class Call:
    """A call that was taken."""

    method: str
    data: dict[str, Any]


@dataclass
class FakeBotApi:
    """Start it with `with`. `next_answers` are given to the next calls of a method in place of the usual one.

    An answer is a Refusal, or a function of the raw handler for what no HTTP answer says (a cut connection).
    """

    calls: list[Call] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    next_answers: dict[str, deque[Any]] = field(default_factory=dict)
    updates: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    webhook: str = ""
    _news: threading.Condition = field(default_factory=threading.Condition)

    def __enter__(self) -> FakeBotApi:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """What `ALLO_TELEGRAM_API_URL` is set to."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def answers(self, method: str, *answers: Any) -> None:
        """What the next calls of `method` get."""
        self.next_answers.setdefault(method, deque()).extend(answers)

    def of(self, method: str) -> list[dict[str, Any]]:
        """The calls of a method that were taken so far."""
        return [call.data for call in self.calls if call.method == method]

    def wait_for(self, method: str, count: int = 1, seconds: float = 30.0) -> list[dict[str, Any]]:
        """Those calls, once there are that many."""
        with self._news:
            self._news.wait_for(lambda: len(self.of(method)) >= count, seconds)
        return self.of(method)

    def arrives(self, *updates: dict[str, Any]) -> None:
        """Updates that wait for getUpdates."""
        with self._news:
            self.updates.extend(updates)
            self._news.notify_all()

    def taken(self, method: str, sent: dict[str, str]) -> Any:
        """The result of a call. Raises Refusal."""
        data = checked(method, sent)
        with self._news:
            self.calls.append(Call(method, data))
            self._news.notify_all()
        return getattr(self, f"_{method}", lambda data: True)(data)

    def _sendMessage(self, data: dict[str, Any]) -> Any:
        chat = {"id": int(data["chat_id"]), "type": "private"}
        number = 1000 + len(self.of("sendMessage"))
        return {"message_id": number, "date": int(time.time()), "chat": chat, "text": data["text"], "from": BOT}

    def _getMe(self, data: dict[str, Any]) -> Any:
        return {**BOT, "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}

    def _setWebhook(self, data: dict[str, Any]) -> Any:
        self.webhook = data["url"]
        return True

    def _deleteWebhook(self, data: dict[str, Any]) -> Any:
        self.webhook = ""
        return True

    def _getWebhookInfo(self, data: dict[str, Any]) -> Any:
        return {"url": self.webhook, "has_custom_certificate": False, "pending_update_count": len(self.updates)}

    def _getUpdates(self, data: dict[str, Any]) -> Any:
        if self.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        with self._news:
            self.updates = [one for one in self.updates if one["update_id"] >= data.get("offset", 0)]
            self._news.wait_for(lambda: self.updates, data.get("timeout", 0))
            return list(self.updates)

    def _getFile(self, data: dict[str, Any]) -> Any:
        if data["file_id"] not in self.files:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self.files[data["file_id"]])
        return {**data, "file_unique_id": "u", "file_size": size, "file_path": f"voice/{data['file_id']}"}


def _handler(api: FakeBotApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            method = self.path.rpartition("/")[2]
            if self.path != f"/bot{TOKEN}/{method}":
                return self._says(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
            try:
                waiting = api.next_answers.get(method)
                answer: Exception | Callable[[Any], None] | None = waiting.popleft() if waiting else None
                if callable(answer):
                    return answer(self)
                if answer:
                    raise answer
                self._says(
                    200, {"ok": True, "result": api.taken(method, dict(parse_qsl(body, keep_blank_values=True)))}
                )
            except Refusal as refusal:
                api.refused.append(f"{method}: {refusal.description}")
                wait = {"parameters": {"retry_after": refusal.retry_after}} if refusal.retry_after else {}
                said = {"ok": False, "error_code": refusal.code, "description": refusal.description, **wait}
                self._says(refusal.code, said)

        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            known = unquote(self.path) == f"/file/bot{TOKEN}/voice/{name}"
            self._answer(200 if known else 404, api.files.get(name, b""))

        def _says(self, code: int, data: Any) -> None:
            self._answer(code, json.dumps(data).encode())

        def _answer(self, code: int, body: bytes) -> None:
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
