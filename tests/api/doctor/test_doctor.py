"""`allo channels doctor`: a service well set up, what is no mistake, and no secret is ever said."""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.doctor.addresses import SMS, TELEGRAM, VOICE, local, shown
from api.providers.twilio_signature import Signature
from api.routes.sms import sms_router
from api.routes.telegram import telegram_router
from api.routes.voice import voice_router
from api.settings import Settings
from tests.api.doctor.kit import HOST, PUBLIC, SECRETS, World, closed, model_at
from tests.twilio_api import TOKEN as TWILIO_TOKEN

SHORT_CODE = "38123"


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
    model_at(world, library=True)
    assert world.allo("doctor")[0] == 0
    expected = {("twilio_sender", "one_way"), ("twilio_account", "trial"), ("sending", "answers_only")}
    assert expected | {("voice_transfer", "none"), ("speech", "ready")} <= set(world.found())


@pytest.mark.parametrize(
    "row", [{}, {"role": "coordinator", "territory": False}, {"oidc_subject": "x", "password_hash": None}]
)
def test_one_account_that_sees_cases_is_a_team(world: World, row: dict[str, Any]) -> None:
    world.has_accounts(row, {"active": False})
    assert "1 compte" in world.found("--offline")["team", "there"]["says"]


def test_a_team_may_do_without_accounts(world: World) -> None:
    world.has_accounts()
    assert ("team", "nobody") in world.found("--offline")
    world.put(TEAM_WITHOUT_ACCOUNTS="true")
    assert world.found("--offline")["team", "by_command"]["status"] == "skip"


def test_a_database_that_was_never_there_is_not_made(world: World) -> None:
    assert ("team", "no_database") in world.found("--offline")
    assert list(world.folder.rglob("*.db")) == []


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


def test_nothing_secret_is_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world.allo("doctor")
    world.allo("connect", "telegram")
    world.allo("connect", "twilio")
    world.put(TELEGRAM_API_URL=closed(), TWILIO_API_URL=closed())
    world.allo("doctor")
    assert caplog.records
    assert not [secret for secret in SECRETS if secret in caplog.text]
