"""News of a case that have not left yet, and that something said since has made old."""

from __future__ import annotations

import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.channel_models import Delivery
from api.models import Message


def drop_old_news(session: Session, case: uuid.UUID | None) -> None:
    """Drops what the clock had to say of this case and that still waits for its hour, in the caller's transaction.

    « Personne n'a encore pu prendre votre demande » must not come the next morning, once somebody has taken it.
    """
    if case is None:
        return
    about = select(Message.id).where(Message.case_id == case, Message.direction == "out")
    waiting = (Delivery.state == "queued", Delivery.kind == "push", Delivery.asked_for.is_(False))
    old = update(Delivery).where(Delivery.message_id.in_(about), *waiting).values(state="dropped")
    session.execute(old, execution_options={"synchronize_session": False})
