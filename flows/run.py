"""A run: one citizen in one procedure. Only answers by step name are kept; the position is replayed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Json = str | int | float | bool | None | dict[str, Any] | list[Any]


@dataclass(frozen=True)
class Run:
    """The state of a run, nothing else is needed to go on.

    `versions` holds the version of each procedure file the answers were given to; `answers` maps a step's
    key (its name, with the sub-procedures' steps before it: `compte/mot_de_passe`) to its answer;
    `blocked` is true while the citizen is being asked what blocks them.
    """

    procedure: str
    versions: Mapping[str, int]
    answers: Mapping[str, Json] = field(default_factory=dict)
    blocked: bool = False

    def answered(self, key: str, value: Json) -> Run:
        """The run with one more answer."""
        return replace(self, answers={**self.answers, key: value}, blocked=False)

    def without(self, keys: set[str]) -> Run:
        """The run without these answers."""
        return replace(self, answers={k: v for k, v in self.answers.items() if k not in keys}, blocked=False)

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back to an equal run."""
        return {
            "procedure": self.procedure,
            "versions": dict(self.versions),
            "answers": dict(self.answers),
            "blocked": self.blocked,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Run:
        """The run written by `to_json`."""
        return cls(data["procedure"], dict(data["versions"]), dict(data["answers"]), data.get("blocked", False))
