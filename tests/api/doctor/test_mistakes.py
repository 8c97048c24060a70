"""`allo channels doctor`: each mistake has its line, and what to do; every word is used."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from api.doctor import probes
from api.doctor.words import doctor_words
from tests.api.doctor.kit import HOST, PUBLIC, SECRET, World, closed, model_at, resolve
from tests.telegram.fake_bot_api import TOKEN as BOT_TOKEN
from tests.telegram.fake_bot_api import Refusal
from tests.twilio_api import NUMBER, Fault

DOCTOR = Path(__file__).resolve().parents[3] / "api" / "doctor"

SPOILED: dict[tuple[str, str], Callable[[World], object]] = {
    ("public_address", "not_https"): lambda w: w.put(PUBLIC_URL=f"http://{HOST}"),
    ("public_address", "local"): lambda w: w.put(PUBLIC_URL="https://localhost:8443"),
    ("public_address", "malformed"): lambda w: w.put(PUBLIC_URL="allo.example.org"),
    ("public_address", "password"): lambda w: w.put(PUBLIC_URL=f"https://me:hunter2@{HOST}"),
    ("telegram_token", "malformed"): lambda w: w.put(TELEGRAM_TOKEN=f"bot {BOT_TOKEN}"),
    ("telegram_bot", "wrong_token"): lambda w: w.put(TELEGRAM_TOKEN="123456:another-token-that-is-wrong"),
    ("telegram_bot", "throttled"): lambda w: w.telegram.answers("getMe", Refusal(429, "Too Many Requests", 30)),
    ("telegram_bot", "unreachable"): lambda w: w.put(TELEGRAM_API_URL=closed()),
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
    ("twilio_account", "unreachable"): lambda w: w.put(TWILIO_API_URL=closed()),
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
    ("probe", "unreachable"): lambda w: resolve(w.patch, urlsplit(closed()).port or 0),
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
    ("speech", "no_library"): lambda w: model_at(w, library=False),
    ("team", "nobody"): lambda w: w.has_accounts({"active": False}, {"role": "administrator"}),
    ("team", "invited"): lambda w: w.has_accounts({"password_hash": None}),
    ("team", "no_queue"): lambda w: w.has_accounts({"territory": False}),
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
