"""A word by SMS or e-mail to mediators who are away, when a case waits for them. Nothing of the case is in it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Engine, Select, and_, false, func, not_, or_, select
from sqlalchemy.orm import Session

from api.case_models import CaseMove, Handoff
from api.cases.account import COORDINATOR, Account, account_of, takes_cases
from api.cases.moves import note_move
from api.cases.presence import present
from api.console.words import console_words
from api.console_models import Mediator
from api.conversations import Sends
from api.db import StorageDown, reading, writing
from api.providers.email import Email, Mail
from api.vault import Vault
from bot.messages import Send
from flows.texts import Say
from mediation.cases import OPEN

SPACED = timedelta(minutes=30)  # between two words to one mediator, however many cases wait
SMS, EMAIL = "sms", "email"
TOLD = ("reminded", "timed_out")  # who let a case time out is not the first to be called back to it
PAGE = "/mediateur"

log = structlog.get_logger("allo.alerts")


@dataclass(frozen=True)
class Alerts:
    """Alerts those who asked for it on their account page. `public_url`: where the console is.

    An SMS goes by the outbox, with the transaction that decides it; an e-mail leaves after it, at most once.
    """

    engine: Engine
    vault: Vault
    public_url: str
    outbox: Sends | None = None
    mail: Mail | None = None

    def tick(self, now: datetime) -> int:
        """Alerts all who should be by now; says how many. To be called in working hours. Raises StorageDown."""
        told = 0
        emails: list[Email] = []
        try:
            for mediator in self._away(now):
                way = self._tell(mediator, now)
                told += way is not None
                emails += [way] if isinstance(way, Email) else []
        finally:  # what was noted as told must leave, even when the database is lost in the middle
            if emails and self.mail:
                self.mail.send(emails)
        return told

    def _tell(self, mediator: uuid.UUID, now: datetime) -> str | Email | None:
        """Tells one, in a transaction of its own: a fault in one does not keep the word from the others."""
        try:
            with writing(self.engine) as session:
                way = self._claimed(session, mediator, now)
        except StorageDown:
            raise
        except Exception as bug:  # a fault of ours, or a case forgotten at this very moment
            log.error("alert_fault", error=type(bug).__name__)
            return None
        if way == SMS and self.outbox:
            self.outbox.kick(mediator)
        return way

    def _away(self, now: datetime) -> list[uuid.UUID]:
        """Those for whom something waits, who asked for alerts, are away, and heard nothing for half an hour."""
        recent = select(CaseMove.id).where(
            CaseMove.mediator_id == Mediator.id, CaseMove.kind == "reminded", CaseMove.at > now - SPACED
        )
        ways = [way for way, works in ((SMS, self.outbox), (EMAIL, self.mail)) if works]
        away = select(Mediator).where(
            takes_cases(), Mediator.alert.in_(ways), not_(present(now)), not_(recent.exists())
        )
        with reading(self.engine) as session:
            rows = list(session.scalars(away.order_by(Mediator.id)))
            return [row.id for row in rows if session.scalars(_waiting_for(account_of(session, row)).limit(1)).first()]

    def _claimed(self, session: Session, mediator: uuid.UUID, now: datetime) -> str | Email | None:
        """Notes that they are told, and puts the SMS; None when there is nothing to tell them.

        The lock on their row and the second look keep two processes from telling them twice.
        """
        session.execute(select(Mediator.id).where(Mediator.id == mediator).with_for_update(key_share=True))
        row = session.get(Mediator, mediator)
        latest = select(func.max(CaseMove.at)).where(CaseMove.mediator_id == mediator, CaseMove.kind == "reminded")
        last = session.scalar(latest)
        if row is None or (last is not None and last > now - SPACED):
            return None
        phone = row.unseal(self.vault, "alert_phone_sealed") if row.alert == SMS else None
        if row.alert == SMS and not phone:
            return None
        waiting = list(session.scalars(_waiting_for(account_of(session, row))))
        for case in waiting:
            updated = case.updated_at
            note_move(session, case, "reminded", now, row.id, case.place_id)
            case.updated_at = updated  # nothing changed for those who look at the case
        if not waiting:
            return None
        if phone is None:
            return Email(row.email, _words("alert_subject"), self._said("alert_mail"))
        if self.outbox:
            send = Send("push", SMS, (Say(self._said("alert_sms")),), asked_for=True)
            self.outbox.put(session, None, row.id, send, str(phone), now)
        return SMS

    def _said(self, name: str) -> str:
        return _words(name).replace("{url}", self.public_url.rstrip("/") + PAGE)


def _words(name: str) -> str:
    return str(console_words()[name]).strip()


def _waiting_for(account: Account) -> Select[Handoff]:
    """The open cases that wait for this account and of which it was told nothing yet, where they stand now."""
    queued = and_(Handoff.mediator_id.is_(None), _queue(account))
    since_queued = func.coalesce(Handoff.late_since, Handoff.created_at)
    unanswered = or_(Handoff.spoken_at.is_(None), Handoff.heard_at > Handoff.spoken_at)
    owed = and_(Handoff.mediator_id == account.id, Handoff.heard_at.is_not(None), unanswered)
    since_owed = func.coalesce(Handoff.spoken_at, Handoff.taken_at)
    return select(Handoff).where(
        Handoff.status == OPEN,
        or_(and_(queued, not_(_told(account, since_queued))), and_(owed, not_(_told(account, since_owed)))),
    )


def _queue(account: Account) -> ColumnElement[bool]:
    """A coordinator sees all that waits, but only what is late calls them."""
    mine = Handoff.place_id.in_(sorted(account.places))
    everyones = Handoff.place_id.is_(None) if account.territory else false()
    late = Handoff.late_since.is_not(None) if account.role == COORDINATOR else false()
    return or_(mine, everyones, late)


def _told(account: Account, since: ColumnElement[datetime]) -> ColumnElement[bool]:
    told = select(CaseMove.id).where(
        CaseMove.handoff_id == Handoff.id,
        CaseMove.mediator_id == account.id,
        CaseMove.kind.in_(TOLD),
        CaseMove.at >= since,
    )
    return told.exists()
