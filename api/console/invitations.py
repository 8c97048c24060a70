"""Invitations: the address where somebody chooses the password of their new account, once."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.console.digests import Digests, new_token
from api.console_models import Mediator
from api.settings import Settings

INVITED_FOR = timedelta(hours=72)
_PURPOSE = "invitation"


@dataclass(frozen=True)
class Invitation:
    """The address where a password is chosen: works once, until `until`. Shown once, kept by nobody."""

    mediator_id: uuid.UUID
    email: str
    address: str
    until: datetime


def invite(settings: Settings, mediator: Mediator, at: datetime) -> Invitation:
    """A fresh invitation; an earlier one stops working. Only a digest of it is kept, in the account's row."""
    token, until = new_token(), at + INVITED_FOR
    mediator.invite_digest, mediator.invite_until = _digest(settings, token), until
    address = f"{settings.public_url.rstrip('/')}/mediateur/bienvenue/{token}"
    return Invitation(mediator.id, mediator.email, address, until)


def invited(session: Session, settings: Settings, token: str, at: datetime) -> Mediator | None:
    """The account of an invitation that still works, its row locked; None when it was used, replaced or is too old."""
    found = select(Mediator).where(Mediator.invite_digest == _digest(settings, token)).with_for_update()
    mediator = session.scalars(found).one_or_none()
    if mediator is None or not mediator.active or mediator.invite_until is None or mediator.invite_until <= at:
        return None
    return mediator


def _digest(settings: Settings, token: str) -> str:
    return Digests.of(settings.secret_key.get_secret_value()).digest(_PURPOSE, token)
