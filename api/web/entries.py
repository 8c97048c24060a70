"""The messages of the web chat, for the page and for its script: who says what, and which choices are offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from api.sayings import Standing
from bot.channels import Rendered
from bot.channels.web import WEB
from bot.messages import Reply
from flows.texts import Say


@dataclass(frozen=True)
class Entry:
    """One message as the page shows it: the citizen's (`mine`), the assistant's, or that of a `person`.

    `id` is its place in the conversation.
    """

    mine: bool
    message: Rendered
    person: str | None = None
    id: str = ""


class Remembered(Protocol):
    """One message of the past, as the conversations give it: `say` is None for the citizen's own."""

    @property
    def text(self) -> str:
        """The words."""

    @property
    def say(self) -> Say | None:
        """What the assistant said, with its choices."""

    @property
    def person(self) -> str | None:
        """The first name of the person who said it, None for the assistant and the citizen."""

    @property
    def id(self) -> str:
        """Its place in the conversation."""


def in_order(id_: str) -> tuple[int, ...]:
    """The ids of messages, « turn.position », in the order they were said."""
    return tuple(int(part) for part in id_.split(".")) if id_ else ()


def said(reply: Reply) -> list[Entry]:
    """The entries of one reply."""
    return [Entry(False, message) for message in WEB.render(reply)]


def entries(history: Sequence[Remembered]) -> list[Entry]:
    """What the conversations remember, as entries."""
    shown: list[Entry] = []
    for item in history:
        rendered = WEB.render(Reply((item.say,))) if item.say else [Rendered(item.text)]
        shown += [Entry(item.say is None, message, item.person, item.id) for message in rendered]
    return shown


def reply_json(reply: Reply, standing: Standing) -> dict[str, Any]:
    """The reply as the JSON interface gives it."""
    replies = [message_json(message) for message in WEB.render(reply)]
    place = {"procedure": reply.procedure, "step": reply.step, "ended": reply.ended}
    return {"replies": replies, **place, "person": standing.person, "case_open": standing.case_open}


def message_json(message: Rendered) -> dict[str, Any]:
    """One message of the assistant, or of a person."""
    return {
        "text": message.text,
        "speech": message.speech,
        "key": message.key,
        "options": [{"id": option.id, "label": option.label} for option in message.options],
    }


def waiting(shown: Sequence[Entry], standing: Standing) -> Rendered | None:
    """The message whose choices are offered: the last of the assistant's since the citizen's own, if it has any.

    While a person is in charge, only the very last one: what they write makes the choices before it old.
    """
    for entry in reversed(shown):
        if entry.mine:
            return None
        if entry.message.options or standing.person:
            return entry.message
    return None
