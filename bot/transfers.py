"""A call passed on to a mediator's phone, and what follows when it comes back or nobody took it."""

from __future__ import annotations

from dataclasses import replace

from bot import handoff, runs
from bot.messages import Event
from bot.scene import Move, Scene
from mediation.territory import takes_calls


def possible(scene: Scene) -> bool:
    """True when the call may be passed to somebody now."""
    return scene.can.spoken and takes_calls(scene.territory, scene.at)


def begin(scene: Scene, reason: str) -> Move:
    """The case is opened at once, so that nothing is lost if nobody picks up; then the call is passed on."""
    return replace(handoff.opened(scene, reason), says=scene.says("transfer_start"), then="transfer")


def done(scene: Scene) -> Move:
    """The person was spoken to and the call came back."""
    case = scene.talk.case
    free = runs.replace_talk(scene, asked=None, case={})
    move = runs.show(free) if free.talk.run else runs.what_else(free)
    closed = handoff.closed(case) if case else None
    return replace(move.first(*scene.says("transfer_done")), handoff=closed).noting(Event("transfer", detail="done"))


def failed(scene: Scene) -> Move:
    """Nobody took the call: a call-back instead."""
    asked = handoff.ask_number(scene)
    return asked.first(*scene.says("transfer_failed")).noting(Event("transfer", detail="failed"))
