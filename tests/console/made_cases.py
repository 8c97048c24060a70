"""Cases as the database would have them, without the conversation that opened them: for the lists and the figures."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from api.case_models import CaseMove, CaseNote, Handoff
from api.cases.report import Report
from api.db import writing
from api.models import Address, Citizen, Conversation, Message
from api.place_models import PlaceRow
from api.places.codec import place_to_json
from bot.talk import Talk, say_to_json
from flows.texts import Say
from mediation.place import Place
from tests.console.conftest import RunningConsole

SEALED = {"recap": "recap_sealed", "phone": "phone_sealed", "answers": "answers_sealed", "report": "report_sealed"}


def add_case(running: RunningConsole, held_by: str | None = None, marker: str = "", **columns: Any) -> uuid.UUID:
    """A case of a new citizen, an hour old. `marker` stands wherever the citizen's or a mediator's words are.

    `report` is a Report; `recap`, `phone` and `answers` are sealed as they are given.
    """
    now, id_ = running.service.now, uuid.uuid4()
    sealed = {
        "recap": {"channel": "sms", "step_text": marker, "title": marker, "tried": [marker]},
        "answers": {"a": {"question": marker, "answer": marker}},
        "phone": "+33612345678",
    }
    sealed |= {name: columns.pop(name) for name in [*SEALED] if name in columns}
    moves = columns.pop("moves", ())
    given = {
        "reason": "asked", "status": "open", "created_at": now - timedelta(hours=1), "updated_at": now, "rung": 0,
        "procedure": "caf_rsa_demande", "mode": "live", "consent": "oui",
        "mediator_id": running.accounts[held_by] if held_by else None, "taken_at": now if held_by else None,
        **columns,
    }  # fmt: skip
    with writing(running.engine) as session:
        citizen = Citizen(id=uuid.uuid4(), created_at=now)
        session.add(citizen)
        session.flush()
        case = Handoff(id=id_, citizen_id=citizen.id, **given)
        for name, value in sealed.items():
            case.seal(running.vault, SEALED[name], value.to_json() if isinstance(value, Report) else value)
        session.add(case)
        session.flush()
        _words(running, session, citizen.id, id_, marker)
        for kind, at, detail in moves:
            session.add(CaseMove(id=uuid.uuid4(), handoff_id=id_, at=at, kind=kind, detail=detail))
    return id_


def _words(running: RunningConsole, session: Any, citizen: uuid.UUID, case: uuid.UUID, marker: str) -> None:
    """A conversation with one message either way, an address and a note."""
    now, vault = running.service.now, running.vault
    place = Conversation(id=uuid.uuid4(), citizen_id=citizen, channel="sms", revision=1, updated_at=now)
    place.seal(vault, "talk_sealed", Talk().to_json())
    address = Address(
        id=uuid.uuid4(), citizen_id=citizen, channel="sms", blind_index=uuid.uuid4().hex, created_at=now
    )  # fmt: skip
    address.seal(vault, "address_sealed", "+33612345678")
    note = CaseNote(id=uuid.uuid4(), handoff_id=case, mediator_id=None, at=now)
    note.seal(vault, "text_sealed", marker)
    session.add_all((place, address, note))
    for position, (direction, value) in enumerate((("in", marker), ("out", say_to_json(Say(marker))))):
        message = Message(
            id=uuid.uuid4(), citizen_id=citizen, direction=direction, channel="sms", turn=1, position=position, at=now
        )  # fmt: skip
        message.seal(vault, "text_sealed", value)
        session.add(message)


def add_place(running: RunningConsole, id_: str, name: str = "Espace", commune: str = "Beauvais", **fields: Any) -> str:
    """A place of the directory."""
    given = {"postcode": "60000", "insee": "60057", "address": "1 rue X", "source": "Hubik", **fields}
    place = Place(id=id_, name=name, commune=commune, **given)
    with writing(running.engine) as session:
        session.add(
            PlaceRow(
                id=id_, name=name, insee=place.insee, lat=place.lat, lon=place.lon, about=place_to_json(place),
                digest="0" * 64, source_file="test.csv", updated=place.updated,
            )
        )  # fmt: skip
    return id_


def at(running: RunningConsole, **ago: float) -> datetime:
    """A moment before now."""
    return running.service.now - timedelta(**ago)
