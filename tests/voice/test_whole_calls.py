"""Whole calls over the real dialogue and the real storage: what a caller lives, from the greeting to a person."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from api.case_models import Handoff
from api.conversations import Conversations
from api.linking import Links
from api.models import Citizen, Message
from api.settings import Settings
from api.simulators.call import Phone
from api.vault import Vault
from bot.dialogue import Dialogue
from bot.messages import Inbound, Reply, Send
from bot.understanding import Understanding
from tests.voice.kit import Clock, Desk

Open = Callable[[Callable[[Inbound], Reply]], Desk]


class NoRasa:
    """An understanding that is away: keys and exact words only."""

    def parse(self, text: str) -> Understanding:
        """Nothing understood."""
        return Understanding(text, "incompris", 0.0, None, {}, (), False)


class Tray:
    """An outbox that only remembers."""

    def __init__(self) -> None:
        self.sends: list[Send] = []

    def put(
        self, session: Session, citizen_id: uuid.UUID | None, person: uuid.UUID, send: Send, address: str, at: datetime
    ) -> None:
        """Remembers what would leave."""
        self.sends.append(send)

    def kick(self, person: uuid.UUID) -> None:
        """Nothing leaves."""


@pytest.fixture
def tray() -> Tray:
    return Tray()


@pytest.fixture
def line(desk: Open, engine: Engine, settings: Settings, dialogue: Dialogue, tray: Tray) -> Desk:
    vault = Vault.from_text(settings.encryption_keys.get_secret_value())
    links = Links(vault=vault, settings=settings)
    return desk(Conversations(engine, vault, dialogue.reply_to, NoRasa(), links, tray).receive)


@pytest.fixture
def phone(line: Desk) -> Phone:
    return line.phone()


def count(engine: Engine, table: type[Citizen] | type[Message] | type[Handoff]) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def press(phone: Phone, *keys: str) -> str:
    """Presses each of the keys in its turn; what is heard at the end."""
    for key in keys:
        phone.keys(key)
    return phone.heard


def offered(phone: Phone) -> list[str]:
    return [label for _, label in phone.moment.keys if label != "Pour parler à une personne,"]


def test_the_greeting_says_who_we_are_and_the_key_of_a_person(phone: Phone) -> None:
    heard = phone.call()
    assert "Allô Démarches" in heard and "arler à une personne, tapez 0" in heard
    assert heard.endswith("tapez étoile pour les choix.") and phone.moment.seconds <= 15
    assert press(phone, "*").endswith("Autres sujets : tapez 4.")


def test_from_the_menu_to_the_first_steps_by_keys_alone(phone: Phone) -> None:
    phone.call()
    assert "Carte Vitale : tapez 1." in press(phone, "2", "1")
    assert "On commence ? Oui : tapez 1. Non : tapez 2." in press(phone, "1")
    assert "La CPAM, la sécu : tapez 1." in press(phone, "1")
    assert "Que se passe-t-il avec votre carte ?" in press(phone, "1")
    before = phone.heard
    assert press(phone, "*") == before
    assert "La CPAM, la sécu : tapez 1." in press(phone, "#")


def test_the_same_by_voice(phone: Phone) -> None:
    phone.call()
    assert "On commence ?" in phone.says("La carte Vitale.")
    assert "La CPAM, la sécu" in phone.says("Oui.", confidence=0.1)
    assert "Que se passe-t-il avec votre carte ?" in phone.says("La CPAM")


def test_nothing_that_is_said_has_a_sign_that_no_voice_reads(phone: Phone) -> None:
    phone.call()
    press(phone, "2", "1", "1", "1", "1", "1", "2", "2")
    said = " ".join(one.text for one in phone.transcript if one.kind == "said")
    assert not set("«»€{}|") & set(said)


def test_a_postcode_ends_by_itself(phone: Phone) -> None:
    phone.call()
    phone.says("france services")
    press(phone, "1")
    while phone.waiting and "place" not in phone.waiting.action:
        press(phone, "1")
    before = phone.heard
    assert phone.waiting and phone.waiting.digits == 5
    assert press(phone, "60000") not in ("", before)
    assert "place" not in phone.waiting.action


def test_an_age_is_keyed_and_zero_is_a_person(phone: Phone) -> None:
    phone.call()
    phone.says("aspa")
    assert "Quel âge" in press(phone, "1", "1")
    assert "number" in phone.waiting.action  # type: ignore[union-attr]
    phone.transfer_outcome = "no_answer"
    assert "Je vous passe une personne" in press(phone, "0")


def test_zero_reaches_a_person_from_anywhere(line: Desk) -> None:
    for way in ((), ("2",), ("2", "1", "1"), ("2", "1", "1", "1", "1")):
        phone = line.phone()
        phone.call()
        press(phone, *way)
        assert "Je vous passe une personne" in press(phone, "0") and phone.transferred, way


def test_a_request_delivered_five_times_has_one_effect(phone: Phone, engine: Engine) -> None:
    phone.call()
    press(phone, "2", "1", "1", "1")
    stored, requests = count(engine, Message), list(phone.wire.requests)
    for request in requests:
        assert {phone.again(request).body for _ in range(4)} == {request.body}
    assert count(engine, Message) == stored


def test_who_hangs_up_and_calls_again_is_where_they_were(phone: Phone) -> None:
    phone.call()
    press(phone, "2", "1", "1", "1", "1")
    question = "Que se passe-t-il avec votre carte ?"
    assert question in phone.heard
    phone.hang_up()
    assert question in phone.call()
    assert "Avez-vous des soins prévus bientôt ?" in press(phone, "1")


@pytest.mark.parametrize("outcome", ["no_answer", "refuse", "voicemail", "busy"])
def test_nobody_takes_the_call_and_a_call_back_is_made(phone: Phone, engine: Engine, outcome: str) -> None:
    phone.call()
    press(phone, "2", "1", "1", "1")
    phone.transfer_outcome = outcome  # type: ignore[assignment]
    heard = press(phone, "0")
    assert "Personne n'a pu répondre maintenant." in heard and "06 12 34 56 78" in heard
    assert len(phone.dialled) == 2 and not phone.transferred and not phone.over
    assert count(engine, Handoff) == 1


def test_a_mediator_takes_the_call_and_the_line_goes_on(phone: Phone) -> None:
    phone.call()
    press(phone, "2", "1", "1", "1")
    heard = press(phone, "0")
    assert phone.transferred and "Vous avez parlé à une personne." in heard and not phone.over
    whispered = " ".join(one.text for one in phone.transcript if one.kind == "whispered")
    assert "cpam_carte_vitale" in whispered and "06 12" not in whispered


def test_hidden_callers_do_not_meet(line: Desk, engine: Engine) -> None:
    one, other = line.phone("anonymous"), line.phone("anonymous")
    one.call()
    press(one, "2", "1", "1", "1")
    assert "Nous en étions à" not in other.call()
    assert count(engine, Citizen) == 2
    one.hang_up()
    assert "Nous en étions à" not in one.call()


def test_silence_after_silence_ends_with_a_call_back_never_before(phone: Phone, engine: Engine, tray: Tray) -> None:
    phone.call()
    press(phone, "2", "1", "1", "1")
    silences = 0
    while not phone.over:
        assert count(engine, Handoff) == 0
        phone.silence()
        silences += 1
        assert silences < 10
    assert silences >= 4 and count(engine, Handoff) == 1
    assert "Je garde votre place." in phone.heard and [send.kind for send in tray.sends] == ["recap"]
    assert "La CPAM, la sécu" in phone.call()


def test_a_hidden_caller_who_goes_silent_gets_a_code_that_brings_them_back(line: Desk) -> None:
    phone = line.phone("anonymous")
    phone.call()
    press(phone, "2", "1", "1", "1", "1")
    while not phone.over:
        phone.silence()
    found = re.search(r"(?:\d, ){5}\d", phone.heard)
    assert found
    other = line.phone("restricted")
    other.call()
    assert "Que se passe-t-il avec votre carte ?" in press(other, "9", re.sub(r"\D", "", found[0]))


def test_nothing_is_kept_of_what_is_not_signed(line: Desk, engine: Engine) -> None:
    phone = line.phone()
    phone.wire.sign = lambda path, form: "forged"
    with pytest.raises(Exception, match="403"):
        phone.call()
    assert count(engine, Citizen) == count(engine, Message) == 0


def test_slower_is_slower(phone: Phone) -> None:
    phone.call()
    press(phone, "*")
    usual, waited = phone.spoken[-1], phone.waiting
    phone.says("plus lentement")
    assert waited and phone.waiting and phone.waiting.timeout > waited.timeout
    assert phone.spoken[-1].text == usual.text and phone.spoken[-1].seconds > usual.seconds


def test_a_caller_may_go_on_another_day(line: Desk, clock: Clock) -> None:
    phone = line.phone()
    phone.call()
    press(phone, "2", "1", "1", "1", "1")
    phone.hang_up()
    clock.passes(days=3)
    assert "Que se passe-t-il avec votre carte ?" in phone.call()
