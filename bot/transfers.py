"""A call passed on to a mediator's phone, and what follows when it comes back or nobody took it."""

from __future__ import annotations

from dataclasses import replace

from bot import handoff, runs
from bot.messages import Event
from bot.scene import Move, Scene
from mediation.cases import CALLBACK, TRANSFER
from mediation.territory import takes_calls


def possible(scene: Scene) -> bool:
    """True when the call may be passed to somebody now."""
    return scene.can.spoken and takes_calls(scene.territory, scene.at)


def begin(scene: Scene, reason: str) -> Move:
    """The case is opened at once, so that nothing is lost if nobody picks up; then the call is passed on."""
    move = handoff.opened(scene, reason)
    there = handoff.with_case(replace(scene, talk=move.talk), mode=TRANSFER, rung=True)
    wanted = handoff.request(there, there.talk.case)
    return replace(move, talk=there.talk, says=scene.says("transfer_start"), then="transfer", handoff=wanted)


def done(scene: Scene) -> Move:
    """The person was spoken to and the call came back."""
    free = runs.replace_talk(scene, asked=None, case={})
    move = runs.show(free) if free.talk.run else runs.what_else(free)
    after = replace(move.first(*scene.says("transfer_done")), handoff=handoff.closed(scene))
    return after.noting(Event("transfer", detail="done"))


def failed(scene: Scene) -> Move:
    """Nobody took the call: a call-back instead, or another way where nobody calls back."""
    event = Event("transfer", detail="failed")
    if "questions" not in scene.talk.case:
        return handoff.begin(scene, "asked").noting(event)
    case = {name: value for name, value in scene.talk.case.items() if name != "mode"}
    if scene.territory.callback:
        case["mode"] = CALLBACK
    asked = handoff.go_on(runs.replace_talk(scene, case=case))
    said = scene.says("transfer_failed") if scene.territory.callback else scene.says("transfer_failed_plain")
    return asked.first(*said).noting(event)
