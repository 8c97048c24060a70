"""A service in production on this machine for the tests of `allo channels`, with the providers beside it."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import sys
import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiogram.methods
import pytest
from typer.testing import CliRunner

from api.base import Base
from api.cli.channels import channels_app
from api.cli.failures import sentence
from api.console_models import Mediator
from api.db import make_engine, writing
from api.providers.speech import LIBRARY
from tests.telegram import bot_api_checks
from tests.telegram.fake_bot_api import TOKEN as BOT_TOKEN
from tests.telegram.fake_bot_api import FakeBotApi
from tests.twilio_api import ACCOUNT, NUMBER, TwilioApi
from tests.twilio_api import TOKEN as TWILIO_TOKEN

HOST = "allo.example.org"
PUBLIC = f"https://{HOST}"
SECRET = "a-secret-of-the-webhook_1"
SECRETS = (BOT_TOKEN, SECRET, TWILIO_TOKEN)
DOCTOR = Path(__file__).resolve().parents[2] / "api" / "doctor"
TERRITORY = {
    "name": "Essai",
    "team": "Une équipe",
    "transfer": {"phones": ["+33199001234"], "opens": "09:00", "closes": "17:00"},
}


class BotApi(FakeBotApi):
    """Telegram, with its list of commands; `info` is what else it says of the webhook."""

    def __init__(self) -> None:
        super().__init__()
        self.info: dict[str, Any] = {}
        self.commands: list[dict[str, str]] = []

    def _getWebhookInfo(self, data: dict[str, Any]) -> Any:
        return {**super()._getWebhookInfo(data), **self.info}

    def _getMyCommands(self, data: dict[str, Any]) -> Any:
        return self.commands

    def _setMyCommands(self, data: dict[str, Any]) -> Any:
        self.commands = [{"command": one.command, "description": one.description} for one in data["commands"]]
        return True


class Twilio(TwilioApi):
    """Twilio, with the account and its numbers, which may be changed."""

    def __init__(self) -> None:
        super().__init__()
        self.account: dict[str, Any] = {"sid": ACCOUNT, "status": "active", "type": "Full"}
        self.short_codes: list[dict[str, Any]] = []

    def _do(self, method: str, target: str, authorization: str, body: bytes) -> Any:
        place = urlsplit(target)
        query, form = (parse_qs(part, keep_blank_values=True) for part in (place.query, body.decode()))
        if authorization != "Basic " + base64.b64encode(f"{ACCOUNT}:{TWILIO_TOKEN}".encode()).decode():
            return super()._do(method, target, authorization, body)
        self.refused += self.contract.problems(method, place.path, query, form)
        resource = place.path.partition(f"/Accounts/{ACCOUNT}")[2].removesuffix(".json")
        kind, _, sid = resource.replace("/SMS/", "/").strip("/").partition("/")
        if not kind:
            return 200, self.account, {}
        rows, name = {"IncomingPhoneNumbers": (self.numbers, "phone_number")}.get(
            kind, (self.short_codes, "short_code")
        )
        if not sid:
            asked = query["PhoneNumber" if kind == "IncomingPhoneNumbers" else "ShortCode"]
            found = [row for row in rows if [row[name]] == asked]
            key = "incoming_phone_numbers" if kind == "IncomingPhoneNumbers" else "short_codes"
            return 200, {key: found, "page": 0, "page_size": 50, "next_page_uri": None}, {}
        row = next(row for row in rows if row["sid"] == sid)
        row |= {_snake(field): values[0] for field, values in form.items()}
        return 200, row, {}


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


@dataclass
class Front:
    """The public address, over TLS: the status of each path, and what it was asked."""

    certificate: Path
    statuses: dict[str, int] = field(default_factory=dict)
    hanging: set[str] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)
    asked: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def __enter__(self) -> Front:
        front = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                front.asked.append((self.path, body, dict(self.headers)))
                if self.path in front.hanging:
                    front.over.wait(5)
                    return
                self.send_response(front.statuses.get(self.path, 403))
                self.send_header("Location", "https://elsewhere.example.org")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                """A client that does not trust us hangs up: nothing to tell."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()


