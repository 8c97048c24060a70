"""Plays dialogues through the real dialogue code, with the understanding given turn by turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.dialogue import Dialogue, NeedsUnderstanding
from bot.messages import Answer, Inbound, Known, Nearby
from bot.scene import NeedsKnown, NeedsPlaces
from bot.talk import Talk
from bot.understanding import Ranked, Understanding
from bot.wanted import Wanted

NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)


def heard(text: str, intent: str | None, dialogue: Dialogue, ranking: tuple[Ranked, ...] = ()) -> Understanding:
    """What Rasa would answer: `intent` for sure, or nothing sure."""
    procedure = intent if intent in dialogue.library.procedures else None
    sure = 0.95 if intent else 0.1
    return Understanding(text, intent or "incompris", sure, procedure, {}, ranking, True)


@dataclass
class Player:
    """One citizen talking. Every turn goes through JSON, as between two processes.

    `places` are those near each commune (by its code), `looked_for` what was asked of them, `wanted` all that was.
    """

    dialogue: Dialogue
    talk: Talk = field(default_factory=Talk)
    channel: str = "web"
    phone: str | None = None
    now: datetime = NOON
    answers: list[Answer] = field(default_factory=list)
    staffed: bool = False
    helped: bool = True
    places: Mapping[str, tuple[Nearby, ...]] = field(default_factory=dict)
    looked_for: list[tuple[str, str | None]] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)

    def signals(self, signal: str, text: str = "", phone: str | None = None, nearby: tuple[Nearby, ...] = ()) -> Answer:
        """Something comes in place of words."""
        inbound = Inbound(self.channel, "citizen", text, self._id, self.now, None, signal, phone or self.phone)
        return self._sends(replace(inbound, nearby=nearby))

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
        inbound = replace(inbound, staffed=self.staffed, helped=self.helped)
        for _ in range(4):
            try:
                answer = self.dialogue.reply_to(inbound, self.talk, understood)
                break
            except NeedsUnderstanding as need:
                understood = {need.text: kept.get("heard") or heard(need.text, intent, self.dialogue)}
            except NeedsPlaces as need:
                self.looked_for.append((need.commune, need.wanted.procedure))
                self.wanted.append(need.wanted)
                inbound = replace(inbound, nearby=self.places.get(need.commune, ()), around=need.commune)
            except NeedsKnown:
                inbound = replace(inbound, known=Known(inbound.at, 0, 0))
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
