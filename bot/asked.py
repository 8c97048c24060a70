"""Answers to the assistant's own questions: « On commence ? », « Laquelle ? », « À quel numéro ? »."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot import (
    aside,
    calling,
    choosing,
    consent,
    half_heard,
    handoff,
    linking,
    menus,
    numbers,
    plans,
    recaps,
    runs,
    silences,
    standing,
    visiting,
    ways,
    whereabouts,
)
from bot.choosing import yes_no
from bot.manner import Then
from bot.messages import Event
from bot.scene import Move, Scene
from flows.answers import read_phone
from mediation.cases import NO, UNCLEAR, YES

MAX_MISSES = 2


def answer(scene: Scene) -> Move | None:
    """The move for an answer to the pending question; None when the text is no answer to it."""
    if scene.talk.asked is None:
        return None
    return HANDLERS[scene.talk.asked.kind](scene) or ways.turned(scene, strict=True)


def act(scene: Scene, heard: str) -> Move | None:
    """What Rasa's « oui » or « non » means for the pending question, None when it asks something else."""
    said = {"oui": "oui", "non": "non", "fait": "oui"}.get(heard)
    pending = scene.talk.asked
    if pending and pending.kind == "task" and said:
        choice = "deja_fait" if heard == "fait" else choosing.task_choice(scene, said)
        return plans.answered(scene, pending.options[0], choice)
    if said is None or pending is None or pending.kind not in YES_NO:
        return half_heard.answer(scene, heard)
    return YES_NO[pending.kind](scene, said == "oui")


def missed(scene: Scene) -> Move:
    """The pending question again; after that, a person or nothing decided, never a yes."""
    pending = scene.talk.asked
    assert pending
    if other := ways.turned(scene):
        return other
    misses = pending.misses + 1
    talk = replace(scene.talk, asked=replace(pending, misses=misses))
    again = AGAIN.get(pending.kind)
    if misses >= MAX_MISSES:
        return _give_up(scene, pending.kind)
    event = Event("unclear", detail=f"asked_{pending.kind}")
    hint = again or ("say_yes_or_no" if pending.kind in YES_NO else "choose_one" if pending.kind != "code" else "")
    return Move(talk, (*(scene.says(hint) if hint else ()), *scene.talk.last[-1:]), (event,))


def _give_up(scene: Scene, kind: str) -> Move:
    given_up = GIVEN_UP.get(kind)
    if given_up:
        return given_up(scene)
    if kind == "silence" and scene.phone:  # asked for a person: better one call too many than none
        return silences.offer_answered(scene, "rappel")
    if kind == "person":
        return runs.show(runs.replace_talk(scene, asked=None, misses=0)).first(*scene.says("person_refused"))
    return handoff.offer(scene, "person_offer_unclear")


def _start(scene: Scene, yes: bool) -> Move:
    wanted = _first(scene)
    if yes:
        return runs.start(scene, wanted)
    return menus.themes(scene, "what_need").first(*scene.says("not_started"))


def _switch(scene: Scene, yes: bool) -> Move:
    wanted = _first(scene)
    if not yes:
        return runs.show(runs.replace_talk(scene, asked=None)).first(*scene.says("switch_refused"))
    parked = next((run for run in scene.talk.parked if run.procedure == wanted), None)
    if parked:
        return runs.resume(scene, parked)
    return runs.start(scene, wanted, park=True)


def _resume(scene: Scene, yes: bool) -> Move:
    run = scene.talk.run
    if yes and run:
        return runs.resume(scene, run)
    parked = (*scene.talk.parked, run) if run else scene.talk.parked
    aside = runs.replace_talk(scene, run=None, parked=parked, asked=None, paused=False)
    return menus.themes(aside, "what_need").first(*scene.says("resume_refused"))


