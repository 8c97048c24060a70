"""Out of hours, while a person is in charge: the day when they will read, told once until the team works again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot import handoff
from bot.scene import Move, Scene
from bot.talk import Talk
from bot.waiting import near
from flows.texts import Say
from mediation.working_time import is_open, next_opening

THERE = timedelta(hours=1)  # who took the case or wrote since then is at work, whatever the hours
TOLD = "closed_until"  # in the talk's case: the opening that was told, ISO


def told(scene: Scene, move: Move) -> Move:
    """The move, with the day when it will be read and who may be called before, unless that was told already."""
    if not _is_closed(scene) or scene.talk.case.get(TOLD) == _opening(scene):
        return move
    run = scene.talk.run
    says = (*move.says, *_day_told(scene), *(handoff.contact(scene, run) if run else ()))
    # What was shown before keeps its buttons, for who reads: this is a word in passing.
    return replace(move, talk=_noted(scene, move.talk), says=says, aside=move.aside or not scene.can.spoken)


def told_anyway(scene: Scene, move: Move) -> Move:
    """The same to who calls, asks, or is in danger: told each time, for it is what they must know."""
    if not _is_closed(scene):
        return move
    return replace(move, talk=_noted(scene, move.talk), says=(*move.says, *_day_told(scene)))


def kept(case: Mapping[str, Any]) -> dict[str, Any]:
    """What stays in a talk's case of what was told."""
    return {TOLD: case[TOLD]} if TOLD in case else {}


def _is_closed(scene: Scene) -> bool:
    here_at = scene.charge.here_at if scene.charge else None
    return not is_open(scene.territory, scene.at) and not (here_at and scene.at - here_at < THERE)


def _opening(scene: Scene) -> str:
    return next_opening(scene.territory, scene.at).isoformat()


def _noted(scene: Scene, talk: Talk) -> Talk:
    return replace(talk, case={**talk.case, TOLD: _opening(scene)})


def _day_told(scene: Scene) -> tuple[Say, ...]:
    assert scene.charge
    day = next_opening(scene.territory, scene.at).astimezone(scene.at.tzinfo).date()
    return scene.says("charge_closed", name=scene.charge.name, day=near(scene, day))
