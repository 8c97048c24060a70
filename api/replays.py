"""Messages of providers that come again: soon after, they get the same answer; long after, they are refused."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.channel_models import Seen

# Providers try again for minutes (Twilio) up to a day (Telegram, until it is answered); a request replayed after
# that is somebody else's.
WINDOW = timedelta(hours=24)


class Replayed(Exception):
    """A provider's message that was received long ago comes again: nothing is done nor answered."""


def refuse_late(session: Session, digest: str, at: datetime) -> bool:
    """True when this message was seen before. Raises Replayed when that was long ago."""
    first = session.scalar(select(Seen.at).where(Seen.digest == digest))
    if first is not None and at - first > WINDOW:
        raise Replayed
    return first is not None


def note(session: Session, digest: str, at: datetime) -> None:
    """Remembers a new message by its keyed digest. Its citizen is locked: nobody else is noting it."""
    session.add(Seen(id=uuid.uuid4(), digest=digest, at=at))
