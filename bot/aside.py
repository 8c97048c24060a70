"""A question put aside while something else is asked, and taken up again afterwards."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from bot import runs
from bot.scene import Move, Scene
from bot.talk import Asked, Talk, say_from_json, say_to_json

KEY = "waited"


def put(talk: Talk) -> dict[str, Any]:
    """The case of the talk, with the pending question kept in it."""
    case, pending = dict(talk.case), talk.asked
    if pending and talk.last:
        case[KEY] = {**asdict(pending), "said": say_to_json(talk.last[-1])}
    return case


def taken_up(scene: Scene) -> Move:
    """What waited: the question put aside, or the step, or the menu."""
    case = dict(scene.talk.case)
    waited = case.pop(KEY, None)
    free = runs.replace_talk(scene, asked=None, case=case)
    if not waited:
        return runs.show(free)
    asked = Asked(waited["kind"], tuple(waited["options"]), waited["misses"])
    return Move(replace(free.talk, asked=asked), (say_from_json(waited["said"]),))