def _resume_parked(scene: Scene, yes: bool) -> Move:
    wanted = _first(scene)
    run = next((run for run in scene.talk.parked if run.procedure == wanted), None)
    if yes and run:
        return runs.resume(scene, run)
    return Move(replace(scene.talk, asked=None), scene.says("resume_refused", "anything_else"))


def _resume_plan(scene: Scene, yes: bool) -> Move:
    if yes:
        return plans.take_up(runs.without_question(scene))
    return menus.themes(scene, "what_need").first(*scene.says("resume_refused"))


def _restart(scene: Scene, yes: bool) -> Move:
    run = scene.talk.run
    if yes and run:
        return runs.start(scene, run.procedure)
    return runs.show(runs.replace_talk(scene, asked=None)).first(*scene.says("restart_refused"))


def _person(scene: Scene, yes: bool) -> Move:
    if yes:
        return handoff.begin(scene, handoff.why_offered(scene))
    return runs.show(runs.replace_talk(scene, asked=None)).first(*scene.says("person_refused"))


def _forget(scene: Scene, yes: bool) -> Move:
    if yes:
        then: Then | None = "hang_up" if scene.can.spoken else None  # nothing more is listened to
        return Move(type(scene.talk)(), scene.says("forgotten"), (Event("forgotten"),), forget=True, then=then)
    return aside.taken_up(runs.without_question(scene)).first(*scene.says("forget_refused"))


AGAIN = {"consent": "consent_again", "callback_phone": "callback_again", "commune": "commune_again"}
GIVEN_UP: dict[str, Callable[[Scene], Move]] = {
    "consent": lambda scene: consent.answered(scene, UNCLEAR),
    "way": ways.straight,
    "callback_phone": calling.no_number,
    "callback_when": calling.any_time,
    **dict.fromkeys(("commune", "commune_which", "commune_sure"), whereabouts.unknown),
    "place": visiting.refused,
    "standing": lambda scene: standing.answered(scene, True),
    "sms_recap": lambda scene: recaps.answered(scene, False),
    "code": lambda scene: runs.show(runs.without_question(scene)),
}
YES_NO: dict[str, Callable[[Scene, bool], Move]] = {
    "start": _start,
    "switch": _switch,
    "resume": _resume,
    "resume_parked": _resume_parked,
    "resume_plan": _resume_plan,
    "restart": _restart,
    "person": _person,
    "consent": lambda scene, yes: consent.answered(scene, YES if yes else NO),
    "forget": _forget,
    "sms_recap": recaps.answered,
    "standing": standing.answered,
}


def _first(scene: Scene) -> str:
    assert scene.talk.asked
    return scene.talk.asked.options[0]


def _by_yes_no(scene: Scene) -> Move | None:
    said, asked = yes_no(scene), scene.talk.asked
    return YES_NO[asked.kind](scene, said == "oui") if said and asked else None


HANDLERS: dict[str, Callable[[Scene], Move | None]] = {
    **dict.fromkeys(YES_NO, _by_yes_no),
    "person": lambda scene: numbers.for_a_person(scene) or _by_yes_no(scene),
    "theme": choosing.theme,
    "procedure": choosing.procedure,
    "which": choosing.which,
    "task": choosing.task,
    "silence": choosing.silence,
    "code": lambda scene: linking.refused(scene) if scene.exact.isdigit() else None,
    "callback_phone": lambda scene: (
        numbers.wanted(scene) or (missed(scene) if read_phone(scene.text).problem else None)
    ),
    "callback_when": lambda scene: numbers.given(scene) or calling.answer(scene),
    "way": lambda scene: whereabouts.searched(scene) or ways.answer(scene),
    "commune": whereabouts.answer,
    "commune_which": whereabouts.which,
    "commune_sure": whereabouts.sure,
    "place": lambda scene: numbers.given(scene) or visiting.answer(scene) or whereabouts.elsewhere(scene),
    "consent": lambda scene: numbers.given(scene) or _by_yes_no(scene),
}
