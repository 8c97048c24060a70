"""Who is there: a mediator says that they are available, and their open page says that they are present."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from api.cases.account import COORDINATOR, takes_cases
from api.console_models import Mediator, MediatorPlace
from mediation.territory import Territory
from mediation.working_time import is_open

STAYS = timedelta(seconds=60)  # without news of the page, its owner has left


def staffed(session: Session, now: datetime, territory: Territory) -> bool:
    """True when somebody of the team could answer in writing now.

    They work now, are present and say so, and have a queue.
    """
    if not is_open(territory, now):
        return False
    found = select(Mediator.id).where(takes_cases(), Mediator.available, present(now), has_queue())
    return session.scalars(found.limit(1)).first() is not None


def helped(session: Session) -> bool:
    """True when somebody can see cases one day: an active account that was opened, and has a queue.

    An invitation that nobody followed is nobody. While this is false, citizens are promised neither a day nor a call.
    """
    return session.scalars(select(Mediator.id).where(takes_cases(), has_queue()).limit(1)).first() is not None


def has_queue() -> ColumnElement[bool]:
    """The condition on `Mediator` for an account that sees cases wait: the territory's, or those of a place."""
    placed = select(MediatorPlace.place_id).where(MediatorPlace.mediator_id == Mediator.id).exists()
    return or_(Mediator.role == COORDINATOR, Mediator.territory, placed)


def present(now: datetime) -> ColumnElement[bool]:
    """The condition on `Mediator` for one whose page is open."""
    return and_(Mediator.present_until.is_not(None), Mediator.present_until > now)


def seen(session: Session, account_id: uuid.UUID, now: datetime) -> None:
    """Their page has just asked for news: they are present for a minute more."""
    session.execute(update(Mediator).where(Mediator.id == account_id).values(present_until=now + STAYS))


def gone(session: Session, account_id: uuid.UUID) -> None:
    """They have signed out: not present any more, at once."""
    session.execute(update(Mediator).where(Mediator.id == account_id).values(present_until=None))


def set_available(session: Session, account_id: uuid.UUID, available: bool) -> None:
    """What they say themselves; it holds until they say otherwise."""
    session.execute(update(Mediator).where(Mediator.id == account_id).values(available=available))
