"""How a reply is said and what is waited for next: plain data for the channels, kept with the reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Expected = Literal[
    "words",  # anything, said freely
    "menu",  # one of the choices
    "yes_no",
    "instruction",  # something to do elsewhere, then « c'est fait » or « je bloque »: takes minutes
    "number",
    "amount",
    "date",
    "place",
    "phone",
    "letter",
    "code",  # the code that brings a conversation from another channel
    "nothing",  # an information, or the end
]
Then = Literal["hang_up", "transfer", "hold"]


@dataclass(frozen=True)
class Manner:
    """How a reply is said. `language` is None in French; `pace`, `short` and `discreet` come from the comfort profile.

    `expects` is what the last message waits for, `hints` what is likely to be said then (for speech recognition),
    `zero` true where 0 is an answer rather than a call for a person. `then` is what the phone does once all is said
    (None: it listens).
    """

    language: str | None = None
    pace: int = 0
    short: bool = False
    discreet: bool = False
    expects: Expected = "words"
    hints: tuple[str, ...] = ()
    zero: bool = False
    then: Then | None = None

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back."""
        return {**asdict(self), "hints": list(self.hints)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Manner:
        """The Manner written by `to_json`; an empty object is the usual one."""
        return cls(**{**data, "hints": tuple(data.get("hints", ()))})
