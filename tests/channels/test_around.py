"""A position sent to the bot: the nearest places that help, then what waits; nothing of it is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import make_url

from api.places.importing import ensure_demo
from api.routes.telegram import SECRET_HEADER
from api.simulators.desks import SECRET
from api.simulators.wire import bytes_in_process
from tests.api.test_words_stay_private import forms
from tests.channels.conftest import Service

pytestmark = pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
CHAT = "4242424242"
BEAUVAIS = (49.431712, 2.081357)


def position(service: Service, point: tuple[float, float]) -> str:
    """What the bot answers to a position."""
    chat = {"id": int(CHAT), "type": "private"}
    person = {"id": int(CHAT), "is_bot": False, "first_name": "C"}
    where = {"latitude": point[0], "longitude": point[1]}
    message = {"message_id": 9, "date": int(service.now.timestamp()), "chat": chat, "from": person, "location": where}
    body = json.dumps({"update_id": 9, "message": message}).encode()
    assert bytes_in_process(service.app)("/webhooks/telegram", body, {SECRET_HEADER: SECRET}) == 200
    reply = service.kept.reply
    assert reply
    return "\n".join(letter.rendered.text for letter in service.mailbox.take(len(reply.says)))


def test_the_nearest_places_then_what_waits(service: Service) -> None:
    ensure_demo(service.engine, service.now)
    desk = service.desk("telegram", CHAT)
    for words in ("carte vitale", "oui"):
        desk.turn(words)
    said = position(service, BEAUVAIS)
    assert "près de vous" in said and "exemple fictif" in said
    assert said.rstrip().endswith("Qui s'occupe de votre santé, la CPAM ou la MSA ?")


@pytest.mark.parametrize("point", [(0.0, 0.0), (48.85, -150.0), (47.9, 1.9)])
def test_nobody_near_is_said_without_inventing(service: Service, point: tuple[float, float]) -> None:
    ensure_demo(service.engine, service.now)
    assert "Je ne regarde pas votre position" in position(service, point)


def test_an_empty_directory_invents_nothing(service: Service) -> None:
    assert "Je ne regarde pas votre position" in position(service, BEAUVAIS)


def test_the_position_is_kept_nowhere(service: Service) -> None:
    ensure_demo(service.engine, service.now)
    position(service, BEAUVAIS)
    database = Path(str(make_url(service.settings.database_url).database))
    data = b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    assert not any(form in data for secret in ("49.431712", "2.081357") for form in forms(secret))
