"""Who is signed in to the console, as the cases need to know it: their role, their places, their first name."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from api.console_models import Mediator, MediatorPlace

Role = Literal["mediator", "coordinator", "administrator"]
MEDIATOR: Role = "mediator"
COORDINATOR: Role = "coordinator"
ADMINISTRATOR: Role = "administrator"
HELPERS: tuple[Role, ...] = (MEDIATOR, COORDINATOR)
"""The roles that may hold a case: an administrator sees none."""


@dataclass(frozen=True)
class Account:
    """An account of the console. `name` is the first name citizens read; `territory`: also sees cases of no place."""

    id: uuid.UUID
    email: str
    name: str
    role: Role
    places: frozenset[str] = frozenset()
    territory: bool = False


def account_of(session: Session, mediator: Mediator) -> Account:
    """The account of a row, with its places. An unknown role sees as little as an administrator."""
    found = select(MediatorPlace.place_id).where(MediatorPlace.mediator_id == mediator.id)
    role: Role = next((one for one in HELPERS if one == mediator.role), ADMINISTRATOR)
    places = frozenset(session.scalars(found))
    return Account(mediator.id, mediator.email, mediator.first_name, role, places, mediator.territory)


def helps() -> ColumnElement[bool]:
    """The condition on `Mediator` for an active account whose role may hold a case."""
    return and_(Mediator.active, Mediator.role.in_(HELPERS))


def signs_in() -> ColumnElement[bool]:
    """The condition on `Mediator` for an account with a password, or that came by the identity provider."""
    return or_(Mediator.password_hash.is_not(None), Mediator.oidc_subject.is_not(None))


def takes_cases() -> ColumnElement[bool]:
    """The condition on `Mediator` for one that may be given a case. An invitation that nobody followed is nobody."""
    return and_(helps(), signs_in())


def helper(session: Session, mediator_id: uuid.UUID) -> Mediator | None:
    """The account that may be given a case, None when there is none of this id."""
    found = select(Mediator).where(Mediator.id == mediator_id, takes_cases())
    return session.scalars(found).one_or_none()


def staffed_place(session: Session, place_id: str) -> bool:
    """True when somebody works at this place."""
    found = (
        select(MediatorPlace.place_id)
        .join(Mediator, Mediator.id == MediatorPlace.mediator_id)
        .where(MediatorPlace.place_id == place_id, takes_cases())
    )
    return session.scalars(found.limit(1)).first() is not None


def first_name(session: Session, mediator_id: uuid.UUID | None) -> str | None:
    """The first name of an account, None when there is no such account any more."""
    return session.scalar(select(Mediator.first_name).where(Mediator.id == mediator_id)) if mediator_id else None
