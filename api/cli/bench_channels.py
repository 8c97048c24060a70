"""The channels' part of `allo bench`: from a webhook to its answer, on Telegram to the message that leaves."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from api.providers.twilio_signature import HEADER, Signature
from api.routes.telegram import SECRET_HEADER
from api.settings import load_settings

SECRET = "bench-" + "0" * 24
ACCOUNT = "AC" + "0" * 32
OURS, CALLER, CHAT = "+33199000000", "+33612345678", 123456789
PUBLIC = "http://localhost:8000"
WAIT = 10.0


class Sink:
    """Plays Telegram's side on loopback: answers every call at once, and tells when a message arrived."""

    def __init__(self) -> None:
        self.arrived = threading.Semaphore(0)
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                """Answers a call of the Bot API."""
                self.rfile.read(int(self.headers.get("content-length", 0)))
                chat = {"id": CHAT, "type": "private"}
                sent = self.path.endswith("/sendMessage")
                result = {"message_id": 1, "date": int(time.time()), "chat": chat, "text": "."} if sent else True
                body = json.dumps({"ok": True, "result": result}).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                if sent:
                    sink.arrived.release()

            def log_message(self, format: str, *args: object) -> None:
                """Nothing is printed."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def telegram_sink() -> Iterator[Sink]:
    """A Telegram on loopback, ended at the end."""
    sink = Sink()
    thread = threading.Thread(target=sink.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        sink.server.shutdown()
        sink.server.server_close()


def environment(sink: Sink) -> dict[str, str]:
    """What the service needs to have its channels open, on loopback only."""
    return {
        "ALLO_PUBLIC_URL": PUBLIC,
        "ALLO_TWILIO_ACCOUNT_SID": ACCOUNT,
        "ALLO_TWILIO_AUTH_TOKEN": SECRET,
        "ALLO_TWILIO_NUMBER": OURS,
        "ALLO_TWILIO_API_URL": sink.url,
        "ALLO_TELEGRAM_TOKEN": "1:bench",
        "ALLO_TELEGRAM_SECRET": SECRET,
        "ALLO_TELEGRAM_API_URL": sink.url,
        "ALLO_TELEGRAM_MODE": "webhook",
    }


class Sms:
    """A citizen who writes SMS in the middle of a procedure."""

    def __init__(self, client: httpx.Client) -> None:
        self._client, self._sign = client, signature().sign
        for text in ("caf_dtr", "oui", "1"):
            self.turn(text)

    def turn(self, text: str) -> None:
        """One message and its TwiML."""
        form = {"MessageSid": f"SM{uuid.uuid4().hex}", "AccountSid": ACCOUNT, "From": CALLER, "To": OURS}
        post(self._client, self._sign, "/webhooks/sms", {**form, "Body": text, "NumMedia": "0"})


class Call:
    """A caller in the middle of a procedure."""

    def __init__(self, client: httpx.Client) -> None:
        self._client, self._sign, self._turn = client, signature().sign, 0
        self._form = {"CallSid": f"CA{uuid.uuid4().hex}", "AccountSid": ACCOUNT, "From": "+33198765432", "To": OURS}
        post(client, self._sign, "/webhooks/voice", self._form)
        for text in ("caf_dtr", "oui", "1"):
            self.turn(text)

    def turn(self, text: str) -> None:
        """One answer and its TwiML."""
        self._turn += 1
        path = f"/webhooks/voice/turn?n={self._turn}&expects=words"
        post(self._client, self._sign, path, {**self._form, "SpeechResult": text, "Confidence": "0.9"})


class Bot:
    """A citizen who writes to the bot: the time runs until the message leaves for Telegram."""

    def __init__(self, client: httpx.Client, sink: Sink) -> None:
        self._client, self._sink, self._number = client, sink, 0
        for text in ("caf_dtr", "oui", "1"):
            self.turn(text)
            time.sleep(0.1)

    def turn(self, text: str) -> None:
        """One update and the last message that answers it."""
        while self._sink.arrived.acquire(blocking=False):
            pass
        self._number += 1
        person = {"id": CHAT, "is_bot": False, "first_name": "B"}
        message = {"message_id": self._number, "date": int(time.time()), "chat": {"id": CHAT, "type": "private"}}
        update = {"update_id": self._number, "message": {**message, "from": person, "text": text}}
        answer = self._client.post("/webhooks/telegram", json=update, headers={SECRET_HEADER: SECRET})
        answer.raise_for_status()
        if not self._sink.arrived.acquire(timeout=WAIT):
            raise ValueError("the answer did not leave for Telegram in time; see the logs of the service.")


def signature() -> Signature:
    """Signs as the provider would."""
    return Signature(load_settings(twilio_account_sid=ACCOUNT, twilio_auth_token=SECRET, public_url=PUBLIC))


def post(client: httpx.Client, sign: object, path: str, form: dict[str, str]) -> None:
    """Posts a signed form. Raises for any answer but a good one."""
    assert callable(sign)
    client.post(path, data=form, headers={HEADER: str(sign(path, form))}).raise_for_status()
