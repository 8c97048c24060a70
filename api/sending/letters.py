"""A message as it waits to leave: sealed in its row, and opened again for the one who sends it."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from api.channel_models import Delivery
from api.vault import Vault
from bot.channels.base import Rendered
from flows.texts import Option

WAITING = ("queued", "sending")  # the others are settled for good, or only wait for news of the provider


@dataclass(frozen=True)
class Letter:
    """One message in the hands of who sends it. `attempt` tells whether it still is in the same hands.

    `doubts` counts the tries after which nobody knew whether it had left; `since` is the first try.
    """

    id: uuid.UUID
    channel: str
    to: str
    rendered: Rendered
    attempt: int
    doubts: int
    since: datetime

    @property
    def key(self) -> str:
        """The same at each try."""
        return str(self.id)


def seal(row: Delivery, vault: Vault, to: str, rendered: Rendered) -> None:
    """Puts the address and the message in the row."""
    row.seal(vault, "to_sealed", to)
    row.seal(vault, "body_sealed", asdict(rendered))


def address_of(row: Delivery, vault: Vault) -> str:
    """Where the message of a row goes."""
    return str(row.unseal(vault, "to_sealed"))


def opened(row: Delivery, vault: Vault) -> Letter:
    """The message of a row that has just been claimed."""
    assert row.tried_at is not None
    rendered = _rendered(row.unseal(vault, "body_sealed"))
    to = address_of(row, vault)
    return Letter(row.id, row.channel, to, rendered, row.attempts, row.doubts, row.tried_at)


def _rendered(data: dict[str, Any]) -> Rendered:
    options = tuple(Option(one["id"], one["label"], tuple(one["words"])) for one in data["options"])
    return Rendered(**{**data, "options": options})
