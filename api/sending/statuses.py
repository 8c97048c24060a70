"""What a provider tells afterwards of a message: delivered, failed. Moves forward only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.channel_models import Delivery
from api.sending.claims import refuse
from api.sending.errors import Problem
from api.vault import Vault

ENDS = {
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
# Twilio's; any other is a refusal.
PROBLEMS = {
    "21610": Problem.OPTED_OUT,
    "21211": Problem.BAD_NUMBER,
    "21612": Problem.BAD_NUMBER,
    "21614": Problem.BAD_NUMBER,
    "30003": Problem.BAD_NUMBER,
    "30005": Problem.BAD_NUMBER,
    "30006": Problem.BAD_NUMBER,
}


def note_status(session: Session, vault: Vault, provider_id: str, word: str, code: str | None, at: datetime) -> bool:
    """Notes the provider's `word` about one of our messages. False when there is no such message.

    A word that ends nothing, an older one that comes late and a repeated one change nothing.
    """
    found = select(Delivery).where(Delivery.provider_id == provider_id).with_for_update()
    row = session.scalars(found).first()
    if row is None:
        return False
    state = ENDS.get(word)
    if state is None or row.state != "sent":
        return True
    row.state = state
    if state == "failed":
        problem = PROBLEMS.get(code or "", Problem.REFUSED)
        row.error = problem
        if problem is Problem.OPTED_OUT:
            refuse(session, vault, row, at)
    return True
