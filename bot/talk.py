"""Where a conversation stands: the run in hand, those put aside, and what the assistant itself is asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from bot.comfort import Comfort
from flows.plan import Plan
from flows.run import Run
from flows.texts import Option, Say


@dataclass(frozen=True)
class Asked:
    """A question of the assistant itself (« On commence ? », « Laquelle ? »), outside any procedure."""

    kind: str
    options: tuple[str, ...] = ()
    misses: int = 0


@dataclass(frozen=True)
class Talk:
    """The state of one conversation, kept as JSON between two turns. `language` is None in French.

    `more` is what did not fit in the last reply (« SUITE »), `silences` how many times in a row a caller said nothing,
    `checks` how many times we looked in on one who asked to wait. `alarm`: the last thing said was about a danger.
    """

    run: Run | None = None
    parked: tuple[Run, ...] = ()
    paused: bool = False
    asked: Asked | None = None
    misses: int = 0
    greeted: bool = False
    last: tuple[Say, ...] = ()
    case: Mapping[str, Any] = field(default_factory=dict)
    plans: tuple[Plan, ...] = ()
    language: str | None = None
    comfort: Comfort = field(default_factory=Comfort)
    more: tuple[Say, ...] = ()
    silences: int = 0
    checks: int = 0
    alarm: bool = False

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back to an equal Talk."""
        data: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(self)}
        data["asked"] = asdict(self.asked) if self.asked else None
        data["run"] = self.run.to_json() if self.run else None
        data["parked"] = [run.to_json() for run in self.parked]
        data["last"] = [say_to_json(say) for say in self.last]
        data["case"] = dict(self.case)
        data["more"] = [say_to_json(say) for say in self.more]
        data["comfort"] = self.comfort.to_json()
        data["plans"] = [plan.to_json() for plan in self.plans]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Talk:
        """The Talk written by `to_json`; an empty object is a conversation that starts."""
        asked = data.get("asked")
        return cls(
            run=Run.from_json(data["run"]) if data.get("run") else None,
            parked=tuple(Run.from_json(run) for run in data.get("parked", ())),
            paused=data.get("paused", False),
            asked=Asked(asked["kind"], tuple(asked["options"]), asked["misses"]) if asked else None,
            misses=data.get("misses", 0),
            greeted=data.get("greeted", False),
            last=tuple(say_from_json(say) for say in data.get("last", ())),
            case=dict(data.get("case", {})),
            plans=tuple(Plan.from_json(plan) for plan in data.get("plans", ())),
            language=data.get("language"),
            comfort=Comfort.from_json(data.get("comfort", {})),
            more=tuple(say_from_json(say) for say in data.get("more", ())),
            silences=data.get("silences", 0),
            checks=data.get("checks", 0),
            alarm=data.get("alarm", False),
        )


def say_to_json(say: Say) -> dict[str, Any]:
    """A Say as JSON."""
    options = [[option.id, option.label, list(option.words)] for option in say.options]
    return {"text": say.text, "short": say.short, "speech": say.speech, "options": options, "key": say.key}


def say_from_json(data: Mapping[str, Any]) -> Say:
    """The Say written by `say_to_json`."""
    options = tuple(Option(id_, label, tuple(words)) for id_, label, words in data["options"])
    return Say(data["text"], data["short"], data["speech"], options, data["key"])
