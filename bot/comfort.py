"""What makes it easier for someone: a slower voice, longer waits, shorter messages. Learnt, and theirs to change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

SLOWEST = 2
# Silences, repeats and misses count as one trouble each; every quiet success takes one away.
TROUBLES_A_PACE = 3
MOST_TROUBLES = 3 * TROUBLES_A_PACE


@dataclass(frozen=True)
class Comfort:
    """How to speak to someone. `pace` is 0 (usual) to 2 (slowest); it also makes the waits longer.

    `short`: one idea a message. `echo`: an answer is said again before going on. `discreet`: nothing that we start
    says what it is about. `sms_recap`: a recap by SMS was wanted once (None: never asked). `chosen`: the person set
    the pace; it is not learnt any more. `access`: what they said to need in a place, by the names of access_needs.yaml;
    nothing is kept of why.
    """

    pace: int = 0
    short: bool = False
    echo: bool = False
    discreet: bool = False
    sms_recap: bool | None = None
    troubles: int = 0
    chosen: bool = False
    access: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Comfort:
        """The Comfort written by `to_json`; an empty object is the usual one."""
        return cls(**{**data, "access": tuple(data.get("access", ()))})


def troubled(comfort: Comfort) -> Comfort:
    """After a silence, a repeat or a miss: every third one slows the pace, then shortens and says answers again."""
    troubles = min(MOST_TROUBLES, comfort.troubles + 1)
    comfort = replace(comfort, troubles=troubles)
    if comfort.chosen or troubles % TROUBLES_A_PACE:
        return comfort
    if comfort.pace < SLOWEST:
        return replace(comfort, pace=comfort.pace + 1)
    return replace(comfort, short=True, echo=True)


def eased(comfort: Comfort) -> Comfort:
    """After an answer that was understood at once: the count of troubles goes down; what was eased stays."""
    return replace(comfort, troubles=max(0, comfort.troubles - 1))


def slower(comfort: Comfort) -> Comfort:
    """« Plus lentement »."""
    return replace(comfort, pace=min(SLOWEST, comfort.pace + 1), chosen=True)


def faster(comfort: Comfort) -> Comfort:
    """« Plus vite »."""
    return replace(comfort, pace=max(0, comfort.pace - 1), echo=False, chosen=True)
