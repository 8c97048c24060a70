"""Signing in: a password or an identity provider, then a code. Every step ends the session before it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Engine, select
from sqlalchemy.orm import Session

from api.cases import journal
from api.cases.account import account_of
from api.console import lockout, second_factor
from api.console.invitations import invited
from api.console.passwords import Passwords
from api.console.sessions import Sessions
from api.console_models import Mediator
from api.db import reading, writing
from api.settings import Settings
from api.vault import Vault


@dataclass(frozen=True)
class Entered:
    """A step was passed: the cookie of the new session. Unless `complete`, the code is still asked for.

    `recovery`: the recovery codes to show once, when the account has just got its app.
    """

    cookie: str
    complete: bool
    recovery: tuple[str, ...] = ()


Wrong = Literal["wrong", "locked"]


class SigningIn:
    """The steps of signing in. Each is its own transaction; no password is compared while one is open."""

    def __init__(
        self, engine: Engine, vault: Vault, settings: Settings, sessions: Sessions, now: Callable[[], datetime]
    ) -> None:
        self._engine, self._vault, self._settings = engine, vault, settings
        self._sessions, self._now = sessions, now
        self._passwords = Passwords()
        # Only at home: in production nobody goes without a second factor.
        self._with_code = settings.console_second_factor or settings.env == "production"

    def by_password(self, email: str, password: str, before: str) -> Entered | None:
        """Who gives the right password enters; None otherwise, without a word on why: unknown, wrong or locked.

        `before`: the cookie the browser had.
        """
        at = self._now()
        with writing(self._engine) as session:
            mediator = _locked(session, Mediator.email == email.strip().lower())
            allowed = mediator is not None and mediator.active and lockout.may_try(mediator, at)
            id_, digest = (mediator.id, mediator.password_hash) if mediator and allowed else (None, None)
        checked = self._passwords.check(password, digest)
        if not checked.right or id_ is None:
            return None
        with writing(self._engine) as session:
            mediator = _locked(session, Mediator.id == id_)
            if mediator is None or not mediator.active or mediator.password_hash != digest:
                return None
            lockout.was_right(mediator)
            mediator.password_hash = checked.fresh or mediator.password_hash
            return self._enter(session, mediator, before, complete=not self._with_code)

    def by_code(self, before: str, code: str) -> Entered | Wrong:
        """The second step: a code of the app, or a recovery code."""
        at = self._now()
        with writing(self._engine) as session:
            found = self._sessions.find(session, before)
            mediator = _locked(session, Mediator.id == found[1].id) if found else None
            if mediator is None or not mediator.active or not lockout.may_try(mediator, at):
                self._sessions.end(session, before)
                return "locked"
            if not second_factor.accept(mediator, self._vault, code, at):
                return "wrong"
            return self._enter(session, mediator, before, complete=True)

    def start_app(self, mediator_id: uuid.UUID) -> second_factor.Enrolment | None:
        """What to add to an app, for an account that has none; None when it has one."""
        with writing(self._engine) as session:
            mediator = _locked(session, Mediator.id == mediator_id)
            if mediator is None or second_factor.enrolled(mediator, self._vault):
                return None
            return second_factor.enrolment(mediator, second_factor.start(mediator, self._vault))

    def by_first_code(self, before: str, code: str) -> Entered | None:
        """The app proves itself by its first code: the account has a second factor from now on. None: wrong code."""
        with writing(self._engine) as session:
            found = self._sessions.find(session, before)
            mediator = _locked(session, Mediator.id == found[1].id) if found else None
            recovery = second_factor.confirm(mediator, self._vault, code, self._now()) if mediator else None
            if mediator is None or recovery is None:
                return None
            journal.write(session, account_of(session, mediator), "second_factor_set", at=self._now())
            return self._enter(session, mediator, before, complete=True, recovery=recovery)

    def invited_email(self, token: str) -> str | None:
        """The e-mail address an invitation was made for, None when it does not work any more."""
        with reading(self._engine) as session:
            mediator = invited(session, self._settings, token, self._now())
            return mediator.email if mediator else None

    def by_invitation(self, token: str, password: str, before: str) -> Entered | None:
        """The invitation is used up, and the password chosen. None when it does not work any more."""
        digest = self._passwords.digest(password)
        with writing(self._engine) as session:
            mediator = invited(session, self._settings, token, self._now())
            if mediator is None:
                return None
            mediator.password_hash = digest
            mediator.invite_digest = mediator.invite_until = None
            lockout.forgive(mediator)
            self._sessions.end_all(session, mediator.id)
            journal.write(session, account_of(session, mediator), "password_set", at=self._now())
            return self._enter(session, mediator, before, complete=not self._with_code)

    def change_password(self, mediator_id: uuid.UUID, current: str, new: str, before: str) -> Entered | None:
        """Another password for who is signed in; the other sessions end. None when `current` is not right."""
        with writing(self._engine) as session:
            mediator = _locked(session, Mediator.id == mediator_id)
            allowed = mediator is not None and lockout.may_try(mediator, self._now())
            digest = mediator.password_hash if mediator and allowed else None
        if not self._passwords.check(current, digest).right:
            return None
        fresh = self._passwords.digest(new)
        with writing(self._engine) as session:
            mediator = _locked(session, Mediator.id == mediator_id)
            if mediator is None or not mediator.active or mediator.password_hash != digest:
                return None
            lockout.was_right(mediator)
            mediator.password_hash = fresh
            self._sessions.end_all(session, mediator.id)
            journal.write(session, account_of(session, mediator), "password_set", at=self._now())
            return self._enter(session, mediator, before, complete=True)

    def by_provider(self, mediator_id: uuid.UUID, before: str, two_factors: bool) -> Entered | None:
        """The identity provider vouches for this account. Our code is asked for too, unless the provider's is trusted.

        `two_factors`: False when the provider says that it asked for one only.
        """
        with writing(self._engine) as session:
            mediator = _locked(session, Mediator.id == mediator_id)
            if mediator is None or not mediator.active:
                return None
            complete = (self._settings.oidc_second_factor and two_factors) or not self._with_code
            return self._enter(session, mediator, before, complete)

    def leave(self, before: str) -> None:
        """Signs out."""
        with writing(self._engine) as session:
            found = self._sessions.find(session, before)
            if found and found[0].second_factor:
                found[1].present_until = None
                journal.write(session, account_of(session, found[1]), "signed_out", at=self._now())
            self._sessions.end(session, before)

    def _enter(
        self, session: Session, mediator: Mediator, before: str, complete: bool, recovery: tuple[str, ...] = ()
    ) -> Entered:
        if complete:
            lockout.forgive(mediator)
            mediator.seen_at = self._now()
            journal.write(session, account_of(session, mediator), "signed_in", at=self._now())
        return Entered(self._sessions.open(session, mediator.id, complete, replaces=before), complete, recovery)


def _locked(session: Session, which: ColumnElement[bool]) -> Mediator | None:
    """The account, its row locked, as it is now."""
    found = select(Mediator).where(which).with_for_update().execution_options(populate_existing=True)
    return session.scalars(found).one_or_none()
