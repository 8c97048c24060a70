"""Where a citizen can be written to, apart from any turn."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.models import Address, Conversation
from api.sending.optouts import opted_out
from api.vault import Vault
from bot.channels import named
from bot.phones import can_text

Reach = Literal["web", "sms", "telegram"]
SMS: Reach = "sms"
TELEGRAM: Reach = "telegram"
WEB: Reach = "web"
WAYS = (SMS, TELEGRAM, WEB)


def way_to(session: Session, vault: Vault, place: Conversation) -> tuple[Reach, str | None] | None:
    """The channel and the address (None: the citizen's page, which comes and asks); None when there is no way.

    The channel they last used comes first: an SMS for who called from a mobile; then any other that reads.
    """
    ways: dict[Reach, str | None] = {}
    rows = select(Address).where(Address.citizen_id == place.citizen_id).order_by(Address.created_at)
    for row in session.scalars(rows):
        address = str(row.unseal(vault, "address_sealed"))
        channel = _read_on(session, vault, row.channel, address)
        if channel:
            ways.setdefault(channel, None if channel == WEB else address)
    last = SMS if named(place.channel).capabilities.spoken else place.channel
    best = next((way for way in WAYS if way == last and way in ways), None)
    best = best or next((way for way in WAYS if way in ways), None)
    return (best, ways[best]) if best else None


def _read_on(session: Session, vault: Vault, channel: str, address: str) -> Reach | None:
    """The channel on which messages to this address are read; None for a landline, or who wants none."""
    if channel == WEB:
        return WEB
    if channel == TELEGRAM:
        return None if opted_out(session, vault, TELEGRAM, address) else TELEGRAM
    return SMS if can_text(address) and not opted_out(session, vault, SMS, address) else None
