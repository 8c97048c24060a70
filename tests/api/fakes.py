"""A dialogue and an understanding small enough to test the storage alone: the text says what the turn does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from bot.messages import Answer, Event, HandoffRequest, Inbound, Reply
from bot.scene import NeedsUnderstanding
from bot.talk import Talk
from flows.run import Run
from flows.texts import Option, Say

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


class NewDatabase(Protocol):
    """Makes a database and gives its address."""

    def __call__(self, migrated: bool = True) -> str: ...


def inbound(text: str, id_: str, address: str = "+33612345678", channel: str = "sms", minutes: int = 0) -> Inbound:
    """A message."""
    return Inbound(channel, address, text, id_, START + timedelta(minutes=minutes))


@dataclass
class FakeDialogue:
    """`misses` counts the turns, so that a lost or doubled turn shows in the reply."""

    turns: list[str] = field(default_factory=list)

    def reply_to(self, inbound: Inbound, talk: Talk, understood: Mapping[str, Any]) -> Answer:
        """One turn; the first word of the text says which."""
        self.turns.append(inbound.text)
        word, _, rest = inbound.text.partition(" ")
        talk = replace(talk, misses=talk.misses + 1)
        reply = Reply((_say(f"tour {talk.misses}"), _say(f"bonjour {rest}")), confidence=0.5)
        answer = Answer(reply, talk, inbound.text, (Event("turn", detail=word),))
        return getattr(self, f"_{word}", lambda answer, rest, understood: answer)(answer, rest, understood)

    def _ask(self, answer: Answer, rest: str, understood: Mapping[str, Any]) -> Answer:
        for text in rest.split():
            if text not in understood:
                raise NeedsUnderstanding(text)
        return replace(answer, reply=replace(answer.reply, intent=" ".join(understood[text] for text in rest.split())))

    def _start(self, answer: Answer, rest: str, understood: Mapping[str, Any]) -> Answer:
        talk = answer.talk
        parked = tuple(run for run in talk.parked if run.procedure != rest)
        if talk.run and talk.run.procedure != rest:
            parked = (*parked, talk.run)
        talk = replace(talk, run=Run(rest, {rest: 1}), parked=parked)
        events = (*answer.events, Event("run_started", rest, "debut"))
        return replace(answer, talk=talk, events=events, reply=replace(answer.reply, procedure=rest, step="debut"))

    def _say(self, answer: Answer, rest: str, understood: Mapping[str, Any]) -> Answer:
        assert answer.talk.run
        key = f"etape_{len(answer.talk.run.answers)}"
        run = answer.talk.run.answered(key, rest)
        return replace(
            answer,
            talk=replace(answer.talk, run=run),
            reply=replace(answer.reply, procedure=run.procedure, step=key),
        )

    def _end(self, answer: Answer, rest: str, understood: Mapping[str, Any]) -> Answer:
        assert answer.talk.run
        reply = replace(answer.reply, procedure=answer.talk.run.procedure, ended=rest)
        return replace(answer, talk=replace(answer.talk, run=None), reply=reply)

    def _person(self, answer: Answer, rest: str, understood: Mapping[str, Any]) -> Answer:
        phone, _, said = rest.partition(" ")
        answers = {"revenu": {"question": "Combien ?", "answer": said}} if said else None
        request = HandoffRequest("asked", {"tried": [rest]}, phone if phone != "-" else None, answers, "2026-03-04")
        return replace(answer, handoff=request)

    def _forget(self, answer: Answer, rest: str, understood: Mapping[str, Any]) -> Answer:
        return replace(answer, forget=True, talk=Talk())

    def _fail(self, answer: Answer, rest: str, understood: Mapping[str, Any]) -> Answer:
        raise ZeroDivisionError


@dataclass
class FakeUnderstanding:
    """Reads any text as itself in capitals."""

    parsed: list[str] = field(default_factory=list)

    def parse(self, text: str) -> Any:
        """The reading."""
        self.parsed.append(text)
        return text.upper()


def _say(text: str) -> Say:
    return Say(text, "court", "dit", (Option("oui", "Oui", ("ouais",)),), f"cle.{len(text)}")
