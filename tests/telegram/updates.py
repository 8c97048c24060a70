"""Updates as Telegram sends them, to change where a test needs it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
CHAT = 4242
PERSON = {"id": CHAT, "is_bot": False, "first_name": "Odile", "language_code": "fr"}
PRIVATE = {"id": CHAT, "type": "private", "first_name": "Odile"}
GROUP = {"id": -100, "type": "supergroup", "title": "Voisins"}
_ids = count(70_000)


def message(text: str | None = None, minutes_ago: float = 0, **given: Any) -> dict[str, Any]:
    """A message in a private chat."""
    sent = int((NOW - timedelta(minutes=minutes_ago)).timestamp())
    base = {"message_id": next(_ids), "date": sent, "chat": PRIVATE, "from": PERSON}
    return {**base, **({"text": text} if text is not None else {}), **given}


def update(kind: str = "message", **body: Any) -> dict[str, Any]:
    """An update that holds one thing."""
    return {"update_id": next(_ids), kind: body}


def said(text: str, **given: Any) -> dict[str, Any]:
    """What somebody writes."""
    return update(**message(text, **given))


def pressed(data: str, message_id: int = 900, **given: Any) -> dict[str, Any]:
    """A button that is pressed, below a message that the bot sent long ago."""
    below = {"message_id": message_id, "date": 1, "chat": PRIVATE, "text": "…", **given}
    query = {"id": str(next(_ids)), "from": PERSON, "message": below, "chat_instance": "1", "data": data}
    return {"update_id": next(_ids), "callback_query": query}


def file(**given: Any) -> dict[str, Any]:
    """What all files have."""
    return {"file_id": "f", "file_unique_id": "u", **given}
