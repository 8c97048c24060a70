"""Who may manage which accounts on the accounts page, and what the page shows of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.cases.account import ADMINISTRATOR, COORDINATOR, MEDIATOR, Account
from api.console.accounts import ROLES, AccountProblem
from api.console.desk import Console
from api.console.directory import named
from api.console.gate import PageRefused
from api.console_models import Mediator, MediatorPlace
from api.db import writing

OWN = "account_own"
NOT_GIVEN = "account_bad_role"


class NotDone(Exception):
    """What this account may not do here. `name`: of a sentence of `accounts_page.said`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Shown:
    """An account as the page shows it. `places`: names by id. `waits`: it was invited and has no password yet."""

    row: Mediator
    places: Mapping[str, str]
    own: bool

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.row.first_name} {self.row.last_name}".strip()

    @property
    def waits(self) -> bool:
        """True while nobody has chosen its password, and no identity provider knows it."""
        return self.row.active and self.row.password_hash is None and self.row.oidc_subject is None


def roles_for(account: Account) -> tuple[str, ...]:
    """The roles that this account may manage and give."""
    return ROLES if account.role == ADMINISTRATOR else (MEDIATOR,) if account.role == COORDINATOR else ()


def shown(session: Session, account: Account) -> list[Shown]:
    """The accounts that this one may manage, active ones first."""
    found = select(Mediator).where(Mediator.role.in_(roles_for(account)))
    rows = session.scalars(found.order_by(Mediator.active.desc(), Mediator.first_name, Mediator.email)).all()
    return [_shown(session, account, row) for row in rows]


def one(session: Session, account: Account, id_: str) -> Shown:
    """One of them. Raises PageRefused: for who may not manage it, there is no such account."""
    return _shown(session, account, _managed(session, account, id_))


@contextmanager
def changing(console: Console, account: Account, id_: str) -> Iterator[tuple[Session, Mediator]]:
    """The account to change, locked, in a transaction. Raises PageRefused, and NotDone in place of AccountProblem."""
    with writing(console.engine) as session:
        # Two administrators who disable each other wait here: the second one finds that it is the last.
        session.scalars(select(Mediator).where(Mediator.role == ADMINISTRATOR).order_by(Mediator.id).with_for_update())
        with problems():
            yield session, _managed(session, account, id_, lock=True)


@contextmanager
def problems() -> Iterator[None]:
    """Raises NotDone in place of AccountProblem."""
    try:
        yield
    except AccountProblem as problem:
        raise NotDone(problem.name) from None


def not_own(account: Account, mediator: Mediator) -> None:
    """Raises NotDone when the account is one's own."""
    if mediator.id == account.id:
        raise NotDone(OWN)


def may_give(account: Account, role: str) -> None:
    """Raises NotDone when this account may not give that role."""
    if role not in roles_for(account):
        raise NotDone(NOT_GIVEN)


def _managed(session: Session, account: Account, id_: str, lock: bool = False) -> Mediator:
    try:
        wanted = uuid.UUID(id_)
    except ValueError:
        raise PageRefused("page_missing", 404) from None
    found = select(Mediator).where(Mediator.id == wanted, Mediator.role.in_(roles_for(account)))
    mediator = session.scalars(found.with_for_update() if lock else found).one_or_none()
    if mediator is None:
        raise PageRefused("page_missing", 404)
    return mediator


def _shown(session: Session, account: Account, row: Mediator) -> Shown:
    ids: Sequence[str] = session.scalars(
        select(MediatorPlace.place_id).where(MediatorPlace.mediator_id == row.id).order_by(MediatorPlace.place_id)
    ).all()
    return Shown(row, named(session, ids), row.id == account.id)
