"""What every act on a case does: lock, read again, check, act, write down, tell the citizen, all in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.case_models import Handoff
from api.cases import clock, journal
from api.cases.account import Account
from api.cases.lifting import locked_case
from api.cases.moves import free, note_move
from api.cases.opening import Router
from api.cases.refusals import NotYours
from api.cases.rights import require
from api.db import writing
from api.models import Conversation
from api.records import keep_events, talk_of
from api.vault import Vault
from bot.messages import Answer, Event
from bot.talk import Talk
from flows.texts import Say

if TYPE_CHECKING:
    from api.cases.speaking import Speaker
    from bot.case_news import News
    from bot.dialogue import Dialogue


@dataclass(frozen=True)
class Tools:
    """What the acts need to work: storage, what speaks, what routes, and the time of day."""

    engine: Engine
    vault: Vault
    dialogue: Dialogue
    speaker: Speaker
    router: Router
    now: Callable[[], datetime]


@dataclass
class Act:
    """One case in the hands of one account, under its citizen's lock. `said`: something waits to leave."""

    tools: Tools
    session: Session
    account: Account
    case: Handoff
    place: Conversation
    at: datetime
    said: bool = False

    @property
    def talk(self) -> Talk:
        """Where the citizen's talk stands."""
        return talk_of(self.tools.vault, self.place)

    @property
    def channel(self) -> str:
        """The channel on which the citizen would be written to; the last one they used when there is none."""
        return self.tools.speaker.reachable(self.session, self.case.citizen_id) or self.place.channel

    @property
    def mine(self) -> bool:
        """True when this account holds the case."""
        return self.case.mediator_id == self.account.id

    def require(self, act: str) -> None:
        """Returns when the act is allowed. Raises NotYours, Over, Taken or Refused."""
        require(self.session, self.account, self.case, act)

    def keep_talk(self, talk: Talk) -> None:
        """The citizen's talk as it is from now on."""
        self.place.seal(self.tools.vault, "talk_sealed", talk.to_json())

    def touch(self, action: str) -> None:
        """Writes the line of the journal for an act that is no move of the case, and marks the case as changed."""
        self.case.updated_at = self.at
        journal.write(self.session, self.account, action, self.case.id, at=self.at)

    def note(self, kind: str, detail: str | None = None, place_id: str | None = None) -> None:
        """Writes the move and the line of the journal."""
        note_move(self.session, self.case, kind, self.at, self.account.id, place_id, detail)
        journal.write(self.session, self.account, kind, self.case.id, detail, self.at)

    def count(self, kind: str, detail: str | None = None) -> None:
        """Writes what counts for the figures."""
        event = Event(kind, self.case.procedure, self.case.step, detail)
        keep_events(self.session, self.case.citizen_id, (event,), self.at)

    def held_by(self, mediator_id: uuid.UUID) -> None:
        """This account is in charge from now on, and owes the citizen a word."""
        free(self.case)
        self.case.mediator_id, self.case.taken_at = mediator_id, self.at
        clock.waits_for_answer(self.case, self.tools.dialogue.territory, self.at)

    def back_in_queue(self) -> None:
        """Nobody is in charge: the case waits in the queue it is in."""
        free(self.case)
        clock.waits_for_taker(self.case, self.tools.dialogue.territory, self.at)

    def answered(self) -> None:
        """The person in charge has just spoken to the citizen. To be called once the move is written."""
        self.case.spoken_at = self.at
        clock.answered(self.session, self.case, self.tools.dialogue.territory, self.at)

    def tell(self, news: News, **values: str) -> uuid.UUID | None:
        """The assistant tells the citizen what happened to their case, on the channel where they can be reached.

        The id of the (first) message, None when nobody is reached: they find it when they come back.
        """
        answer = self.tools.dialogue.tell(news, self.talk, self.channel, self.at, **values)
        keep_events(self.session, self.case.citizen_id, answer.events, self.at)
        self.keep_talk(answer.talk)
        return self.say(answer)

    def say(self, what: Answer | tuple[Say, ...], by_me: bool = False) -> uuid.UUID | None:
        """Says it to the citizen, for the person in charge or (`by_me`) in their name. None when nobody is reached."""
        says = what.reply.says if isinstance(what, Answer) else what
        if not says:
            return None
        person = self.account.id if by_me else None
        id_ = self.tools.speaker.say(self.session, self.case.citizen_id, what, self.at, person, self.case.id)
        self.said = self.said or id_ is not None
        return id_


class Acting:
    """The base of the acts. Thread-safe: each act is one transaction of its own."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    @contextmanager
    def _act(self, account: Account, case_id: uuid.UUID, name: str | None) -> Iterator[Act]:
        """The case under its lock, once the act `name` is known to be allowed (None: the caller checks)."""
        tools = self._tools
        with writing(tools.engine) as session:
            found = locked_case(session, case_id)
            if found is None:
                raise NotYours
            act = Act(tools, session, account, *found, tools.now())
            if name:
                act.require(name)
            yield act
        if act.said:
            tools.speaker.kick(act.case.citizen_id)
