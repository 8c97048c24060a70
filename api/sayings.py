"""What was said, for the citizen's own page: the past, and what was said to them apart from any turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, Select, and_, or_, select, update
from sqlalchemy.orm import Session

from api.case_models import Handoff
from api.cases.account import first_name
from api.db import reading, writing
from api.models import Address, Conversation, Message
from api.vault import Vault
from bot.talk import say_from_json
from flows.texts import Say
from mediation.cases import OPEN

HISTORY = 50


@dataclass(frozen=True)
class Said:
    """One message of the past, of the citizen (`say` is None), of the assistant, or of a `person` (their first name).

    `id` is its place in the conversation: « turn.position ».
    """

    citizen: bool
    text: str
    at: datetime
    say: Say | None = None
    person: str | None = None
    id: str = ""


@dataclass(frozen=True)
class Standing:
    """Where a citizen's case stands: is one open, who has it (their first name), and what was said last (its id)."""

    person: str | None = None
    case_open: bool = False
    last: str = ""


class Sayings:
    """Reads what was said to one address. Each method raises StorageDown."""

    def __init__(self, engine: Engine, vault: Vault, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine, self._vault, self._now = engine, vault, now

    def history(self, channel: str, address: str) -> list[Said]:
        """The last messages of both sides, the oldest first. What is shown here is seen."""
        found = self._of(channel, address).order_by(Message.turn.desc(), Message.position.desc()).limit(HISTORY)
        with reading(self._engine) as session:
            rows = list(session.scalars(found))
            said = [self._said(session, row) for row in reversed(rows)]
        self._seen(rows)
        return [one for one in said if one.text]

    def pushed(self, channel: str, address: str, after: str) -> list[Said]:
        """What was said apart from any turn since the message of id `after`, the oldest first; it is seen now."""
        turn, position = _place(after)
        newer = or_(Message.turn > turn, and_(Message.turn == turn, Message.position > position))
        found = self._of(channel, address).where(Message.direction == "out", Message.in_reply_to.is_(None), newer)
        with reading(self._engine) as session:
            rows = list(session.scalars(found.order_by(Message.turn, Message.position)))
            said = [self._said(session, row) for row in rows]
        self._seen(rows)
        return said

    def standing(self, channel: str, address: str) -> Standing:
        """Where the citizen's case stands, and the id of the last turn: cheap enough to be asked every second."""
        found = (
            select(Handoff.id, Handoff.mediator_id, Conversation.revision)
            .select_from(Address)
            .join(Conversation, Conversation.citizen_id == Address.citizen_id)
            .outerjoin(Handoff, and_(Handoff.citizen_id == Address.citizen_id, Handoff.status == OPEN))
            .where(Address.blind_index == self._vault.index(channel, address))
        )
        with reading(self._engine) as session:
            row = session.execute(found).first()
            if row is None:
                return Standing()
            case, holder, revision = row
            return Standing(first_name(session, holder), case is not None, str(revision))

    def _of(self, channel: str, address: str) -> Select[Message]:
        mine = select(Message).join(Address, Address.citizen_id == Message.citizen_id)
        return mine.where(Address.blind_index == self._vault.index(channel, address))

    def _said(self, session: Session, row: Message) -> Said:
        value, id_ = row.unseal(self._vault, "text_sealed"), f"{row.turn}.{row.position}"
        if row.direction == "in":
            return Said(True, value, row.at, id=id_)
        say = say_from_json(value)
        return Said(False, say.text, row.at, say, first_name(session, row.mediator_id), id_)

    def _seen(self, rows: Iterable[Message]) -> None:
        unseen = [row.id for row in rows if row.direction == "out" and row.in_reply_to is None and row.seen_at is None]
        if unseen:
            with writing(self._engine) as session:
                session.execute(update(Message).where(Message.id.in_(unseen)).values(seen_at=self._now()))


def _place(id_: str) -> tuple[int, int]:
    """The turn and the position of an id; of anything else, those before the first message."""
    turn, _, position = id_.partition(".")
    plain = all(part.isascii() and part.isdigit() and len(part) <= 9 for part in (turn, position))
    return (int(turn), int(position)) if plain else (0, 0)
