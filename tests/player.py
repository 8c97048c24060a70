"""Plays dialogues through the real dialogue code, with the understanding given turn by turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.dialogue import Dialogue, NeedsUnderstanding
from bot.messages import Answer, Inbound
from bot.talk import Talk
from bot.understanding import Ranked, Understanding

NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)


def heard(text: str, intent: str | None, dialogue: Dialogue, ranking: tuple[Ranked, ...] = ()) -> Understanding:
    """What Rasa would answer: `intent` for sure, or nothing sure."""
    procedure = intent if intent in dialogue.library.procedures else None
    sure = 0.95 if intent else 0.1
    return Understanding(text, intent or "incompris", sure, procedure, {}, ranking, True)


@dataclass
class Player:
    """One citizen talking. Every turn goes through JSON, as between two processes."""

    dialogue: Dialogue
    talk: Talk = field(default_factory=Talk)
    channel: str = "web"
    phone: str | None = None
    now: datetime = NOON
    answers: list[Answer] = field(default_factory=list)

    def signals(self, signal: str, text: str = "", phone: str | None = None) -> Answer:
        """Something comes in place of words."""
        phone = phone or self.phone
        return self._sends(Inbound(self.channel, "citizen", text, self._id, self.now, None, signal, phone))

    def says(self, text: str, intent: str | None = None, choice: str | None = None, **kept: Any) -> Answer:
        """Sends `text`; `intent` stands for Rasa's reading, asked only if the dialogue wants one."""
        return self._sends(
            Inbound(self.channel, "citizen", text, self._id, self.now, choice, None, self.phone), intent, **kept
        )

    @property
    def _id(self) -> str:
        return str(len(self.answers))

    def _sends(self, inbound: Inbound, intent: str | None = None, **kept: Any) -> Answer:
        understood: Mapping[str, Understanding] = {}
        for _ in range(3):
            try:
                answer = self.dialogue.reply_to(inbound, self.talk, understood)
                break
            except NeedsUnderstanding as need:
                understood = {need.text: kept.get("heard") or heard(need.text, intent, self.dialogue)}
        else:
            raise AssertionError("the dialogue asks for understanding for ever")
        self.talk = Talk.from_json(answer.talk.to_json())
        assert self.talk == answer.talk, "the talk does not survive JSON"
        self.answers.append(answer)
        return answer

    @property
    def last(self) -> str:
        """All that was said in the last turn."""
        return "\n".join(say.text for say in self.answers[-1].reply.says)
