"""Says something to a citizen apart from any turn: a mediator's words, or the assistant's news of their case."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.cases.reaching import Reach, way_to
from api.console_models import Mediator
from api.conversations import Sends
from api.models import Citizen, Conversation, Message
from api.records import talk_of
from api.sending.old_news import drop_old_news
from api.vault import Vault
from bot.case_news import BY_CLOCK, NEWS
from bot.manner import Manner
from bot.messages import Answer, Send
from bot.relaying import spoken_to, step_said
from bot.talk import say_to_json
from flows.library import Library
from flows.texts import Say

# Who wrote so lately, by this very channel, has the phone in hand: what they are told answers them.
IN_HAND = timedelta(minutes=3)


@dataclass(frozen=True)
class Speaker:
    """Speaks to citizens. `library` has the words of the discreet mode; without it, nothing is held back."""

    vault: Vault
    outbox: Sends | None
    library: Library | None = None

    def say(
        self,
        session: Session,
        citizen_id: uuid.UUID,
        what: Answer | Sequence[Say],
        at: datetime,
        mediator: uuid.UUID | None = None,
        case: uuid.UUID | None = None,
    ) -> uuid.UUID | None:
        """The id of the (first) message, in the caller's transaction; None when there is no way to reach them.

        `what`: words, said by `mediator` if given, or an answer of the dialogue, whose talk is kept with it.
        """
        session.execute(select(Citizen.id).where(Citizen.id == citizen_id).with_for_update())
        found = select(Conversation).where(Conversation.citizen_id == citizen_id)
        place = session.scalars(found.execution_options(populate_existing=True)).one()
        self._keep_talk(place, what, mediator)
        says = tuple(what.reply.says if isinstance(what, Answer) else what)
        way = way_to(session, self.vault, place)
        if way is None or not says:
            return None
        drop_old_news(session, case)
        channel, address = way
        message = self._written(session, place, says, channel, at, mediator, case)
        if address is not None:
            self._sent(session, place, what, says, (channel, address), at, mediator, message)
        return message

    def kick(self, citizen_id: uuid.UUID) -> None:
        """Sends what was said at once. To be called after the commit."""
        if self.outbox:
            self.outbox.kick(citizen_id)

    def reachable(self, session: Session, citizen_id: uuid.UUID) -> Reach | None:
        """Where words to this citizen go: the channel they last used, else another that reads; None: nowhere."""
        place = session.scalars(select(Conversation).where(Conversation.citizen_id == citizen_id)).one_or_none()
        way = way_to(session, self.vault, place) if place else None
        return way[0] if way else None

    def _keep_talk(self, place: Conversation, what: Answer | Sequence[Say], mediator: uuid.UUID | None) -> None:
        """The talk after an answer, after a person's words, or after the step that a person has just driven to."""
        if isinstance(what, Answer):
            after = what.talk
        else:
            talk = talk_of(self.vault, place)
            after = spoken_to(talk) if mediator else step_said(talk, what) if what else talk
        place.seal(self.vault, "talk_sealed", after.to_json())

    def _written(
        self,
        session: Session,
        place: Conversation,
        says: Sequence[Say],
        channel: str,
        at: datetime,
        mediator: uuid.UUID | None,
        case: uuid.UUID | None,
    ) -> uuid.UUID:
        """The rows of the messages; the id of the first."""
        place.revision += 1
        ids = [uuid.uuid4() for _ in says]
        for position, (id_, say) in enumerate(zip(ids, says, strict=True), 1):
            row = Message(
                id=id_, citizen_id=place.citizen_id, direction="out", channel=channel, turn=place.revision,
                position=position, at=at, case_id=case, mediator_id=mediator,
            )  # fmt: skip
            row.seal(self.vault, "text_sealed", say_to_json(say))
            session.add(row)
        session.flush()
        return ids[0]

    def _sent(
        self,
        session: Session,
        place: Conversation,
        what: Answer | Sequence[Say],
        says: Sequence[Say],
        way: tuple[Reach, str],
        at: datetime,
        mediator: uuid.UUID | None,
        message: uuid.UUID,
    ) -> None:
        """The deliveries. News of the clock may wait for the morning; what a person does is told at once."""
        assert self.outbox
        events = what.events if isinstance(what, Answer) else ()
        by_clock = any(event.kind == NEWS and event.detail in BY_CLOCK for event in events)
        manner = what.reply.manner if isinstance(what, Answer) else Manner()
        told = self._discreet(place, _signed(session, says, mediator), way[0], at)
        send = Send("push", way[0], told, way[1], not by_clock, manner)
        self.outbox.put(session, place.citizen_id, place.citizen_id, send, way[1], at, message)

    def _discreet(self, place: Conversation, says: tuple[Say, ...], channel: str, at: datetime) -> tuple[Say, ...]:
        """For a phone that others read: only that a message waits, unless the citizen is writing right now."""
        talk = talk_of(self.vault, place)
        in_hand = place.channel == channel and at - place.updated_at < IN_HAND
        if self.library is None or not talk.comfort.discreet or in_hand:
            return says
        kept = replace(talk, more=(*talk.more, *says))
        place.seal(self.vault, "talk_sealed", kept.to_json())
        return (self.library.sentence("discreet_push", at.date()),)


def _signed(session: Session, says: Sequence[Say], mediator: uuid.UUID | None) -> tuple[Say, ...]:
    """The words with the first name of who says them: an SMS does not show it otherwise."""
    name = session.scalar(select(Mediator.first_name).where(Mediator.id == mediator)) if mediator else None
    return tuple(replace(say, text=f"{name} : {say.text}", short=None) if name else say for say in says)
