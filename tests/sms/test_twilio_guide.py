"""The guide to connect Twilio says what is true: settings that exist, addresses that answer, words that are heard."""

from __future__ import annotations

import re
from pathlib import Path

from api.providers.sms_inbound import INFO, START, STOP
from api.providers.twilio_sms import STATUS_PATH
from api.routes.sms import PATH
from api.settings import Settings
from api.voice.twiml import BASE
from flows.plain import plain
from mediation.territory import Transfer

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "brancher-twilio.md").read_text(encoding="utf-8")


def test_settings_exist() -> None:
    named = {name.removeprefix("ALLO_").lower() for name in re.findall(r"ALLO_[A-Z_]+", GUIDE)}
    assert len(named) > 10
    assert named <= set(Settings.model_fields)


def test_values_are_those_of_the_settings() -> None:
    said = {
        "ALLO_VOICE_TRANSFER_SECONDS` : combien de temps ça sonne ({} s)": "voice_transfer_seconds",
        "ALLO_VOICE_TRANSFERS` : combien de numéros on\n  essaie ({})": "voice_transfers",
        "ALLO_VOICE_CALL_MINUTES` : durée la plus longue d'un appel ({})": "voice_call_minutes",
        "entre {} h et": "quiet_from",
        "h et {} h,": "quiet_until",
    }
    for sentence, setting in said.items():
        assert sentence.format(Settings.model_fields[setting].default) in GUIDE, setting


def test_addresses_are_those_of_the_routes() -> None:
    told = set(re.findall(r"(/webhooks/[a-z/]*[a-z])`", GUIDE))
    assert told == {PATH, STATUS_PATH, BASE, f"{BASE}/status"}


def test_words_are_heard() -> None:
    (stop,) = re.findall(r"^- \*\*(STOP.*?)\*\*", GUIDE, re.MULTILINE)
    assert {plain(word) for word in stop.split(",")} <= STOP
    assert plain("START") in START
    assert {plain("INFO"), plain("CONTACT")} <= INFO


def test_the_transfer_is_written_as_a_territory_is() -> None:
    assert set(re.findall(r"^  (\w+):", GUIDE, re.MULTILINE)) == set(Transfer.model_fields)
