"""A desk of mediators: their accounts and places, citizens who ask for them by SMS, and what these receive."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.case_models import CaseMove, Handoff
from api.cases.account import Account, Role, account_of
from api.cases.acts import Cases
from api.cases.opening import keep_case
from api.cases.routing import Routing
from api.cases.speaking import Speaker
from api.channel_models import Delivery
from api.citizens import locked_citizen, new_citizen
from api.console_models import JournalEntry, Mediator, MediatorPlace
from api.conversations import Conversations
from api.db import reading, writing
from api.models import Conversation, Event, Message
from api.records import talk_of
from api.sending.letters import WAITING
from api.sending.outbox import Outbox
from api.settings import Settings
from api.simulators.mailbox import Mailbox
from api.vault import Vault
from bot.dialogue import Dialogue
from bot.messages import Answer, HandoffRequest, Inbound, Reply
from bot.talk import Talk
from flows import engine as flow
from mediation.place import Place
from tests.places.nearest_kit import store

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # ten o'clock in Paris
MARIE = "+33612345678"
PROCEDURE = "cpam_carte_vitale"
FIRST_STEP = "caisse"


@dataclass
class Office:
    """Accounts, cases and acts on one database. `now` only moves by hand."""

    engine: Engine
    vault: Vault
    settings: Settings
    dialogue: Dialogue
    now: datetime = MONDAY
    mailbox: Mailbox = field(default_factory=Mailbox)

    def __post_init__(self) -> None:
        territory = self.dialogue.territory
        senders = {name: self.mailbox.of(name) for name in ("sms", "telegram")}
        self.outbox = Outbox(self.engine, self.vault, self.settings, territory, senders, self.clock)
        self.speaker = Speaker(self.vault, self.outbox)
        self.router = Routing(self.dialogue.library, territory)
        self.cases = Cases(self.engine, self.vault, self.dialogue, self.speaker, self.router, self.clock)
        self._numbers = count(1)

    def clock(self) -> datetime:
        """The time of day."""
        return self.now

    def later(self, minutes: int = 1) -> datetime:
        """Time goes by."""
        self.now += timedelta(minutes=minutes)
        return self.now

    def places(self, *ids: str) -> None:
        """The directory: these places, all in one town."""
        store(self.engine, [Place(id_, f"Lieu {id_}", "Beauvais", "60000", insee="60057") for id_ in ids])

    def account(self, name: str, *places: str, role: Role = "mediator", territory: bool = False) -> Account:
        """An active account that works at these places."""
        row = Mediator(
            id=uuid.uuid4(), email=f"{name.lower()}.{next(self._numbers)}@exemple.fr", first_name=name,
            last_name="Essai", role=role, active=True, territory=territory, failures=0, available=True, alert="none",
            password_hash="none", created_at=self.now,
        )  # fmt: skip
        with writing(self.engine) as session:
            session.add(row)
            session.flush()
            session.add_all(MediatorPlace(mediator_id=row.id, place_id=place) for place in places)
            session.flush()
            return account_of(session, row)

    def disable(self, account: Account) -> None:
        """The account may not be used any more."""
        with writing(self.engine) as session:
            session.get_one(Mediator, account.id).active = False

    def delete(self, account: Account) -> None:
        """The account is no more."""
        with writing(self.engine) as session:
            session.delete(session.get_one(Mediator, account.id))

    def asks(self, who: str = MARIE, channel: str = "sms", talk: Talk | None = None, **wanted: Any) -> uuid.UUID:
        """A citizen asks for a person; the id of their case."""
        recap = {"channel": channel, "title": "Carte Vitale", "procedure": PROCEDURE, "step": FIRST_STEP}
        request = HandoffRequest(**{"reason": "asked", "recap": recap, "mode": "live", **wanted})
        inbound = Inbound(channel, who, "une personne", uuid.uuid4().hex, self.now, phone=who)
        with writing(self.engine) as session:
            citizen = locked_citizen(session, self.vault, channel, who)
            citizen = citizen or new_citizen(session, self.vault, inbound)
            answer = Answer(Reply(()), talk or Talk(), "")
            place = _conversation(session, citizen.id)
            if place.talk_sealed is None or talk:
                place.seal(self.vault, "talk_sealed", (talk or self.talk()).to_json())
            case, self.code = keep_case(session, self.vault, citizen.id, request, answer, self.now, self.router)
        return case.id

    def talk(self) -> Talk:
        """Someone at the first step of a procedure."""
        turn = flow.start(self.dialogue.library, PROCEDURE, self.now.date())
        return Talk(run=turn.run, greeted=True)

    def talk_of(self, case_id: uuid.UUID) -> Talk:
        """Where the citizen of a case stands."""
        with reading(self.engine) as session:
            return talk_of(self.vault, self.place(session, case_id))

    def case(self, case_id: uuid.UUID) -> Handoff:
        """The case as it stands."""
        with reading(self.engine) as session:
            return session.get_one(Handoff, case_id)

    def change(self, case_id: uuid.UUID, **columns: Any) -> None:
        """Writes columns of the case."""
        with writing(self.engine) as session:
            case = session.get_one(Handoff, case_id)
            for name, value in columns.items():
                setattr(case, name, value)

    def moves(self, case_id: uuid.UUID) -> list[tuple[str, str | None]]:
        """What mediators did to the case, and the word that goes with it."""
        by_us = CaseMove.mediator_id.is_not(None)
        found = select(CaseMove).where(CaseMove.handoff_id == case_id, by_us).order_by(CaseMove.at)
        with reading(self.engine) as session:
            return [(row.kind, row.detail) for row in session.scalars(found)]

    def journal(self) -> list[tuple[str, str]]:
        """The journal: who, what."""
        with reading(self.engine) as session:
            rows = session.scalars(select(JournalEntry).order_by(JournalEntry.id))
            return [(row.who.split(".")[0], row.action) for row in rows]

    def events(self, *kinds: str) -> list[str | None]:
        """The details of what was counted, of these kinds."""
        with reading(self.engine) as session:
            rows = session.scalars(select(Event).where(Event.kind.in_(kinds)).order_by(Event.at))
            return [row.detail for row in rows]

    def said(self, case_id: uuid.UUID) -> list[Message]:
        """What was said to or by the citizen of a case, in order."""
        owner = select(Handoff.citizen_id).where(Handoff.id == case_id).scalar_subquery()
        with reading(self.engine) as session:
            found = select(Message).where(Message.citizen_id == owner)
            return list(session.scalars(found.order_by(Message.turn, Message.position)))

    def received(self, case_id: uuid.UUID) -> list[str]:
        """What has left for the citizen since the last look, once nothing waits any more."""
        citizen = self.case(case_id).citizen_id
        waiting = select(Delivery.id).where(Delivery.person == citizen, Delivery.state.in_(WAITING))
        for _ in range(200):
            self.outbox.drain(citizen)
            with reading(self.engine) as session:
                if session.scalars(waiting).first() is None:
                    break
            time.sleep(0.05)  # the outbox's own thread has the last one in hand
        return [letter.rendered.text for letter in self.mailbox.take()]

    def conversations(self, understanding: Any) -> Conversations:
        """The citizens' side of the same service."""
        reply_to = self.dialogue.reply_to
        return Conversations(self.engine, self.vault, reply_to, understanding, outbox=self.outbox)

    def place(self, session: Session, case_id: uuid.UUID) -> Conversation:
        """The conversation of the citizen of a case."""
        return _conversation(session, session.get_one(Handoff, case_id).citizen_id)

    def close(self) -> None:
        """Ends."""
        self.outbox.close()


def _conversation(session: Session, citizen: uuid.UUID) -> Conversation:
    return session.scalars(select(Conversation).where(Conversation.citizen_id == citizen)).one()
