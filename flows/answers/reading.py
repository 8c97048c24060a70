"""The result of reading an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.run import Json

Wordlist = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Reading:
    """`value` when the answer was read, else `problem` names the sentence that says what to do."""

    value: Json = None
    problem: str | None = None

    @property
    def ok(self) -> bool:
        """True when a value was read."""
        return self.value is not None


NOTHING = Reading()
