"""A promise that stands: who asks for a person again is not asked everything again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot import calling, handoff, runs, visiting, waiting, ways
from bot.messages import Event
from bot.scene import Move, Scene
from flows.run import Run
from mediation.cases import CALLBACK, LIVE, PLACE

KEPT = ("mode", "phone", "when", "commune", "place", "chosen", "consent")


def kept(scene: Scene) -> dict[str, Any]:
    """What stays in the talk once something was promised: that, and until when it holds."""
    case = scene.talk.case
    if not case.get("mode"):
        return {}
    until = (case.get("when") or {}).get("on") or case.get("due") or scene.day.isoformat()
    return {"standing": {"until": until, **{name: case[name] for name in KEPT if name in case}}}


def holds(scene: Scene) -> bool:
    """True while what was promised is still to come, and makes sense on this channel."""
    promise = scene.talk.case.get("standing") or {}
    here = not (scene.can.spoken and promise.get("mode") == LIVE)
    return here and promise.get("until", "") >= scene.day.isoformat()


def again(scene: Scene, reason: str, run: Run | None) -> Move:
    """The mediator gets a fresh recap; the citizen is told what was promised, and asked whether it still suits."""
    promise = {name: scene.talk.case["standing"][name] for name in KEPT if name in scene.talk.case["standing"]}
    move = handoff.opened(scene, reason, run)
    had_a_code = promise.get("mode") == PLACE  # only then is there an old one that does not work any more
    there = handoff.with_case(replace(scene, talk=move.talk), **promise, again=had_a_code)
    procedure = run or scene.talk.run
    asked = question(there)
    wished = ways.turned(replace(scene, talk=asked.talk), strict=True)  # « finalement je préfère venir »
    return (wished or asked).noting(Event("handoff_again", procedure.procedure if procedure else None, detail=reason))


def reminded(scene: Scene) -> Move | None:
    """« Vous m'appelez quand ? »: what was promised, said again, else where the case waits and until when.

    A promise whose day is over is asked anew, where nothing is known of the case. None when nobody was asked for.
    """
    if handoff.in_hand(scene):
        return runs.show(scene).first(*ways.when_told(scene))
    if scene.waiting and (not scene.helped or scene.waiting.late or not holds(scene)):
        return waiting.told(scene, scene.waiting)
    promise = scene.talk.case.get("standing") or {}
    if visiting.has_code(promise) and holds(scene):  # a new code would undo the one that was written down
        move = runs.show(scene) if scene.talk.run or scene.talk.asked else runs.what_else(scene)
        return move.first(*scene.says("place_standing", place=promise["chosen"]["name"]))
    return handoff.begin(scene, "asked") if promise else None


def moved(scene: Scene) -> Move | None:
    """« Plutôt demain matin », once a call is promised: promised for then. None when that is not what is said."""
    promise = scene.talk.case.get("standing") or {}
    when = calling.wished(scene) if promise.get("mode") == CALLBACK and holds(scene) and not scene.busy else {}
    if not when or not calling.is_only_when(scene):
        return None
    known = {name: promise[name] for name in KEPT if name in promise}
    there = replace(scene, talk=handoff.opened(scene, "asked").talk)
    return handoff.finish(handoff.with_case(there, **{**known, **when})).noting(Event("handoff_again", detail="asked"))


def cancelled(scene: Scene) -> Move | None:
    """« Annulez le rappel »: nobody is wanted any more, and the case ends. None when nobody was asked for."""
    if not (handoff.in_hand(scene) or holds(scene)):
        return None
    arranging = "questions" in scene.talk.case
    wanted = handoff.request(scene, scene.talk.case) if arranging else handoff.opened(scene, "asked").handoff
    assert wanted
    free = runs.replace_talk(scene, asked=None, case={})
    move = runs.show(free) if free.talk.run else runs.what_else(free)
    said = move.first(*scene.says("request_cancelled")).noting(Event("handoff_cancelled"))
    return replace(said, handoff=replace(wanted, closed=True, cancelled=True))


def question(scene: Scene) -> Move:
    """« Est-ce que cela vous va toujours ? »"""
    case = scene.talk.case
    wanted = replace(handoff.request(scene, case), code=visiting.has_code(case))  # the promise tells the code again
    move = handoff.ask_next(scene, "standing", scene.ask("standing_still", "oui", "non"))
    return replace(move, handoff=wanted).first(*scene.says("standing_noted"), *handoff.promise(scene))


def answered(scene: Scene, yes: bool) -> Move:
    """It suits, or another way is wanted."""
    if not yes:
        return changed(scene)
    move = handoff.finish(scene)
    says = tuple(say for say in move.says if say not in handoff.promise(scene))
    wanted = handoff.request(scene, scene.talk.case)
    return replace(move, says=(*scene.says("standing_ok"), *says), sends=(), handoff=wanted)


def changed(scene: Scene) -> Move:
    """Another way to be helped: all is asked anew, but what may be shown."""
    case = {name: value for name, value in scene.talk.case.items() if name not in KEPT or name == "consent"}
    return handoff.go_on(replace(scene, talk=replace(scene.talk, case={**case, "questions": 0})))