@dataclass
class World:
    """Everything outside of the service, all right; a test spoils one thing."""

    telegram: BotApi
    twilio: Twilio
    front: Front
    territory: dict[str, Any]
    folder: Path
    patch: pytest.MonkeyPatch

    def put(self, **values: str) -> None:
        """Sets settings; an empty one is removed."""
        for name, value in values.items():
            self.patch.setenv(f"ALLO_{name}", value)

    def has_accounts(self, *rows: dict[str, Any]) -> None:
        """A database with these accounts: active mediators who see the whole territory, but for what is said."""
        url = f"sqlite:///{self.folder / 'allo.db'}"
        self.put(DATABASE_URL=url)
        engine = make_engine(url)
        Base.metadata.create_all(engine)
        usual = {"role": "mediator", "active": True, "territory": True, "password_hash": "x", "available": True}
        more = {"first_name": "Ana", "last_name": "", "failures": 0, "alert": "none", "created_at": datetime.now(UTC)}
        with writing(engine) as session:
            for number, row in enumerate(rows):
                session.add(Mediator(id=uuid.uuid4(), email=f"{number}@exemple.fr", **{**usual, **more, **row}))
        engine.dispose()

    def allo(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of `allo channels …`, failures said as `allo` says them."""
        (self.folder / "essai.yaml").write_text(json.dumps(self.territory), encoding="utf-8")
        done = CliRunner().invoke(channels_app, list(arguments))
        code, said = done.exit_code, done.stderr
        if isinstance(done.exception, Exception):
            told = sentence(done.exception)
            assert told is not None, repr(done.exception)
            code, said = 1, f"{said}allo: {told}\n"
        assert not [secret for secret in SECRETS if secret in done.stdout + said]
        assert "Traceback" not in said
        return code, done.stdout, said

    def found(self, *arguments: str) -> dict[tuple[str, str], dict[str, str]]:
        """The lines of the doctor by (check, case)."""
        _, printed, _ = self.allo("doctor", "--json", *arguments)
        rows = [json.loads(line) for line in printed.splitlines()]
        return {(row["check"], row["case"]): row for row in rows}


def number_row() -> dict[str, Any]:
    hooks = {"sms_url": "/sms", "voice_url": "/voice", "status_callback": "/voice/status"}
    methods = {name: "POST" for name in ("sms_method", "voice_method", "status_callback_method")}
    row = {name: f"{PUBLIC}/webhooks{path}" for name, path in hooks.items()}
    able = {"capabilities": {"voice": True, "sms": True, "mms": False, "fax": False}}
    return {"sid": "PN" + "0" * 32, "phone_number": NUMBER, **row, **methods, **able}


def more_methods(patch: pytest.MonkeyPatch) -> None:
    """What the stand-in of the Bot API does not know by itself."""
    for name in ("getMyCommands", "setMyCommands"):
        described = getattr(aiogram.methods, name[0].upper() + name[1:])
        patch.setitem(bot_api_checks.METHODS, name, described)
    patch.setattr(bot_api_checks, "AS_JSON", bot_api_checks.AS_JSON | {"commands"})


def resolve(patch: pytest.MonkeyPatch, port: int) -> None:
    """The name of the public address leads to this machine, whatever the port."""
    before = socket.getaddrinfo

    def resolved(host: Any, asked: Any, *more: Any, **options: Any) -> Any:
        if host in (HOST, HOST.encode()):
            return before("127.0.0.1", port, *more, **options)
        assert host in ("127.0.0.1", b"127.0.0.1"), "no test reaches the internet"
        return before(host, asked, *more, **options)

    patch.setattr(socket, "getaddrinfo", resolved)


def closed() -> str:
    """An address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def model_at(world: World, library: bool) -> None:
    folder = world.folder / "model"
    folder.mkdir()
    (folder / "model.bin").touch()
    world.put(SPEECH_MODEL=str(folder))
    stand_in = ModuleType(LIBRARY)
    stand_in.__spec__ = __import__("importlib.machinery").machinery.ModuleSpec(LIBRARY, None)
    world.patch.setitem(sys.modules, LIBRARY, stand_in if library else None)  # type: ignore[arg-type]
