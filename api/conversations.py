"""One message in, one reply out: the talk is read, decided and written in one transaction, under one lock a citizen."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api import replays
from api.cases.charging import Charging
from api.citizens import AddressTaken, locked_citizen, new_citizen
from api.db import StorageDown, writing
from api.models import Address, Citizen, Conversation
from api.privacy import known_of
from api.records import earlier_reply, forget_citizen, keep_turn, talk_of
from api.replays import Replayed
from api.sayings import Said, Sayings
from api.sending.optouts import opt_in, opted_out
from api.vault import Vault
from bot.channels import named
from bot.messages import Answer, Inbound, Nearby, Reply, Send
from bot.scene import NeedsKnown, NeedsPlaces, NeedsUnderstanding
from bot.talk import Talk
from bot.wanted import Wanted

if TYPE_CHECKING:
    from api.linking import Links
    from bot.understanding import Understanding

__all__ = ["Conversations", "Replayed", "Said", "StorageDown"]

TEXTS = "sms"
HUNG_UP = "hung_up"
ROUNDS = 8  # readings of Rasa and races for a new citizen, in one message

ReplyTo = Callable[[Inbound, Talk, Mapping[str, "Understanding"]], Answer]

# The places that give what is wanted around a point or the commune of a code, at a moment.
Around = Callable[[tuple[float, float] | str, Wanted, datetime], tuple[Nearby, ...]]


class Understands(Protocol):
    """What reads a text: Rasa's client."""

    def parse(self, text: str) -> Understanding:
        """The reading of `text`. Never raises."""


class Sends(Protocol):
    """What sends what does not travel in the response: the outbox."""

    def put(
        self,
        session: Session,
        citizen_id: uuid.UUID | None,
        person: uuid.UUID,
        send: Send,
        address: str,
        at: datetime,
        message_id: uuid.UUID | None = None,
    ) -> None:
        """Will send, if the caller's transaction is committed. Those of one `person` leave in order.

        `message_id`: the message kept of it, which then has a state.
        """

    def kick(self, person: uuid.UUID) -> None:
        """Sends now what waits for `person`, apart; returns at once."""


