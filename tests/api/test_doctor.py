"""`allo channels`: each mistake is said with what to do, and no secret is ever said."""

from __future__ import annotations

import ast
import base64
import json
import logging
import os
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiogram.methods
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from typer.testing import CliRunner

from api.cli.channels import channels_app
from api.cli.failures import sentence
from api.doctor import probes
from api.doctor.addresses import SMS, TELEGRAM, VOICE, local, shown
from api.doctor.words import doctor_words
from api.providers.speech import LIBRARY
from api.providers.twilio_signature import Signature
from api.routes.sms import sms_router
from api.routes.telegram import telegram_router
from api.routes.voice import voice_router
from api.settings import Settings
from api.vault import new_key_line
from bot.dialogue import Dialogue
from flows.plain import plain
from tests.telegram import bot_api_checks
from tests.telegram.fake_bot_api import TOKEN as BOT_TOKEN
from tests.telegram.fake_bot_api import FakeBotApi, Refusal
from tests.twilio_api import ACCOUNT, NUMBER, Fault, TwilioApi
from tests.twilio_api import TOKEN as TWILIO_TOKEN

HOST = "allo.example.org"
PUBLIC = f"https://{HOST}"
SECRET = "a-secret-of-the-webhook_1"
SECRETS = (BOT_TOKEN, SECRET, TWILIO_TOKEN)
DOCTOR = Path(__file__).resolve().parents[2] / "api" / "doctor"
SHORT_CODE = "38123"
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


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for the public address with its key, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    path = tmp_path_factory.mktemp("tls") / "allo.pem"
    signed = built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    form = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    path.write_bytes(signed + secret)
    return path


