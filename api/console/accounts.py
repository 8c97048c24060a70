"""The accounts of the console: made by invitation, never by themselves. Each change is written in the journal."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.cases import journal
from api.cases.account import ADMINISTRATOR, COORDINATOR, MEDIATOR, Account
from api.console.invitations import Invitation, invite
from api.console_models import ConsoleSession, Mediator, MediatorPlace
from api.place_models import PlaceRow
from api.settings import Settings

ROLES = (MEDIATOR, COORDINATOR, ADMINISTRATOR)
LONGEST_NAME = 80
_EMAIL = re.compile(r"[^@\s<>\"']{1,64}@[^@\s<>\"']+\.[^@\s<>\"'.]{2,}")
PROBLEMS = {
    "account_bad_email": "this is not an e-mail address.",
    "account_exists": "there is already an account with this e-mail address.",
    "account_unknown": "there is no account with this e-mail address; `allo mediators list` shows them.",
    "account_no_name": "a first name is needed, of 80 characters at most: citizens read it.",
    "account_bad_role": "the role is one of mediator, coordinator, administrator.",
    "account_no_place": "the directory has no such place; `allo places nearest` shows the ids.",
    "account_last_administrator": "this is the last administrator: make another one first.",
    "account_disabled": "this account is disabled; enable it first.",
}
"""The sentence of each problem for the command line; the pages have their own under the same names."""


class AccountProblem(ValueError):
    """What cannot be done. `name` is one of PROBLEMS, the message its sentence."""

    def __init__(self, name: str) -> None:
        super().__init__(PROBLEMS[name])
        self.name = name


@dataclass(frozen=True)
class NewAccount:
    """What an account is made from. `places` are ids of the directory; `territory`: also sees cases of no place."""

    email: str
    first_name: str
    last_name: str = ""
    role: str = MEDIATOR
    places: tuple[str, ...] = ()
    territory: bool = False


def add(session: Session, settings: Settings, new: NewAccount, at: datetime, by: Account | None = None) -> Invitation:
    """Makes an account. `by`: who does it, None for the command line. Raises AccountProblem."""
    email = _clean_email(new.email)
    if session.scalar(select(Mediator.id).where(Mediator.email == email)) is not None:
        raise AccountProblem("account_exists")
    mediator = Mediator(
        id=uuid.uuid4(), email=email, first_name="", last_name="", role=MEDIATOR, active=True, territory=new.territory,
        failures=0, available=False, alert="none", created_at=at,
    )  # fmt: skip
    name(mediator, new.first_name, new.last_name)
    _give_role(session, mediator, new.role)
    session.add(mediator)
    session.flush()
    _add_places(session, mediator, new.places)
    journal.write(session, by, "account_added", detail=str(mediator.id), at=at)
    return invite(settings, mediator, at)


def reset(session: Session, settings: Settings, mediator: Mediator, at: datetime, by: Account | None) -> Invitation:
    """A new invitation: password, second factor, provider and sessions of before are gone. Raises AccountProblem."""
    if not mediator.active:
        raise AccountProblem("account_disabled")
    mediator.password_hash = mediator.totp_sealed = mediator.totp_step = mediator.oidc_subject = None
    mediator.failures, mediator.locked_until = 0, None
    _end_sessions(session, mediator)
    journal.write(session, by, "account_reset", detail=str(mediator.id), at=at)
    return invite(settings, mediator, at)


def disable(session: Session, mediator: Mediator, at: datetime, by: Account | None) -> None:
    """Closes an account: its sessions end now, its invitation too. Raises AccountProblem."""
    _keep_an_administrator(session, mediator)
    mediator.active = mediator.available = False
    mediator.present_until = mediator.invite_digest = mediator.invite_until = None
    _end_sessions(session, mediator)
    journal.write(session, by, "account_disabled", detail=str(mediator.id), at=at)


def enable(session: Session, mediator: Mediator, at: datetime, by: Account | None) -> None:
    """Opens it again, with its password and second factor."""
    mediator.active = True
    journal.write(session, by, "account_enabled", detail=str(mediator.id), at=at)


def change(session: Session, mediator: Mediator, role: str, territory: bool, at: datetime, by: Account | None) -> None:
    """Gives a role and the cases of no place. Raises AccountProblem."""
    if role != ADMINISTRATOR:
        _keep_an_administrator(session, mediator)
    _give_role(session, mediator, role)
    mediator.territory = territory
    journal.write(session, by, "account_changed", detail=str(mediator.id), at=at)


def change_places(
    session: Session,
    mediator: Mediator,
    added: Iterable[str],
    removed: Collection[str],
    at: datetime,
    by: Account | None,
) -> None:
    """Adds and removes places. Raises AccountProblem when one to add is not in the directory."""
    mine = MediatorPlace.mediator_id == mediator.id
    session.execute(delete(MediatorPlace).where(mine, MediatorPlace.place_id.in_(list(removed))))
    _add_places(session, mediator, added)
    journal.write(session, by, "account_places", detail=str(mediator.id), at=at)


def name(mediator: Mediator, first_name: str, last_name: str) -> None:
    """Gives the names; citizens read the first one. Raises AccountProblem."""
    first, last = " ".join(first_name.split()), " ".join(last_name.split())
    if not first or len(first) > LONGEST_NAME or len(last) > LONGEST_NAME:
        raise AccountProblem("account_no_name")
    mediator.first_name, mediator.last_name = first, last


def by_email(session: Session, email: str) -> Mediator:
    """The account of an address, its row locked. Raises AccountProblem."""
    found = session.scalars(select(Mediator).where(Mediator.email == email.strip().lower()).with_for_update())
    mediator = found.one_or_none()
    if mediator is None:
        raise AccountProblem("account_unknown")
    return mediator


def _clean_email(text: str) -> str:
    email = text.strip().lower()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise AccountProblem("account_bad_email")
    return email


def _give_role(session: Session, mediator: Mediator, role: str) -> None:
    if role not in ROLES:
        raise AccountProblem("account_bad_role")
    mediator.role = role


def _add_places(session: Session, mediator: Mediator, ids: Iterable[str]) -> None:
    for id_ in dict.fromkeys(ids):
        if session.get(PlaceRow, id_) is None:
            raise AccountProblem("account_no_place")
        if session.get(MediatorPlace, (mediator.id, id_)) is None:
            session.add(MediatorPlace(mediator_id=mediator.id, place_id=id_))
    session.flush()


def _end_sessions(session: Session, mediator: Mediator) -> None:
    session.execute(delete(ConsoleSession).where(ConsoleSession.mediator_id == mediator.id))


def _keep_an_administrator(session: Session, mediator: Mediator) -> None:
    active = select(func.count()).select_from(Mediator).where(Mediator.active, Mediator.role == ADMINISTRATOR)
    if mediator.active and mediator.role == ADMINISTRATOR and session.scalar(active) == 1:
        raise AccountProblem("account_last_administrator")
