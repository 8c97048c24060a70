"""A Twilio of our own on 127.0.0.1: it takes what Twilio's own description takes, and fails as told."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.twilio_contract import Contract, contract

ACCOUNT = "AC" + "0a" * 16
TOKEN = "a token that is nobody's"
NUMBER = "+33937000001"
HANG_SECONDS = 10  # at most: a test that is over lets go of those who wait

Answer = tuple[int, dict[str, Any], Mapping[str, str]]


@dataclass(frozen=True)
class Fault:
    """How the next request goes wrong. `accepts`: what it asks for is done all the same; `hangs`: no answer comes."""

    status: int = 500
    code: int | None = None
    retry_after: int | None = None
    accepts: bool = False
    hangs: bool = False
    text: str | None = None


@dataclass
class TwilioApi:
    """Use it with `with`; `url` is where it listens. `refused` holds what its contract says of wrong requests."""

    contract: Contract = field(default_factory=contract)
    faults: deque[Fault] = field(default_factory=deque)
    messages: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[dict[str, Any]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    requests: int = 0
    now: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> TwilioApi:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def fail(self, *faults: Fault) -> None:
        """The next requests go wrong in these ways, one each."""
        self.faults.extend(faults)

    def wait_for(self, messages: int) -> None:
        """Returns once that many messages were accepted: a client that gives up may be faster than we are."""
        until = time.monotonic() + HANG_SECONDS
        while len(self.messages) < messages or not self.requests:
            assert time.monotonic() < until, "the message was never accepted"
            time.sleep(0.01)

    def handle(self, method: str, target: str, authorization: str, body: bytes) -> Answer | str | None:
        """The answer: its status, JSON and headers; a text that is no JSON; or None when the line just hangs."""
        with self._lock:
            self.requests += 1
            fault = self.faults.popleft() if self.faults else None
        if fault is None:
            return self._do(method, target, authorization, body)
        if fault.accepts:
            self._do(method, target, authorization, body)
        if fault.hangs:
            self._over.wait(HANG_SECONDS)
            return None
        if fault.text is not None:
            return fault.text
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        return _problem(fault.status, fault.code or 20500, headers)

    def _do(self, method: str, target: str, authorization: str, body: bytes) -> Answer:
        if authorization != "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode():
            return _problem(401, 20003)
        place = urlsplit(target)
        query, form = (parse_qs(part, keep_blank_values=True) for part in (place.query, body.decode()))
        problems = self.contract.problems(method, place.path, query, form)
        if problems or f"/Accounts/{ACCOUNT}/" not in place.path:
            self.refused += problems or ["not our account"]
            return _problem(404 if any("no such path" in problem for problem in problems) else 400, 20001)
        resource = place.path.rpartition("/")[2]
        with self._lock:
            match method, resource:
                case "POST", "Messages.json":
                    return self._send({name: values[0] for name, values in form.items()})
                case "POST", "Calls.json":
                    self.calls.append({name: values[0] for name, values in form.items()})
                    return 201, {"sid": f"CA{len(self.calls):032x}", "status": "queued"}, {}
                case "GET", "Messages.json":
                    return self._listed("messages", self.messages, query)
                case "GET", "IncomingPhoneNumbers.json":
                    return self._listed("incoming_phone_numbers", self.numbers, query)
        return _problem(501, 20501)

    def _send(self, form: Mapping[str, str]) -> Answer:
        """What the description does not say: Twilio wants a sender and something to send."""
        if not form.get("From") and not form.get("MessagingServiceSid"):
            return _problem(400, 21603)
        if not form.get("Body") and not form.get("MediaUrl") and not form.get("ContentSid"):
            return _problem(400, 21602)
        operation = self.contract.operations["POST", "/2010-04-01/Accounts/{AccountSid}/Messages.json"]
        created = format_datetime((self.now or datetime.now(UTC)).replace(microsecond=0))
        message: dict[str, Any] = dict.fromkeys(operation.answer)
        message |= {"sid": f"SM{len(self.messages):032x}", "account_sid": ACCOUNT, "status": "queued"}
        message |= {"to": form["To"], "from": form.get("From"), "body": form.get("Body"), "date_created": created}
        message |= {"direction": "outbound-api", "status_callback": form.get("StatusCallback")}
        self.messages.append(message)
        return 201, {name: message[name] for name in operation.answer}, {}

    def _listed(self, name: str, rows: list[dict[str, Any]], query: Mapping[str, list[str]]) -> Answer:
        """The newest first, in one page."""
        wanted = {key.lower(): values[0] for key, values in query.items() if key in ("To", "From")}
        size = int(query.get("PageSize", ["50"])[0])
        found = [row for row in reversed(rows) if all(row.get(key) == value for key, value in wanted.items())]
        return 200, {name: found[:size], "page": 0, "page_size": size, "next_page_uri": None}, {}


def _problem(status: int, code: int, headers: Mapping[str, str] | None = None) -> Answer:
    return status, {"code": code, "message": "Refused", "status": status}, headers or {}


def _handler(api: TwilioApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = api.handle(self.command, self.path, self.headers.get("Authorization", ""), body)
            if answer is None:
                self.close_connection = True
                return
            status, data, headers = answer if not isinstance(answer, str) else (200, {}, {})
            sent = answer.encode() if isinstance(answer, str) else json.dumps(data).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Type": "application/json", "Content-Length": len(sent)}.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_DELETE = do_PUT = _answer

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the tests say what matters."""

    return Handler