@pytest.fixture
def world(tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A service in production on this machine, connected to providers on this machine."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("ALLO_") and name != "ALLO_TEST_CACHE"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("NO_PROXY", f"127.0.0.1,{HOST}")
    _more_methods(monkeypatch)
    with BotApi() as telegram, Twilio() as twilio, Front(certificate) as front:
        _resolve(monkeypatch, front.port)
        world = World(telegram, twilio, front, json.loads(json.dumps(TERRITORY)), tmp_path, monkeypatch)
        world.put(
            ENV="production",
            HOME=str(tmp_path / "home"),
            SECRET_KEY="s" + os.urandom(32).hex(),
            ENCRYPTION_KEYS=new_key_line(1),
            TERRITORY=str(tmp_path / "essai.yaml"),
            PUBLIC_URL=PUBLIC,
            TELEGRAM_TOKEN=BOT_TOKEN,
            TELEGRAM_SECRET=SECRET,
            TELEGRAM_API_URL=telegram.url,
            TWILIO_ACCOUNT_SID=ACCOUNT,
            TWILIO_AUTH_TOKEN=TWILIO_TOKEN,
            TWILIO_NUMBER=NUMBER,
            TWILIO_API_URL=twilio.url,
        )
        telegram.webhook = f"{PUBLIC}/webhooks/telegram"
        twilio.numbers.append(_number())
        yield world


def _number() -> dict[str, Any]:
    hooks = {"sms_url": "/sms", "voice_url": "/voice", "status_callback": "/voice/status"}
    methods = {name: "POST" for name in ("sms_method", "voice_method", "status_callback_method")}
    row = {name: f"{PUBLIC}/webhooks{path}" for name, path in hooks.items()}
    able = {"capabilities": {"voice": True, "sms": True, "mms": False, "fax": False}}
    return {"sid": "PN" + "0" * 32, "phone_number": NUMBER, **row, **methods, **able}


def _more_methods(patch: pytest.MonkeyPatch) -> None:
    """What the stand-in of the Bot API does not know by itself."""
    for name in ("getMyCommands", "setMyCommands"):
        described = getattr(aiogram.methods, name[0].upper() + name[1:])
        patch.setitem(bot_api_checks.METHODS, name, described)
    patch.setattr(bot_api_checks, "AS_JSON", bot_api_checks.AS_JSON | {"commands"})


def _resolve(patch: pytest.MonkeyPatch, port: int) -> None:
    """The name of the public address leads to this machine, whatever the port."""
    before = socket.getaddrinfo

    def resolved(host: Any, asked: Any, *more: Any, **options: Any) -> Any:
        if host in (HOST, HOST.encode()):
            return before("127.0.0.1", port, *more, **options)
        assert host in ("127.0.0.1", b"127.0.0.1"), "no test reaches the internet"
        return before(host, asked, *more, **options)

    patch.setattr(socket, "getaddrinfo", resolved)


# All right


def test_a_service_well_set_up_has_nothing_to_mend(world: World) -> None:
    code, printed, said = world.allo("doctor")
    assert (code, said.strip()) == (0, "Rien à corriger."), printed
    assert {line.split("  ")[0] for line in printed.splitlines()} == {"ok", "sans objet"}
    assert "ok          Telegram, bot : @essai_bot répond, le jeton est bon." in printed.splitlines()
    assert world.twilio.refused == [] and world.telegram.refused == []


def test_json_is_one_object_a_line_with_the_same_findings(world: World) -> None:
    _, printed, _ = world.allo("doctor")
    rows = [json.loads(line) for line in world.allo("doctor", "--json")[1].splitlines()]
    assert [f"{row['title']} : {row['says']}" for row in rows] == [line[12:] for line in printed.splitlines()]
    assert {frozenset(row) for row in rows} == {frozenset({"check", "status", "case", "title", "says", "do"})}


def test_the_probes_carry_nothing(world: World) -> None:
    world.allo("doctor")
    assert [(path, body) for path, body, _ in world.front.asked] == [
        ("/webhooks/telegram", b""),
        ("/webhooks/sms", b""),
        ("/webhooks/voice", b""),
    ]
    headers = {name.lower() for _, _, headers in world.front.asked for name in headers}
    assert not headers & {"x-twilio-signature", "x-telegram-bot-api-secret-token"}


def test_offline_asks_nobody(world: World) -> None:
    found = world.found("--offline")
    assert {("telegram_bot", "offline"), ("twilio_account", "offline"), ("probe", "offline")} <= set(found)
    assert ("twilio_signature", "works") in found
    assert (world.telegram.calls, world.twilio.requests, world.front.asked) == ([], 0, [])


def test_a_trial_on_one_machine_has_nothing_to_mend(world: World) -> None:
    for name in [name for name in os.environ if name.startswith(("ALLO_T", "ALLO_P", "ALLO_ENV"))]:
        world.patch.delenv(name, raising=False)
    code, printed, _ = world.allo("doctor")
    assert code == 0
    assert printed.count("sans objet") >= 3 and world.front.asked == []


def test_a_trial_of_telegram_without_public_address(world: World) -> None:
    world.put(ENV="dev", PUBLIC_URL="http://localhost:8000", TWILIO_ACCOUNT_SID="", TWILIO_AUTH_TOKEN="")
    world.put(TWILIO_NUMBER="", TELEGRAM_SECRET="")
    world.telegram.webhook = ""
    assert world.allo("doctor")[0] == 0
    assert {("telegram_mode", "polling"), ("public_address", "not_needed")} <= set(world.found())


# Each mistake

SPOILED: dict[tuple[str, str], Callable[[World], object]] = {
    ("public_address", "not_https"): lambda w: w.put(PUBLIC_URL=f"http://{HOST}"),
    ("public_address", "local"): lambda w: w.put(PUBLIC_URL="https://localhost:8443"),
    ("public_address", "malformed"): lambda w: w.put(PUBLIC_URL="allo.example.org"),
    ("public_address", "password"): lambda w: w.put(PUBLIC_URL=f"https://me:hunter2@{HOST}"),
    ("telegram_token", "malformed"): lambda w: w.put(TELEGRAM_TOKEN=f"bot {BOT_TOKEN}"),
    ("telegram_bot", "wrong_token"): lambda w: w.put(TELEGRAM_TOKEN="123456:another-token-that-is-wrong"),
    ("telegram_bot", "throttled"): lambda w: w.telegram.answers("getMe", Refusal(429, "Too Many Requests", 30)),
    ("telegram_bot", "unreachable"): lambda w: w.put(TELEGRAM_API_URL=_closed()),
    ("telegram_bot", "refused"): lambda w: w.telegram.answers("getWebhookInfo", Refusal(400, f"Bad {BOT_TOKEN}")),
    ("telegram_mode", "polling_in_production"): lambda w: w.put(TELEGRAM_MODE="polling"),
    ("telegram_webhook", "conflict"): lambda w: w.put(TELEGRAM_MODE="polling"),
    ("telegram_secret", "missing"): lambda w: w.put(TELEGRAM_SECRET=""),
    ("telegram_secret", "guessable"): lambda w: w.put(TELEGRAM_SECRET="short-secret"),
    ("telegram_secret", "letters"): lambda w: w.put(TELEGRAM_SECRET="un secret très très très long"),
    ("telegram_port", "other"): lambda w: w.put(PUBLIC_URL=f"{PUBLIC}:5000"),
    ("telegram_webhook", "missing"): lambda w: setattr(w.telegram, "webhook", ""),
    ("telegram_webhook", "elsewhere"): lambda w: setattr(w.telegram, "webhook", f"https://me:{SECRET}@other.example"),
    ("telegram_updates", "missing"): lambda w: w.telegram.info.update(allowed_updates=["message"]),
    ("telegram_delivery", "waiting"): lambda w: w.telegram.info.update(pending_update_count=101),
    ("telegram_delivery", "failing"): lambda w: w.telegram.info.update(
        last_error_message=f"Wrong response: 403 {SECRET}", last_error_date=int(datetime.now(UTC).timestamp())
    ),
    ("twilio_settings", "missing"): lambda w: w.put(TWILIO_AUTH_TOKEN=""),
    ("twilio_settings", "malformed_sid"): lambda w: w.put(TWILIO_ACCOUNT_SID="SK" + "0a" * 16),
    ("twilio_number", "malformed"): lambda w: w.put(TWILIO_NUMBER="0937000001"),
    ("twilio_number", "mobile"): lambda w: w.put(TWILIO_NUMBER="+33612345678"),
    ("twilio_sender", "malformed"): lambda w: w.put(TWILIO_SENDER="Allô Démarches"),
    ("twilio_account", "wrong_token"): lambda w: w.put(TWILIO_AUTH_TOKEN="another token"),
    ("twilio_account", "unreachable"): lambda w: w.put(TWILIO_API_URL=_closed()),
    ("twilio_account", "throttled"): lambda w: w.twilio.fail(Fault(429, 20429, retry_after=1)),
    ("twilio_account", "unreadable"): lambda w: w.twilio.fail(Fault(text="<html>")),
    ("twilio_account", "refused"): lambda w: w.twilio.fail(Fault(400, 20001)),
    ("twilio_account", "not_active"): lambda w: w.twilio.account.update(status="suspended"),
    ("twilio_webhook", "no_number"): lambda w: w.twilio.numbers.clear(),
    ("twilio_webhook", "missing"): lambda w: w.twilio.numbers[0].update(status_callback=""),
    ("twilio_webhook", "elsewhere"): lambda w: w.twilio.numbers[0].update(voice_url="https://demo.example.com/x"),
    ("twilio_webhook", "method"): lambda w: w.twilio.numbers[0].update(sms_method="GET"),
    ("twilio_webhook", "managed_elsewhere"): lambda w: w.twilio.numbers[0].update(trunk_sid="TK" + "0" * 32),
    ("twilio_abilities", "lacking"): lambda w: w.twilio.numbers[0].update(capabilities={"voice": True, "sms": False}),
    ("probe", "open"): lambda w: w.front.statuses.update({"/webhooks/sms": 200}),
    ("probe", "redirects"): lambda w: w.front.statuses.update({"/webhooks/voice": 308}),
    ("probe", "not_there"): lambda w: w.front.statuses.update({"/webhooks/telegram": 404}),
    ("probe", "locked"): lambda w: w.front.statuses.update({"/webhooks/sms": 401}),
    ("probe", "down"): lambda w: w.front.statuses.update({"/webhooks/sms": 502}),
    ("probe", "strange"): lambda w: w.front.statuses.update({"/webhooks/sms": 418}),
    ("probe", "slow"): lambda w: (w.patch.setattr(probes, "SECONDS", 0.5), w.front.hanging.add("/webhooks/sms")),
    ("probe", "certificate"): lambda w: w.patch.delenv("SSL_CERT_FILE"),
    ("probe", "unreachable"): lambda w: _resolve(w.patch, urlsplit(_closed()).port or 0),
    ("territory", "unreadable"): lambda w: w.territory.update(timezone="Europe/Atlantis"),
    ("voice", "short_calls"): lambda w: w.put(VOICE_CALL_MINUTES="5"),
    ("voice", "long_hold"): lambda w: w.put(VOICE_CALL_MINUTES="20", VOICE_HOLD_MINUTES="20"),
    ("voice_transfer", "no_phone"): lambda w: w.territory["transfer"].update(phones=[]),
    ("voice_transfer", "malformed"): lambda w: w.territory["transfer"].update(phones=["0199001234"]),
    ("voice_transfer", "loop"): lambda w: w.territory["transfer"].update(phones=[NUMBER]),
    ("voice_transfer", "hours"): lambda w: w.territory["transfer"].update(opens="18:00"),
    ("voice_transfer", "forbidden"): lambda w: w.put(VOICE_TRANSFERS="0"),
    ("sending", "narrow"): lambda w: w.put(QUIET_FROM="12", QUIET_UNTIL="12"),
    ("speech", "no_folder"): lambda w: w.put(SPEECH_MODEL=str(w.folder / "nothing")),
    ("speech", "no_model"): lambda w: w.put(SPEECH_MODEL=str(w.folder)),
    ("speech", "no_library"): lambda w: _model(w, library=False),
}


ASKING = ("telegram_bot", "telegram_webhook", "telegram_updates", "telegram_delivery", "probe")
ASKING += ("twilio_account", "twilio_webhook", "twilio_abilities")


@pytest.mark.parametrize("name", SPOILED, ids="/".join)
def test_a_mistake_has_its_line_and_what_to_do(world: World, name: tuple[str, str]) -> None:
    SPOILED[name](world)
    code, printed, said = world.allo("doctor", "--json", *([] if name[0] in ASKING else ["--offline"]))
    rows = [json.loads(line) for line in printed.splitlines()]
    [row] = [row for row in rows if (row["check"], row["case"]) == name]
    assert (code, row["status"]) == (1, "fix") and "à corriger" in said
    assert row["says"] and row["do"] and "{" not in row["says"] + row["do"]
    assert "hunter2" not in printed


def _closed() -> str:
    """An address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def _model(world: World, library: bool) -> None:
    folder = world.folder / "model"
    folder.mkdir()
    (folder / "model.bin").touch()
    world.put(SPEECH_MODEL=str(folder))
    stand_in = ModuleType(LIBRARY)
    stand_in.__spec__ = __import__("importlib.machinery").machinery.ModuleSpec(LIBRARY, None)
    world.patch.setitem(sys.modules, LIBRARY, stand_in if library else None)  # type: ignore[arg-type]


def test_every_word_is_used_and_every_finding_has_words() -> None:
    used: dict[tuple[str, str], set[str]] = {}
    for path in DOCTOR.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("ok", "fix", "skip"):
                check, case = (argument.value for argument in node.args if isinstance(argument, ast.Constant))
                used.setdefault((str(check), str(case)), set()).add(node.func.id)
    written = {
        (check, case): {"fix"} if isinstance(text, dict) else {"ok", "skip"}
        for check, cases in doctor_words()["checks"].items()
        for case, text in cases.items()
        if case != "title"
    }
    assert set(used) == set(written)
    assert [name for name, kinds in used.items() if not kinds <= written[name]] == []
    fixes = {name for name, kinds in used.items() if kinds == {"fix"}}
    elsewhere = {("twilio_signature", "broken"), *(name for name in fixes if name[0].startswith("connect_"))}
    assert fixes - set(SPOILED) == elsewhere, "a mistake that no test makes"


# What is no mistake


def test_an_old_error_of_telegram_is_over(world: World) -> None:
    before = datetime.now(UTC) - timedelta(days=2)
    world.telegram.info.update(last_error_message="Read timeout expired", last_error_date=int(before.timestamp()))
    assert ("telegram_delivery", "works") in world.found()
    world.telegram.info.update(pending_update_count=1)
    assert ("telegram_delivery", "failing") in world.found()


def test_a_short_code_has_messages_only(world: World) -> None:
    world.put(TWILIO_NUMBER=SHORT_CODE)
    row = {"sid": "SC" + "0" * 32, "short_code": SHORT_CODE, "sms_url": "", "sms_method": "POST"}
    world.twilio.short_codes.append(row)
    found = world.found()
    assert {("twilio_number", "short_code"), ("twilio_webhook", "missing"), ("voice", "no_line")} <= set(found)
    assert world.allo("connect", "twilio")[0] == 0
    assert row["sms_url"] == f"{PUBLIC}/webhooks/sms" and "voice_url" not in row
    assert world.allo("doctor")[0] == 0


def test_other_choices_that_are_fine(world: World) -> None:
    world.put(TWILIO_SENDER="AlloDemarche"[:11], PUSHES_A_DAY="0", PUBLIC_URL=f"{PUBLIC}/")
    world.twilio.account["type"] = "Trial"
    world.territory["transfer"] = None
    _model(world, library=True)
    assert world.allo("doctor")[0] == 0
    expected = {("twilio_sender", "one_way"), ("twilio_account", "trial"), ("sending", "answers_only")}
    assert expected | {("voice_transfer", "none"), ("speech", "ready")} <= set(world.found())


def test_the_list_of_commands_is_only_a_hint(world: World) -> None:
    assert world.found()["telegram_commands", "missing"]["status"] == "skip"


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "::1", "10.0.0.3", "192.168.1.2", "box.local", "169.254.1.1"]
)
def test_addresses_of_here(host: str) -> None:
    assert local(host)


def test_addresses_are_shown_without_what_they_hide() -> None:
    assert shown("https://me:pass@allo.example.org:8443/x?key=1#y") == "https://allo.example.org:8443/x"
    assert shown("nonsense") == "…"
    assert not local(HOST) and not local("93.184.215.14")


# The real routes


def test_the_real_webhooks_answer_the_probe_as_expected() -> None:
    """What the doctor takes for good is what the routes do."""
    settings, asked = Settings(_env_file=None, twilio_auth_token=SecretStr(TWILIO_TOKEN)), [TELEGRAM, SMS, VOICE]
    nobody: Any = None
    app, signature = FastAPI(), Signature(settings)
    app.include_router(telegram_router(settings, nobody, None, nobody))
    app.include_router(sms_router(settings, nobody, signature, nobody, nobody, nobody))
    app.include_router(voice_router(settings, nobody, signature, nobody, nobody, nobody, nobody, nobody))
    with TestClient(app) as client:
        assert [client.post(path).status_code for path in asked] == [403, 403, 403]


# Secrets


def test_nothing_secret_is_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world.allo("doctor")
    world.allo("connect", "telegram")
    world.allo("connect", "twilio")
    world.put(TELEGRAM_API_URL=_closed(), TWILIO_API_URL=_closed())
    world.allo("doctor")
    assert caplog.records
    assert not [secret for secret in SECRETS if secret in caplog.text]


# Connecting


def test_connect_telegram_sets_webhook_secret_updates_and_commands(world: World) -> None:
    world.telegram.webhook = ""
    code, printed, _ = world.allo("connect", "telegram")
    [sent] = world.telegram.of("setWebhook")
    assert sent["url"] == f"{PUBLIC}/webhooks/telegram" and sent["secret_token"] == SECRET
    assert set(sent["allowed_updates"]) == {"message", "edited_message", "callback_query"}
    assert [one["command"] for one in world.telegram.commands] == list(doctor_words()["telegram_commands"])
    assert code == 0 and sent["url"] in printed and len(printed.splitlines()) == 2
    assert {("telegram_webhook", "set"), ("telegram_commands", "set")} <= set(world.found())


def test_connect_twilio_sets_the_three_addresses(world: World) -> None:
    right = dict(world.twilio.numbers[0])
    world.twilio.numbers[0].update(sms_url="https://demo.example.com", voice_url="", status_callback_method="GET")
    code, printed, _ = world.allo("connect", "twilio")
    assert world.twilio.numbers[0] == right
    assert code == 0 and len(printed.splitlines()) == 3 and f"{PUBLIC}/webhooks/voice/status" in printed
    requests = world.twilio.requests
    assert "déjà" in world.allo("connect", "twilio")[1] and world.twilio.requests == requests + 1


REFUSED: dict[str, tuple[str, Callable[[World], object], str]] = {
    "telegram without token": ("telegram", lambda w: w.put(TELEGRAM_TOKEN=""), "ALLO_TELEGRAM_TOKEN"),
    "telegram without secret": ("telegram", lambda w: w.put(TELEGRAM_SECRET=""), "ALLO_TELEGRAM_SECRET"),
    "telegram without https": ("telegram", lambda w: w.put(PUBLIC_URL=f"http://{HOST}"), "https"),
    "telegram by polling": ("telegram", lambda w: w.put(TELEGRAM_MODE="polling"), "ALLO_TELEGRAM_MODE=webhook"),
    "twilio without anything": (
        "twilio",
        lambda w: w.put(TWILIO_ACCOUNT_SID="", TWILIO_AUTH_TOKEN="", TWILIO_NUMBER=""),
        "ALLO_TWILIO_NUMBER",
    ),
    "twilio without token": ("twilio", lambda w: w.put(TWILIO_AUTH_TOKEN=""), "ALLO_TWILIO_AUTH_TOKEN"),
    "twilio without https": ("twilio", lambda w: w.put(PUBLIC_URL="https://localhost"), "ALLO_PUBLIC_URL"),
    "twilio with a mobile": ("twilio", lambda w: w.put(TWILIO_NUMBER="+33712345678"), "09 37"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_connect_refuses_in_one_sentence_and_asks_nobody(world: World, name: str) -> None:
    provider, spoil, word = REFUSED[name]
    spoil(world)
    code, printed, said = world.allo("connect", provider)
    assert (code, printed) == (1, "") and word in said and len(said.splitlines()) == 1
    assert (world.telegram.calls, world.twilio.requests) == ([], 0)


FAILED: dict[str, tuple[str, Callable[[World], object], str]] = {
    "telegram away": ("telegram", lambda w: w.put(TELEGRAM_API_URL=_closed()), "ne répond pas"),
    "telegram refuses": (
        "telegram",
        lambda w: w.telegram.answers("setWebhook", Refusal(400, f"Bad Request: bad webhook: {SECRET}")),
        "Telegram refuse cette adresse",
    ),
    "telegram's wrong token": ("telegram", lambda w: w.put(TELEGRAM_TOKEN="1:wrong"), "ne reconnaît pas le jeton"),
    "twilio away": ("twilio", lambda w: w.put(TWILIO_API_URL=_closed()), "ne répond pas"),
    "twilio's wrong token": ("twilio", lambda w: w.put(TWILIO_AUTH_TOKEN="wrong token"), "ne reconnaît pas"),
    "no such number": ("twilio", lambda w: w.twilio.numbers.clear(), NUMBER),
    "a trunk has it": ("twilio", lambda w: w.twilio.numbers[0].update(trunk_sid="TK" + "0" * 32), "trunk"),
}


@pytest.mark.parametrize("name", FAILED)
def test_connect_says_what_prevented_it(world: World, name: str) -> None:
    provider, spoil, word = FAILED[name]
    before = dict(world.twilio.numbers[0])
    spoil(world)
    spoiled = [dict(row) for row in world.twilio.numbers]
    code, printed, said = world.allo("connect", provider)
    assert (code, printed) == (1, "") and word in said and len(said.splitlines()) == 1
    assert world.twilio.numbers == spoiled and world.telegram.commands == [] and before["sms_url"]


def test_the_commands_of_telegram_are_words_that_the_assistant_knows(dialogue: Dialogue) -> None:
    known = {plain(word) for words in dialogue.library.words.values() for word in words} | {"start"}
    names = doctor_words()["telegram_commands"]
    assert set(names) - known - {"oublier"} == set()  # « /oublier » is made « oubliez-moi » by the parser
    assert all(3 <= len(text) <= 256 for text in names.values())
