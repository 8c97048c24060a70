"""What is kept of a simulated call: each thing heard and done, when, and what is heard last."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from api.simulators.hearing import Heard
from api.simulators.listening import Waiting

LineKind = Literal["said", "pressed", "spoke", "silent", "dialled", "whispered", "bridged", "hung_up", "ended"]


@dataclass(frozen=True)
class Line:
    """One line: what happened, its words or keys, and at which second of the call."""

    kind: LineKind
    text: str
    at: float


@dataclass(frozen=True)
class Moment:
    """Where a call is: what was heard since the caller last did something, and what is waited for now.

    `keys` are those the voice offers, with what each is for.
    """

    spoken: tuple[Heard, ...]
    keys: tuple[tuple[str, str], ...]
    awaited: Waiting | None
    over: bool
    transferred: bool
    dialled: tuple[str, ...]

    @property
    def seconds(self) -> float:
        """How long it took to say."""
        return round(sum(said.seconds for said in self.spoken), 1)


@dataclass
class Transcript:
    """The lines of a call, and its clock: seconds of speech and of waiting, nobody really waits."""

    lines: list[Line] = field(default_factory=list)
    seconds: float = 0.0
    recent: list[Heard] = field(default_factory=list)
    recent_line: int = 0

    def tell(self, said: Heard) -> None:
        """The caller hears this."""
        self.recent.append(said)
        self.add("said", said.text)

    def whisper(self, said: Heard) -> None:
        """The person who is being called hears this; the caller does not."""
        self.add("whispered", said.text)

    def passes(self, seconds: float) -> None:
        """Time goes by; a negative time is what was not listened to."""
        self.seconds = round(self.seconds + seconds, 1)

    def add(self, kind: LineKind, text: str) -> None:
        """Something happens now."""
        self.lines.append(Line(kind, text, self.seconds))

    def acts(self, kind: LineKind, text: str) -> None:
        """The caller does something: what was heard before is no longer the last thing heard."""
        self.add(kind, text)
        self.recent = []
        self.recent_line = len(self.lines)

    @property
    def recent_dialled(self) -> tuple[str, ...]:
        """The numbers called since then."""
        return tuple(line.text for line in self.lines[self.recent_line :] if line.kind == "dialled")
