"""One message in, one reply out: the talk is read, decided and written in one transaction, under one lock a citizen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Engine, select

from api.citizens import AddressTaken, locked_citizen, new_citizen
from api.db import StorageDown, reading, writing
from api.models import Address, Conversation, Message
from api.records import earlier_reply, forget_citizen, keep_turn, talk_of
from api.vault import Vault
from bot.messages import Answer, Inbound, Reply
from bot.scene import NeedsUnderstanding
from bot.talk import Talk, say_from_json
from flows.texts import Say

if TYPE_CHECKING:
    from bot.understanding import Understanding

__all__ = ["Conversations", "Replayed", "Said", "StorageDown"]

HISTORY = 50
ROUNDS = 8  # readings of Rasa and races for a new citizen, in one message

ReplyTo = Callable[[Inbound, Talk, Mapping[str, "Understanding"]], Answer]


class Replayed(Exception):
    """A provider's message that was received long ago comes again: nothing is done nor answered."""


class Understands(Protocol):
    """What reads a text: Rasa's client."""

    def parse(self, text: str) -> Understanding:
        """The reading of `text`. Never raises."""


@dataclass(frozen=True)
class Said:
    """One message of the past, of the citizen (`say` is None) or of the assistant."""

    citizen: bool
    text: str
    at: datetime
    say: Say | None = None


class Conversations:
    """The conversations of all citizens. Thread-safe; several processes may share one database."""

    def __init__(self, engine: Engine, vault: Vault, reply_to: ReplyTo, understanding: Understands) -> None:
        self._engine = engine
        self._vault = vault
        self._reply_to = reply_to
        self._understanding = understanding

    def receive(self, inbound: Inbound) -> Reply:
        """The reply to a message; the same one when the message was received before.

        Any failure leaves the database as it was and goes up: the same message, sent again, then works.
        Raises StorageDown when the database does not answer.
        """
        understood: dict[str, Understanding] = {}
        for _ in range(ROUNDS):
            try:
                return self._turn(inbound, understood)
            except NeedsUnderstanding as need:
                if need.text in understood:
                    raise RuntimeError("the dialogue asks again for a reading that it was given") from None
                # No transaction is open here: a slow Rasa holds nobody's lock.
                understood[need.text] = self._understanding.parse(need.text)
            except AddressTaken:
                continue
        raise StorageDown("the message could not be stored after several tries")

    def _turn(self, inbound: Inbound, understood: Mapping[str, Understanding]) -> Reply:
        vault = self._vault
        receipt = vault.receipt(inbound.channel, inbound.address, inbound.provider_id)
        with writing(self._engine) as session:
            citizen = locked_citizen(session, vault, inbound.channel, inbound.address)
            again = earlier_reply(session, vault, receipt)
            if again is not None:
                return again
            citizen = citizen or new_citizen(session, vault, inbound)
            place = session.scalars(select(Conversation).where(Conversation.citizen_id == citizen.id)).one()
            answer = self._reply_to(inbound, talk_of(vault, place), understood)
            if answer.forget:
                forget_citizen(session, vault, citizen, receipt, answer, inbound.at)
            else:
                keep_turn(session, vault, place, inbound, answer)
            return answer.reply

    def history(self, channel: str, address: str) -> list[Said]:
        """The last messages of both sides, the oldest first. Raises StorageDown."""
        with reading(self._engine) as session:
            found = (
                select(Message)
                .join(Address, Address.citizen_id == Message.citizen_id)
                .where(Address.blind_index == self._vault.index(channel, address))
                .order_by(Message.turn.desc(), Message.position.desc())
                .limit(HISTORY)
            )
            said = [self._said(row) for row in session.scalars(found)]
        return [one for one in reversed(said) if one.text]

    def _said(self, row: Message) -> Said:
        value = row.unseal(self._vault, "text_sealed")
        if row.direction == "in":
            return Said(True, value, row.at)
        say = say_from_json(value)
        return Said(False, say.text, row.at, say)
