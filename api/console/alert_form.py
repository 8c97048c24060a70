"""How a mediator wants to be told of what waits while their page is closed: by e-mail, by text message, or not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from api.console_models import Mediator
from api.vault import Vault, normalise
from bot.phones import can_text

NONE, SMS, EMAIL = "none", "sms", "email"
COLUMN = "alert_phone_sealed"
WHOLE = re.compile(r"\+\d{9,15}")


@dataclass(frozen=True)
class Wish:
    """What was chosen; `phone` is the mobile number for text messages, as typed."""

    alert: str
    phone: str = ""


def wish_of(mediator: Mediator, vault: Vault) -> Wish:
    """What an account chose."""
    return Wish(mediator.alert, mediator.unseal(vault, COLUMN) or "")


def keep_wish(mediator: Mediator, vault: Vault, wish: Wish) -> bool:
    """Keeps it; False, and nothing is changed, for text messages without a mobile number to send them to."""
    typed = normalise("sms", wish.phone)
    phone = typed if can_text(typed) and WHOLE.fullmatch(typed) else None
    if wish.alert not in (NONE, SMS, EMAIL) or (wish.alert == SMS and phone is None):
        return False
    mediator.alert = wish.alert
    mediator.seal(vault, COLUMN, phone)
    return True