class Conversations(Sayings):
    """The conversations of all citizens, and what was said in them. Thread-safe; processes may share one database."""

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        reply_to: ReplyTo,
        understanding: Understands,
        links: Links | None = None,
        outbox: Sends | None = None,
        around: Around | None = None,
        cases: Charging | None = None,
        message_days: int = 90,
    ) -> None:
        super().__init__(engine, vault)
        self._reply_to = reply_to
        self._understanding = understanding
        self._links = links
        self._outbox = outbox
        self._around = around
        self._cases = cases or Charging(vault)
        self._message_days = message_days

    def receive(self, inbound: Inbound) -> Reply:
        """The reply to a message; the same one when the message was received before.

        Any failure leaves the database as it was and goes up: the same message, sent again, then works.
        Raises StorageDown when the database does not answer, Replayed for a provider's message of long ago.
        """
        understood: dict[str, Understanding] = {}
        for _ in range(ROUNDS):
            try:
                reply, to_send = self._turn(inbound, understood)
                if to_send and self._outbox:
                    self._outbox.kick(to_send)
                return reply
            except NeedsUnderstanding as need:
                if need.text in understood:
                    raise RuntimeError("the dialogue asks again for a reading that it was given") from None
                # No transaction is open here: a slow Rasa holds nobody's lock.
                understood[need.text] = self._understanding.parse(need.text)
            except AddressTaken:
                continue
        raise StorageDown("the message could not be stored after several tries")

    def _turn(self, inbound: Inbound, understood: Mapping[str, Understanding]) -> tuple[Reply, uuid.UUID | None]:
        """The reply, and the citizen to whom something must be sent apart."""
        vault = self._vault
        receipt = vault.receipt(inbound.channel, inbound.address, inbound.provider_id)
        with writing(self._engine) as session:
            citizen = locked_citizen(session, vault, inbound.channel, inbound.address)
            can = named(inbound.channel).capabilities
            seen = can.provided and replays.refuse_late(session, receipt, inbound.at)
            again = earlier_reply(session, vault, receipt)
            if again is not None:
                return again, None
            if citizen is None and inbound.signal == HUNG_UP:  # the end of a call brings back nobody who was forgotten
                return Reply(()), None
            citizen = citizen or new_citizen(session, vault, inbound)
            if can.provided and not seen:
                replays.note(session, receipt, inbound.at)
            if not can.in_response:  # who writes again where they had blocked us is there again
                opt_in(session, vault, inbound.channel, inbound.address)
            inbound, place = self._place(session, inbound, citizen)
            if can.spoken and inbound.phone and opted_out(session, vault, TEXTS, inbound.phone):
                inbound = replace(inbound, no_sms=True)  # an SMS must not be promised to who wrote STOP
            talk = talk_of(vault, place)
            if inbound.point and self._around:  # used here, and kept nowhere
                inbound = replace(inbound, nearby=self._around(inbound.point, Wanted.of(talk), inbound.at))
            inbound = self._cases.known(session, place.citizen_id, inbound)
            answer = self._decide(session, place.citizen_id, inbound, talk, understood)
            if answer.link and self._links:
                answer = self._links.give(session, place.citizen_id, answer, inbound.at)
            if answer.forget:
                forget_citizen(session, vault, place.citizen_id, receipt, answer, inbound.at)
            else:
                answer, case = self._cases.keep(session, place.citizen_id, answer, inbound.at)
                keep_turn(session, vault, place, inbound, answer, case)
            return answer.reply, self._send(session, inbound, place.citizen_id, answer)

    def _decide(
        self,
        session: Session,
        citizen: uuid.UUID,
        inbound: Inbound,
        talk: Talk,
        understood: Mapping[str, Understanding],
    ) -> Answer:
        """What the dialogue answers, with the places of a commune and what is kept of the citizen when it asks."""
        for _ in range(ROUNDS):
            try:
                return self._reply_to(inbound, talk, understood)
            except NeedsPlaces as need:
                found = self._around(need.commune, need.wanted, inbound.at) if self._around else ()
                inbound = replace(inbound, nearby=found, around=need.commune)
            except NeedsKnown:
                inbound = replace(inbound, known=known_of(self._vault, self._message_days, session, citizen))
        raise RuntimeError("the dialogue asks again for what it was given")

    def _place(self, session: Session, inbound: Inbound, citizen: Citizen) -> tuple[Inbound, Conversation]:
        """Where the citizen stands; when the message is a code, where its owner does."""
        found = select(Conversation).join(Address, Address.citizen_id == Conversation.citizen_id)
        mine = found.where(Address.blind_index == self._vault.index(inbound.channel, inbound.address))
        place = session.scalars(mine).one()
        outcome = self._links and self._links.redeem(session, inbound, citizen, talk_of(self._vault, place))
        if not outcome:
            return inbound, place
        return replace(inbound, text="", signal=outcome), session.scalars(mine).one()

    def _send(self, session: Session, inbound: Inbound, citizen: uuid.UUID, answer: Answer) -> uuid.UUID | None:
        """Puts in the outbox what does not travel in the response; to whom, None when there is nothing."""
        reply = answer.reply
        sends = list(answer.sends)
        if reply.says and not named(inbound.channel).capabilities.in_response:
            sends.insert(0, Send("reply", inbound.channel, reply.says, None, True, reply.manner))
        if not sends:
            return None
        if self._outbox is None:
            raise RuntimeError("something must be sent and there is no outbox")
        for send in sends:
            owner = None if answer.forget else citizen
            self._outbox.put(session, owner, citizen, send, send.to or inbound.address, inbound.at)
        return citizen
