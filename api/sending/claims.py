"""Who sends which message now, and what becomes of it. Each public method is one short transaction."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from api.channel_models import Delivery
from api.db import reading, writing
from api.sending.backoff import MOST_DOUBTS, BackOff
from api.sending.errors import Problem, SendFailed
from api.sending.jobs import Jobs
from api.sending.letters import WAITING, Letter, address_of, opened
from api.sending.optouts import opt_out, opted_out
from api.sending.quiet import next_allowed
from api.settings import Settings
from api.vault import Vault
from mediation.territory import Territory

LEASE = timedelta(seconds=60)  # how long one try may take; after that whoever has the message is taken for dead


@dataclass(frozen=True)
class Rules:
    """What decides of a next try: the settings, the territory's clock and holidays, the waits."""

    settings: Settings
    territory: Territory
    back_off: BackOff
    lease: timedelta = LEASE


class Claims:
    """The states of the deliveries. Thread-safe; several processes may share one database."""

    def __init__(self, engine: Engine, vault: Vault, jobs: Jobs, rules: Rules, now: Callable[[], datetime]) -> None:
        self._engine, self._vault, self._jobs, self._rules, self._now = engine, vault, jobs, rules, now

    def channels(self, person: uuid.UUID) -> list[str]:
        """The channels on which something of this person has not left yet. Raises StorageDown."""
        waiting = select(Delivery.channel).where(Delivery.person == person, Delivery.state.in_(WAITING)).distinct()
        with reading(self._engine) as session:
            return sorted(session.scalars(waiting))

    def due(self, most: int) -> list[tuple[uuid.UUID, str]]:
        """The persons and channels with something to send now, `most` at a time. Raises StorageDown."""
        now = self._now()
        ready = or_(
            and_(Delivery.state == "queued", Delivery.not_before <= now),
            and_(Delivery.state == "sending", Delivery.lease_until <= now),
        )
        with reading(self._engine) as session:
            lane = (Delivery.person, Delivery.channel)
            # In any order: those that wait behind a failure must not always be the first.
            found = session.execute(select(*lane).where(ready).group_by(*lane).order_by(func.random()).limit(most))
            return [(person, channel) for person, channel in found]

    def take(self, person: uuid.UUID, channel: str) -> Letter | None:
        """The next message to send, now in the hands of the caller; None when none may leave now.

        Messages that were asked for leave in their order: one that waits or is being sent holds back the next ones.
        A push waits for all that was said before it, but holds back other pushes only. Raises StorageDown.
        """
        with writing(self._engine) as session:
            now, push_waits = self._now(), False
            for row in list(session.scalars(_waiting(person, channel))):
                if row.state == "sending":
                    return self._taken_over(session, row, now)
                if not row.asked_for and (push_waits or self._held(session, row, now)):
                    push_waits = True
                elif row.not_before > now:
                    return None
                elif row.kind != "reply" and opted_out(session, self._vault, channel, address_of(row, self._vault)):
                    row.state, row.error = "dropped", Problem.OPTED_OUT
                    _forget(session, row)
                else:
                    return self._claimed(row, now)
            return None

    def known(self, channel: str, provider_id: str) -> bool:
        """True when that id is already the one of a message: the same words were sent twice on purpose."""
        same = select(Delivery.id).where(Delivery.provider_id == provider_id, Delivery.channel == channel)
        with reading(self._engine) as session:
            return session.scalars(same).first() is not None

    def sent(self, letter: Letter, provider_id: str) -> None:
        """The provider has it. True whoever holds the message by now."""
        with writing(self._engine) as session:
            row = session.get(Delivery, letter.id, with_for_update=True)
            if row is not None and row.state in WAITING:
                row.state, row.provider_id, row.sent_at = "sent", provider_id, self._now()
                row.error, row.lease_until = None, None
                _forget(session, row)

    def failed(self, letter: Letter, why: SendFailed, doubt: bool) -> None:
        """It did not leave, or nobody knows (`doubt`): tried again later, or given up for good.

        Nothing is changed when the message is in other hands by now.
        """
        with writing(self._engine) as session:
            row = session.get(Delivery, letter.id, with_for_update=True)
            if row is None or row.state != "sending" or row.attempts != letter.attempt:
                return
            row.error, row.lease_until, row.doubts = why.problem, None, row.doubts + doubt
            if self._worth_another_try(row, why.problem):
                wait = self._rules.back_off.wait(why, row.attempts, row.doubts if doubt else 0)
                row.state, row.not_before = "queued", self._now() + timedelta(seconds=wait)
                self._jobs.deliver(session, row.person, wait)
                return
            row.state = "failed"
            if why.problem is Problem.OPTED_OUT:
                refuse(session, self._vault, row, self._now())
            _forget(session, row)

    def _worth_another_try(self, row: Delivery, problem: Problem) -> bool:
        assert row.tried_at is not None
        too_late = row.tried_at + timedelta(hours=self._rules.settings.send_for_hours)
        return problem.retry and row.doubts < MOST_DOUBTS and self._now() < too_late

    def _held(self, session: Session, row: Delivery, now: datetime) -> bool:
        """True for a push that may not leave now; one that became due at a quiet hour gets a later moment."""
        if row.not_before > now:
            return True
        allowed = next_allowed(now, self._rules.territory, self._rules.settings)
        if allowed <= now:
            return False
        row.not_before = allowed
        self._jobs.deliver(session, row.person, (allowed - now).total_seconds())
        return True

    def _taken_over(self, session: Session, row: Delivery, now: datetime) -> Letter | None:
        """The message of someone who took it and gave no news; None while they may still be at it."""
        assert row.lease_until is not None
        if row.lease_until > now:
            # They may be dead, and the job that brought us here is the last one: another must look later.
            self._jobs.deliver(session, row.person, (row.lease_until - now).total_seconds() + 1)
            return None
        row.doubts += 1
        return self._claimed(row, now)

    def _claimed(self, row: Delivery, now: datetime) -> Letter:
        row.state, row.attempts, row.lease_until = "sending", row.attempts + 1, now + self._rules.lease
        row.tried_at = row.tried_at or now
        return opened(row, self._vault)


def refuse(session: Session, vault: Vault, row: Delivery, at: datetime) -> None:
    """The provider says that nothing more is wanted at the address of `row`: what waits for it is dropped."""
    address = address_of(row, vault)
    opt_out(session, vault, row.channel, address, "provider", at)
    for other in session.scalars(_waiting(row.person, row.channel)):
        if other.state == "queued" and address_of(other, vault) == address:
            other.state, other.error = "dropped", Problem.OPTED_OUT
            _forget(session, other)


def _forget(session: Session, row: Delivery) -> None:
    """Of who asked to be forgotten nothing is kept, once the last word has left or cannot."""
    if row.citizen_id is None:
        session.delete(row)


def _waiting(person: uuid.UUID, channel: str) -> Select[Delivery]:
    """Locked together, in their order: of two that come at once, one sees what the other did."""
    mine = (Delivery.person == person, Delivery.channel == channel, Delivery.state.in_(WAITING))
    return select(Delivery).where(*mine).order_by(Delivery.sequence).with_for_update()
