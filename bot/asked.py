"""Answers to the assistant's own questions: « On commence ? », « Laquelle ? », « À quel numéro ? »."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot import choosing, handoff, linking, menus, numbers, plans, recaps, runs, silences
from bot.choosing import yes_no
from bot.messages import Event
from bot.scene import Move, Scene, asking

MAX_MISSES = 2


def answer(scene: Scene) -> Move | None:
    """The move for an answer to the pending question; None when the text is no answer to it."""
    if scene.talk.asked is None:
        return None
    return HANDLERS[scene.talk.asked.kind](scene)


def act(scene: Scene, heard: str) -> Move | None:
    """What Rasa's « oui » or « non » means for the pending question, None when it asks something else."""
    said = {"oui": "oui", "non": "non", "fait": "oui"}.get(heard)
    pending = scene.talk.asked
    if pending and pending.kind == "callback_phone" and said == "non":
        return handoff.with_phone(scene, None)
    if pending and pending.kind == "callback_here" and said:
        return _here(scene, said == "oui")
    if pending and pending.kind == "task" and said:
        choice = "deja_fait" if heard == "fait" else choosing.task_choice(scene, said)
        return plans.answered(scene, pending.options[0], choice)
    if said is None or pending is None or pending.kind not in YES_NO:
        return None
    return YES_NO[pending.kind](scene, said == "oui")


def missed(scene: Scene) -> Move:
    """The pending question again; after that, a person or nothing decided, never a yes."""
    pending = scene.talk.asked
    assert pending
    misses = pending.misses + 1
    talk = replace(scene.talk, asked=replace(pending, misses=misses))
    again = AGAIN.get(pending.kind)
    if misses >= MAX_MISSES:
        return _give_up(scene, pending.kind)
    event = Event("unclear", detail=f"asked_{pending.kind}")
    hint = again or ("say_yes_or_no" if pending.kind in YES_NO else "choose_one" if pending.kind != "code" else "")
    return Move(talk, (*(scene.says(hint) if hint else ()), *scene.talk.last[-1:]), (event,))


def _give_up(scene: Scene, kind: str) -> Move:
    if kind == "consent":
        return handoff.finish(scene, share=False)
    if kind == "callback_phone":
        return handoff.with_phone(scene, None)
    if kind in ("callback_here", "silence") and scene.phone:  # asked for a person: better one call too many than none
        return handoff.with_phone(scene, scene.phone) if scene.talk.case else silences.offer_answered(scene, "rappel")
    if kind == "sms_recap":
        return recaps.answered(scene, False)
    if kind == "code":
        return runs.show(runs.without_question(scene))
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
        return handoff.begin(scene, "unclear" if scene.talk.run else "asked")
    return runs.show(runs.replace_talk(scene, asked=None)).first(*scene.says("person_refused"))


def _consent(scene: Scene, yes: bool) -> Move:
    return handoff.finish(scene, share=yes)


def _forget(scene: Scene, yes: bool) -> Move:
    if yes:
        return Move(type(scene.talk)(), scene.says("forgotten"), (Event("forgotten"),), forget=True)
    return runs.show(runs.replace_talk(scene, asked=None)).first(*scene.says("forget_refused"))


def _here(scene: Scene, yes: bool) -> Move:
    """The number at hand, or another one."""
    if yes:
        return handoff.with_phone(scene, str(scene.talk.case["offered"]))
    return Move(asking(scene.talk, "callback_phone"), (scene.ask("callback_other", "pas_de_rappel"),))


AGAIN = {"consent": "consent_again", "callback_phone": "callback_again"}
YES_NO: dict[str, Callable[[Scene, bool], Move]] = {
    "start": _start,
    "switch": _switch,
    "resume": _resume,
    "resume_parked": _resume_parked,
    "resume_plan": _resume_plan,
    "restart": _restart,
    "person": _person,
    "consent": _consent,
    "forget": _forget,
    "callback_here": _here,
    "sms_recap": recaps.answered,
}


def _first(scene: Scene) -> str:
    assert scene.talk.asked
    return scene.talk.asked.options[0]


def _by_yes_no(scene: Scene) -> Move | None:
    said = yes_no(scene)
    assert scene.talk.asked
    return None if said is None else YES_NO[scene.talk.asked.kind](scene, said == "oui")


HANDLERS: dict[str, Callable[[Scene], Move | None]] = {
    **dict.fromkeys(YES_NO, _by_yes_no),
    "person": lambda scene: numbers.for_a_person(scene) or _by_yes_no(scene),
    "theme": choosing.theme,
    "procedure": choosing.procedure,
    "which": choosing.which,
    "task": choosing.task,
    "silence": choosing.silence,
    "code": lambda scene: linking.refused(scene) if scene.exact.isdigit() else None,
    "callback_phone": numbers.wanted,
    "callback_here": lambda scene: numbers.given(scene) or _by_yes_no(scene),
}
