"""`allo flows read-aloud`: each message of a procedure as an SMS and as the phone says it, with what it costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flows.budgets import Cost, cost, node_cost, procedure_costs, sms_text, voice_text
from flows.gsm7 import fold
from flows.library import Library
from flows.main_way import main_way
from flows.model import Procedure
from flows.texts import Option

OPENING = "(début)"


@dataclass(frozen=True)
class Row:
    """One message: its cost, its text by SMS once folded into that alphabet, and its spoken text."""

    cost: Cost
    sms: str
    voice: str
    on_main_way: bool = False

    def json(self) -> dict[str, Any]:
        """The message as a JSON object."""
        return {
            "step": self.cost.where,
            "sms": self.sms,
            "voice": self.voice,
            "segments": self.cost.segments,
            "seconds": round(self.cost.seconds, 1),
            "keys": self.cost.keys,
            "button": self.cost.button,
            "main_way": self.on_main_way,
            "over": list(self.cost.over()),
        }


@dataclass(frozen=True)
class Total:
    """What the main way costs, sub-procedures and opening included; no steps when nothing ends by « c'est fait »."""

    procedure: str
    steps: tuple[str, ...]
    segments: int
    seconds: float
    over: int

    def json(self) -> dict[str, Any]:
        """The total as a JSON object."""
        return {
            "total": self.procedure,
            "steps": len(self.steps),
            "segments": self.segments,
            "minutes": round(self.seconds / 60, 1),
            "way": list(self.steps),
            "over": self.over,
        }


def read_aloud(library: Library, procedure: Procedure, day: date) -> tuple[list[Row], Total]:
    """Every message of a procedure in the order of the file, after those that open it; and the main way's total."""
    way = main_way(library, procedure, day)
    names = {node.key for node in way or ()}
    opening = _opening(library, procedure, day)
    costs = [*opening, *procedure_costs(library, procedure, day)]
    rows = [row(library, one, day, one.where in names or bool(way and one.where == OPENING)) for one in costs]
    on_way = [*opening, *(node_cost(library, node, day) for node in way)] if way else []
    over = sum(any(one.cost.over()) for one in rows)
    segments, spent = sum(one.segments for one in on_way), sum(one.seconds for one in on_way)
    return rows, Total(procedure.id, tuple(node.key for node in way or ()), segments, spent, over)


def spoken_way(library: Library, procedure: Procedure, day: date) -> list[str]:
    """What a caller hears on the main way, in order; every step in the order of the file where there is none."""
    way = main_way(library, procedure, day)
    costs = [node_cost(library, node, day) for node in way] if way else procedure_costs(library, procedure, day)
    return [row(library, one, day).voice for one in (*_opening(library, procedure, day), *costs)]


def row(library: Library, one: Cost, day: date, on_main_way: bool = False) -> Row:
    """A cost with the texts that it is the cost of."""
    sms = fold(sms_text(one.say, one.labels))
    return Row(one, sms, voice_text(library, one.say, one.labels, day), on_main_way)


def _opening(library: Library, procedure: Procedure, day: date) -> list[Cost]:
    """What is said before the first step: what this is about, what to prepare, « On commence ? »."""
    intro = library.sentence("intro", day, intro=procedure.intro.strip())
    says = [replace(intro, speech=procedure.intro_speech or intro.speech)]
    if papers := " ; ".join(map(library.after_colon, procedure.documents)):
        says.append(library.sentence("documents_first", day, documents=papers))
    yes_no = tuple(Option(name, library.words[name][0]) for name in ("oui", "non"))
    says.append(replace(library.sentence("lets_start", day, minutes=str(procedure.minutes)), options=yes_no))
    return [cost(library, OPENING, say, day) for say in says]


__all__ = ["OPENING", "Row", "Total", "read_aloud", "spoken_way"]
