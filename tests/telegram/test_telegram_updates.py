"""What each kind of update means: pure, from Telegram's JSON to a message for the conversations."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from api.providers.telegram_updates import Parsed, Pressed, parse
from bot.messages import Inbound
from tests.telegram.updates import CHAT, GROUP, NOW, PERSON, PRIVATE, file, message, pressed, said, update

PHOTO = [file(width=1, height=1)]
CLIP = file(width=1, height=1, duration=2)
PLACE = {"latitude": 49.4, "longitude": 2.1}
FORWARD = {"forward_origin": {"type": "user", "date": 1, "sender_user": {"id": 5, "is_bot": False, "first_name": "A"}}}


def read(data: dict[str, Any]) -> Parsed:
    found = Update.de_json(json.loads(json.dumps(data)), None)
    assert found
    return parse(found, NOW, 1000)


def inbound(data: dict[str, Any]) -> Inbound:
    found = read(data).inbound
    assert found
    return found


def test_a_text() -> None:
    data = said("  ma déclaration rsa ")
    assert inbound(data) == Inbound(
        "telegram",
        str(CHAT),
        "ma déclaration rsa",
        f"{data['update_id']}.m{data['message']['message_id']}",
        NOW,
    )


def test_the_same_update_has_the_same_id_and_two_updates_have_two() -> None:
    data, other = said("oui"), said("oui")
    assert inbound(data) == inbound(data)
    assert inbound(data).provider_id != inbound(other).provider_id


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/start caf_rsa_demande", "caf_rsa_demande"),
        ("/start Vie-Naissance_2", "Vie-Naissance_2"),
        ("/aide", "aide"),
        ("/Aide@essai_bot", "aide"),
        ("/humain", "humain"),
        ("/oublier", "oubliez-moi"),
        ("/menu", "menu"),
        ("/retour", "retour"),
        ("/pause", "pause"),
        ("/code", "code"),
        ("/code 482 913", "code 482 913"),
        ("/repeter", "repeter"),
        ("/ je ne sais pas", "/ je ne sais pas"),
        ("1\ufe0f\u20e3", "1"),
        ("merci 😀", "merci 😀"),
        ("?", "?"),
        ("12 rue de l'Église", "12 rue de l'Église"),
    ],
)
def test_words_and_commands(text: str, words: str) -> None:
    found = inbound(said(text))
    assert (found.text, found.signal, found.choice) == (words, None, None)


@pytest.mark.parametrize(
    ("given", "signal"),
    [
        ({"text": "/start"}, "start"),
        ({"text": "/start@essai_bot"}, "start"),
        ({"text": "/start mon numéro est le 12"}, "start"),
        ({"text": "/start " + "a" * 65}, "start"),
        ({"text": "a" * 1001}, "too_long"),
        ({"text": "👍"}, "emoji"),
        ({"text": "👍🏽 ❤️ 👩‍👧 🇫🇷"}, "emoji"),
        ({"text": "lisez ceci", **FORWARD}, "forwarded"),
        ({"photo": PHOTO, "caption": "mon avis d'imposition"}, "photo"),
        ({"document": file(file_name="avis.pdf"), "caption": "voilà"}, "file"),
        ({"video": CLIP}, "file"),
        ({"video_note": file(length=1, duration=2)}, "file"),
        ({"audio": file(duration=2)}, "file"),
        ({"voice": file(duration=2, file_size=10)}, "voice_note"),
        ({"voice": file(duration=2, file_size=10), **FORWARD}, "forwarded"),
        ({"sticker": file(type="regular", width=1, height=1, is_animated=False, is_video=False)}, "sticker"),
        ({"animation": CLIP, "document": file()}, "sticker"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "sticker"),
        ({"location": PLACE}, "location"),
        ({"venue": {"location": PLACE, "title": "Mairie", "address": "1 place"}, "location": PLACE}, "location"),
        ({"contact": {"phone_number": "33612345678", "first_name": "Odile", "user_id": CHAT}}, "contact"),
    ],
)
def test_what_comes_in_place_of_words(given: dict[str, Any], signal: str) -> None:
    found = inbound(update(**message(**given)))
    assert (found.signal, found.text, found.choice) == (signal, "", None)


@pytest.mark.parametrize(
    ("contact", "phone"),
    [
        ({"phone_number": "33612345678", "user_id": CHAT}, "+33612345678"),
        ({"phone_number": "+33612345678", "user_id": CHAT}, "+33612345678"),
        ({"phone_number": "+262 692 12 34 56", "user_id": CHAT}, "+262692123456"),
        ({"phone_number": "33612345678", "user_id": 99}, None),
        ({"phone_number": "33612345678"}, None),
        ({"phone_number": "?", "user_id": CHAT}, None),
    ],
)
def test_a_shared_number_counts_only_when_it_is_their_own(contact: dict[str, Any], phone: str | None) -> None:
    assert inbound(update(**message(contact={"first_name": "O", **contact}))).phone == phone


def test_a_pressed_button() -> None:
    data = pressed("0123456789abcdef", message_id=900)
    query = data["callback_query"]
    assert read(data) == Parsed(
        Inbound("telegram", str(CHAT), "", f"{data['update_id']}.c{query['id']}", NOW, choice="#0123456789abcdef"),
        pressed=Pressed(query["id"], str(CHAT), 900),
    )


def test_a_button_of_a_message_too_old_to_be_shown_again_is_read_too() -> None:
    data = pressed("0123456789abcdef", date=0)
    del data["callback_query"]["message"]["text"]
    assert inbound(data).choice == "#0123456789abcdef"


def test_a_button_that_we_never_made_is_not_answered_as_a_message() -> None:
    found = read(pressed("start|oui"))
    assert found.inbound is None
    assert found.pressed


def test_a_changed_message_is_named_and_not_read() -> None:
    data = update("edited_message", **message("autre chose", edit_date=int(NOW.timestamp())))
    assert (inbound(data).signal, inbound(data).text) == ("edited", "")


def test_a_position_that_moves_is_not_a_changed_message() -> None:
    assert read(update("edited_message", **message(location=PLACE, edit_date=int(NOW.timestamp())))) == Parsed()


@pytest.mark.parametrize(
    "data",
    [
        update(**message("bonjour", chat=GROUP)),
        update(**message("/aide@essai_bot", chat=GROUP)),
        update("edited_message", **message("bonjour", chat=GROUP, edit_date=1)),
        update("channel_post", **message("bonjour", chat={"id": -7, "type": "channel", "title": "C"})),
        pressed("0123456789abcdef", chat=GROUP),
        update(**message("bonjour", **{"from": {**PERSON, "is_bot": True}})),
        update(**message(new_chat_photo=PHOTO)),
        update(**message(pinned_message=message("ancien"))),
        update(
            "my_chat_member",
            chat=PRIVATE,
            date=1,
            old_chat_member={"user": PERSON, "status": "member"},
            new_chat_member={"user": PERSON, "status": "kicked", "until_date": 0},
            **{"from": PERSON},
        ),
        update("poll", id="1", question="?", options=[], total_voter_count=0, is_closed=False, is_anonymous=True,
               type="regular", allows_multiple_answers=False, allows_revoting=False, members_only=False),
        {"update_id": 1, "something_new": {"a": 1}},
    ],
)  # fmt: skip
def test_nothing_else_is_answered(data: dict[str, Any]) -> None:
    assert read(data) == Parsed()


def test_a_message_of_more_than_a_day_is_late_a_changed_one_counts_from_the_change() -> None:
    assert not read(said("oui", minutes_ago=24 * 60)).late
    assert read(said("oui", minutes_ago=24 * 60 + 1)).late
    changed = message("oui", minutes_ago=9 * 24 * 60)
    fresh = {**changed, "edit_date": int(NOW.timestamp())}
    assert not read(update("edited_message", **fresh)).late
    assert read(update("edited_message", **{**fresh, "edit_date": changed["date"]})).late
    assert not read(pressed("0123456789abcdef")).late


@pytest.mark.parametrize(
    ("voice", "heard"),
    [
        ({"duration": 60, "file_size": 1_000_000}, True),
        ({"duration": 61, "file_size": 10}, False),
        ({"duration": 5, "file_size": 1_000_001}, False),
        ({"duration": 5}, False),
    ],
)
def test_only_a_short_voice_note_is_listened_to(voice: dict[str, Any], heard: bool) -> None:
    assert read(update(**message(voice=file(**voice)))).voice == ("f" if heard else None)


@given(st.text(max_size=60))
def test_any_text_is_read_one_way_or_another(text: str) -> None:
    found = read(said(text)).inbound
    assert found is None or found.signal or found.text == found.text.strip()
