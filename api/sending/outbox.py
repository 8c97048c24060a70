"""What goes out apart from a response: written with the turn that decided it, then sent in order, once."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from api.channel_models import Delivery
from api.db import StorageDown, writing
from api.models import Citizen
from api.sending.attempt import attempt
from api.sending.backoff import USUAL, BackOff
from api.sending.claims import LEASE, Claims, Rules
from api.sending.errors import Sender
from api.sending.hurry import Hurry
from api.sending.jobs import Jobs, prepare
from api.sending.letters import Letter, seal
from api.sending.quiet import bounds, planned
from api.sending.statuses import note_status
from api.settings import Settings
from api.vault import Vault
from bot.channels import named
from bot.messages import Reply, Send
from mediation.territory import Territory

NOTE_AGAIN = (0.2, 1.0, 3.0)  # seconds between tries to note what was sent, when the database is away

log = structlog.get_logger("allo.sending")


class Outbox:
    """The messages to send. Thread-safe; several processes may share one database.

    `senders` are the providers' clients by channel: a process without any may still put messages, that another sends.
    Makes the tables of the durable engine where they are missing. Raises StorageDown.
    """

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        settings: Settings,
        territory: Territory,
        senders: Mapping[str, Sender],
        now: Callable[[], datetime],
        back_off: BackOff = USUAL,
        lease: timedelta = LEASE,
    ) -> None:
        prepare(settings.database_url)
        self._engine, self._vault, self._settings, self._territory = engine, vault, settings, territory
        self._senders, self._now, self._jobs = senders, now, Jobs(engine)
        self._claims = Claims(engine, vault, self._jobs, Rules(settings, territory, back_off, lease), now)
        self._hurry = Hurry(self._drain_channel)

    def put(
        self,
        session: Session,
        citizen_id: uuid.UUID | None,
        person: uuid.UUID,
        send: Send,
        address: str,
        at: datetime,
        message_id: uuid.UUID | None = None,
    ) -> None:
        """Writes the messages of `send` and the job that sends them, in the caller's transaction.

        `person` is whose order is kept: the citizen's id, even while `citizen_id` is None because they are being
        forgotten. `address` is used where `send` names none. `message_id`: the row of the message that they carry.
        """
        if citizen_id is not None:  # two writers at once would take the same sequence
            session.execute(select(Citizen.id).where(Citizen.id == citizen_id).with_for_update())
        asked_for = send.asked_for or send.kind == "reply"
        moment = at if asked_for else self._planned(session, person, at)
        if moment is None:
            return
        rendered = named(send.channel).render(Reply(send.says, manner=send.manner))
        last = session.scalar(select(func.max(Delivery.sequence)).where(Delivery.person == person)) or 0
        for sequence, one in enumerate(rendered, last + 1):
            row = Delivery(
                id=uuid.uuid4(), citizen_id=citizen_id, person=person, sequence=sequence, channel=send.channel,
                kind=send.kind, asked_for=asked_for, state="queued", attempts=0, doubts=0,
                not_before=moment, created_at=at, message_id=message_id,
            )  # fmt: skip
            seal(row, self._vault, send.to or address, one)
            session.add(row)
        self._jobs.deliver(session, person, (moment - at).total_seconds())

    def kick(self, person: uuid.UUID) -> None:
        """Sends what `person` is waiting for at once, in the background. Never waits, never raises."""
        for channel in self._senders:
            self._hurry.up(person, channel)

    def drain(self, person: uuid.UUID) -> None:
        """Sends all that may leave now for this person, in order, on each of their channels. Raises StorageDown."""
        for channel in self._claims.channels(person):
            self._drain_channel(person, channel)

    def sweep(self, most: int = 500) -> int:
        """Has sent what should have left and did not (a lost job, a dead process); says how many were due."""
        due = self._claims.due(most)
        for person, channel in due:
            self._hurry.up(person, channel)
        return len(due)

    def status(self, provider_id: str, word: str, error_code: str | None = None) -> bool:
        """Notes what the provider tells of a message; False when it is not one of ours. Raises StorageDown."""
        with writing(self._engine) as session:
            return note_status(session, self._vault, provider_id, word, error_code, self._now())

    def close(self) -> None:
        """Ends, after the messages being sent."""
        self._hurry.stop()

    def _planned(self, session: Session, person: uuid.UUID, at: datetime) -> datetime | None:
        def on_day(day: date) -> int:
            first, after = bounds(day, self._territory)
            pushes = select(func.count()).where(
                Delivery.person == person,
                Delivery.asked_for.is_(False),
                Delivery.state != "dropped",
                Delivery.not_before >= first,
                Delivery.not_before < after,
            )
            return session.scalar(pushes) or 0

        return planned(at, self._territory, self._settings, on_day)

    def _drain_channel(self, person: uuid.UUID, channel: str) -> None:
        while (letter := self._claims.take(person, channel)) is not None:
            outcome = attempt(letter, self._senders.get(channel), self._claims.known)
            if outcome.provider_id is not None:
                self._note_sent(letter, outcome.provider_id)
            elif outcome.why is not None:
                log.info("send_failed", channel=channel, problem=str(outcome.why.problem), tried=letter.attempt)
                self._claims.failed(letter, outcome.why, outcome.doubt)

    def _note_sent(self, letter: Letter, provider_id: str) -> None:
        """Insists: were it not noted, the message could be said twice."""
        for wait in NOTE_AGAIN:
            try:
                return self._claims.sent(letter, provider_id)
            except StorageDown:
                time.sleep(wait)
        self._claims.sent(letter, provider_id)
