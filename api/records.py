"""What a turn leaves: messages, runs, events, the case for a mediator; and how a repeated message is known."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.base import ID_LENGTH
from api.cases.identifiers import clean_id
from api.citizens import erase
from api.models import Conversation, Event, Message, Receipt, Run
from api.vault import Vault
from bot import messages
from bot.manner import Manner
from bot.messages import Answer, Inbound, Reply
from bot.talk import Talk, say_from_json, say_to_json
from flows.run import Run as RunState

ENDED = {"done": "done", "procedure": "done", "plan": "done", "stop": "stopped", "handoff": "handoff"}
REPEATS = timedelta(days=7)  # longer than any provider tries again


def earlier_reply(session: Session, vault: Vault, receipt: str) -> Reply | None:
    """The reply already given to this very message, None when it is new."""
    heard = session.scalars(select(Message).where(Message.receipt == receipt)).one_or_none()
    if heard is not None:
        said = session.scalars(select(Message).where(Message.in_reply_to == heard.id).order_by(Message.position))
        return _reply(heard.unseal(vault, "reply_sealed"), [row.unseal(vault, "text_sealed") for row in said])
    kept = session.scalars(select(Receipt).where(Receipt.digest == receipt)).one_or_none()
    if kept is None:
        return None
    whole = kept.unseal(vault, "reply_sealed")
    return _reply(whole["about"], whole["says"])


def keep_turn(
    session: Session,
    vault: Vault,
    place: Conversation,
    inbound: Inbound,
    answer: Answer,
    case: uuid.UUID | None = None,
) -> None:
    """Everything a turn leaves but its case, in the caller's transaction. `case`: what is said is said about it."""
    place.revision += 1
    place.channel = inbound.channel
    place.updated_at = inbound.at
    place.seal(vault, "talk_sealed", answer.talk.to_json())
    _keep_messages(session, vault, place, inbound, answer, case)
    keep_runs(session, vault, place.citizen_id, answer, inbound.at)
    keep_events(session, place.citizen_id, answer.events, inbound.at)


def keep_events(session: Session, citizen: uuid.UUID | None, events: tuple[messages.Event, ...], at: datetime) -> None:
    """The events of a turn, as ids only: anything that could be a sentence is left out."""
    for event in events:
        session.add(
            Event(
                id=uuid.uuid4(),
                citizen_id=citizen,
                kind=clean_id(event.kind) or "other",
                procedure=clean_id(event.procedure),
                step=clean_id(event.step, 3 * ID_LENGTH),
                detail=clean_id(event.detail),
                at=at,
            )
        )


def forget_citizen(
    session: Session, vault: Vault, citizen: uuid.UUID, receipt: str, answer: Answer, at: datetime
) -> None:
    """Deletes all of a citizen who asked for it. What tells a repeated message from a new one is kept a week."""
    heard = select(Message.receipt).where(Message.citizen_id == citizen, Message.at > at - REPEATS)
    digests = {digest for digest in session.scalars(heard) if digest} | {receipt}
    whole = {"about": _about(answer.reply), "says": [say_to_json(say) for say in answer.reply.says]}
    for digest in digests:
        row = Receipt(id=uuid.uuid4(), digest=digest, at=at)
        row.seal(vault, "reply_sealed", whole)
        session.add(row)
    erase(session, citizen, at)
    keep_events(session, None, answer.events, at)


def _keep_messages(
    session: Session, vault: Vault, place: Conversation, inbound: Inbound, answer: Answer, case: uuid.UUID | None
) -> None:
    def row(position: int, value: Any, **columns: Any) -> Message:
        message = Message(
            id=uuid.uuid4(),
            citizen_id=place.citizen_id,
            channel=inbound.channel,
            turn=place.revision,
            position=position,
            at=inbound.at,
            case_id=case,
            **columns,
        )
        message.seal(vault, "text_sealed", value)
        session.add(message)
        return message

    receipt = vault.receipt(inbound.channel, inbound.address, inbound.provider_id)
    heard = row(0, answer.stored_text, direction="in", receipt=receipt)
    heard.seal(vault, "reply_sealed", _about(answer.reply))
    session.flush()  # the replies point to it
    for position, say in enumerate(answer.reply.says, 1):
        row(position, say_to_json(say), direction="out", in_reply_to=heard.id)


def keep_runs(session: Session, vault: Vault, citizen: uuid.UUID, answer: Answer, at: datetime) -> None:
    """Brings the rows up to date with the talk, which is what counts. A live run is known by its procedure."""
    talk, reply = answer.talk, answer.reply
    live = {
        row.procedure: row
        for row in session.scalars(select(Run).where(Run.citizen_id == citizen, Run.ended_at.is_(None)))
    }
    wanted = {state.procedure: (state, "parked") for state in talk.parked}
    if talk.run:
        wanted[talk.run.procedure] = (talk.run, "open")
    begun = {event.procedure for event in answer.events if event.kind == "run_started"}
    for procedure, row in list(live.items()):
        if procedure not in wanted or procedure in begun:
            ended = ENDED.get(reply.ended or "") if procedure not in begun and row.status == "open" else None
            row.status, row.ended_at = ended or "abandoned", at
            del live[procedure]
    session.flush()  # a run ends before another of the same procedure begins
    for procedure, (state, status) in wanted.items():
        row = live.get(procedure) or _new_run(session, citizen, state, at)
        row.status, row.versions = status, dict(state.versions)
        if status == "open" and reply.procedure == procedure:
            row.step = clean_id(reply.step, 3 * ID_LENGTH)
        row.seal(vault, "answers_sealed", dict(state.answers))


def _new_run(session: Session, citizen: uuid.UUID, state: RunState, at: datetime) -> Run:
    row = Run(id=uuid.uuid4(), citizen_id=citizen, procedure=state.procedure, started_at=at)
    session.add(row)
    return row


def talk_of(vault: Vault, place: Conversation) -> Talk:
    """The talk as the last turn left it."""
    return Talk.from_json(place.unseal(vault, "talk_sealed") or {})


def _about(reply: Reply) -> dict[str, Any]:
    names = ("procedure", "step", "ended", "intent", "confidence", "person")
    return {**{name: getattr(reply, name) for name in names}, "manner": reply.manner.to_json()}


def _reply(about: dict[str, Any], says: list[dict[str, Any]]) -> Reply:
    manner = Manner.from_json(about.get("manner", {}))
    return Reply(tuple(say_from_json(say) for say in says), **{**about, "manner": manner})
