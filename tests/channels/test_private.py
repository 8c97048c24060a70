"""What is said by SMS, by phone and on Telegram is nowhere in clear: not in the database's files, not in the logs."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.api.test_words_stay_private import forms, stream  # noqa: F401  (fixture)
from tests.channels.conftest import Service

pytestmark = pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
MOBILE, CHAT = "+33698765432", "987654321234"
SECRETS = ("0698765432", "33698765432", "06 98 76 54 32", "698765432", CHAT, "zygomatique", "crépuscule")


def test_nothing_is_in_clear(service: Service, stream: io.StringIO) -> None:  # noqa: F811
    for channel, who in (("sms", MOBILE), ("voice", MOBILE), ("telegram", CHAT)):
        desk = service.desk(channel, who)
        desk.opens()
        for words in (
            "carte vitale",
            "oui",
            "le zygomatique du crépuscule",
            "un humain",
            "0698765432",
            "peu importe",
            "60000",
            "oui",
        ):
            desk.turn(words)
        desk.turn("mon code")
        desk.closes()
    database = make_url(service.settings.database_url).database
    assert database
    files = {path.name: path.read_bytes() for path in Path(database).parent.glob(f"{Path(database).name}*")}
    assert any(name.endswith("-wal") and data for name, data in files.items())
    files["logs"] = stream.getvalue().encode()
    assert len(files["logs"]) > 0, "the logs are listened to"
    found = [
        f"{secret} in {name}"
        for secret in SECRETS
        for name, data in files.items()
        if any(form in data for form in forms(secret))
    ]
    assert found == []
