"""What the citizen may ask for besides answering: repeat, back, why, pause, a person, « oubliez-moi »…"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot import glossary, handoff, mending, menus, plans, runs, steps
from bot.messages import Event
from bot.scene import Move, Scene, asking
from flows import engine
from flows.model import Instruction, Question
from flows.walk import DONE


def _say_then_show(*names: str) -> Callable[[Scene], Move]:
    return lambda scene: runs.show(scene).first(*scene.says(*names))


def _done(scene: Scene) -> Move | None:
    node = runs.waiting(scene)
    if node is None or not isinstance(node.step, Instruction) or scene.busy:
        return None
    assert scene.talk.run
    return steps.after(scene, engine.answer(scene.library, scene.talk.run, DONE, scene.day))


def _yes(scene: Scene) -> Move | None:
    if scene.talk.run is None and not scene.busy:
        return menus.themes(scene, "what_need")
    return _as_yes_no(scene, "oui") or _done(scene)


def _no(scene: Scene) -> Move | None:
    node = runs.waiting(scene)
    if node is None and not scene.busy:
        return _goodbye(scene)
    if node and isinstance(node.step, Instruction) and not scene.busy:
        return steps.block(scene)
    return _as_yes_no(scene, "non")


def _as_yes_no(scene: Scene, value: str) -> Move | None:
    node = runs.waiting(scene)
    if node and isinstance(node.step, Question) and node.step.answer == "yes_no" and scene.talk.run and not scene.busy:
        return steps.after(scene, engine.answer(scene.library, scene.talk.run, value, scene.day))
    return None


def _block(scene: Scene) -> Move:
    return steps.block(runs.without_question(scene))


def _repeat(scene: Scene) -> Move:
    return Move(scene.talk, scene.talk.last) if scene.talk.last else menus.arrive(scene)


def _back(scene: Scene) -> Move:
    if scene.talk.asked and scene.talk.run:
        return runs.show(runs.without_question(scene))
    if scene.talk.run is None:
        return runs.show(scene).first(*scene.says("nothing_to_go_back"))
    turn = engine.back(scene.library, scene.talk.run, scene.day)
    if not turn.understood:
        return runs.show(scene).first(*scene.says("first_step"))
    event = Event("went_back", scene.talk.run.procedure, turn.key)
    return Move(replace(scene.talk, run=turn.run, misses=0), (*scene.says("went_back"), *turn.says), (event,))


def _why(scene: Scene) -> Move:
    if scene.talk.run is None or scene.talk.asked:
        return runs.show(scene).first(*scene.says("identity"))
    reason = engine.why(scene.library, scene.talk.run, scene.day)
    said = replace(scene.says("no_why")[0], text=reason) if reason else scene.says("no_why")[0]
    return runs.show(scene).first(said)


def _define(scene: Scene) -> Move:
    said = glossary.define(scene)
    return runs.show(scene).first(said or scene.says("no_definition")[0])


def _person(scene: Scene) -> Move:
    return handoff.begin(runs.without_question(scene), "asked")


def _pause(scene: Scene) -> Move:
    talk = replace(scene.talk, paused=True, asked=None if scene.talk.run else scene.talk.asked, misses=0)
    return Move(talk, scene.says("paused"), (Event("paused", talk.run.procedure if talk.run else None),))


def _resume(scene: Scene) -> Move:
    talk = scene.talk
    if talk.run:
        return runs.resume(scene, talk.run)
    if talk.parked:
        return runs.resume(scene, talk.parked[-1])
    if talk.plans:
        return plans.take_up(scene)
    return menus.themes(scene).first(*scene.says("nothing_to_resume"))


def _restart(scene: Scene) -> Move:
    if scene.talk.run is None:
        return menus.themes(scene)
    said = scene.ask("restart_offer", "oui", "non", title=scene.title(scene.talk.run.procedure))
    return Move(asking(scene.talk, "restart"), (said,))


def _hello(scene: Scene) -> Move:
    run = scene.talk.run or (scene.talk.parked[-1] if scene.talk.parked else None)
    plan = plans.current(scene.talk)
    if run is None and plan and plan.event.procedure in scene.library.procedures:
        said = scene.ask("plan_resume_offer", "oui", "non", title=scene.title(plan.event.procedure))
        return Move(asking(scene.talk, "resume_plan"), (said,))
    if run is None:
        return menus.themes(scene, "what_need").first(*scene.says("welcome", "welcome_privacy"))
    kind = "resume" if scene.talk.run else "resume_parked"
    said = scene.ask("resume_offer", "oui", "non", title=scene.title(run.procedure))
    return Move(asking(scene.talk, kind, run.procedure), (said,))


def _thanks(scene: Scene) -> Move:
    return (
        _say_then_show("thanks")(scene)
        if scene.talk.run and not scene.talk.paused
        else Move(scene.talk, scene.says("thanks"))
    )


def _goodbye(scene: Scene) -> Move:
    kept = scene.talk.run or scene.talk.parked
    return Move(replace(scene.talk, paused=bool(scene.talk.run)), scene.says("goodbye_kept" if kept else "goodbye"))


def _anger(scene: Scene) -> Move:
    return handoff.offer(scene, "person_offer").first(*scene.says("calm"))


def _unknown(scene: Scene) -> Move:
    run, node = scene.talk.run, runs.waiting(scene)
    if run and node and not scene.busy and engine.unknown_exit(scene.library, run, scene.day):
        return steps.after(scene, engine.answer(scene.library, run, engine.UNKNOWN, scene.day))
    if run and node and isinstance(node.step, Instruction):
        return steps.block(runs.without_question(scene))
    if run is None and not scene.busy:
        return _orient(scene)
    if scene.talk.asked is not None and not scene.busy:
        return handoff.offer(scene, "person_offer")
    return runs.show(scene).first(*scene.says("unknown_help"))


def _orient(scene: Scene) -> Move:
    """A few plain questions for who cannot name a procedure; a person for who has just answered them."""
    found = next((page.id for page in scene.library.procedures.values() if page.kind == "orientation"), None)
    if found is None or scene.library.only_french(found):
        return handoff.offer(scene, "person_offer")
    if scene.talk.run or (scene.talk.asked and scene.talk.asked.kind == "task"):
        return handoff.offer(scene, "person_offer")
    return runs.propose(runs.without_question(scene), found)


def _forget(scene: Scene) -> Move:
    return Move(asking(scene.talk, "forget"), (scene.ask("forget_offer", "oui", "non"),))


ANSWERS = ("oui", "non", "fait", "bloque", "correction")
ACTS: dict[str, Callable[[Scene], Move | None]] = {
    "demande_humain": _person,
    "retour": _back,
    "repeter": _repeat,
    "pourquoi": _why,
    "aide": _say_then_show("help"),
    "menu": menus.themes,
    "ma_liste": plans.take_up,
    "pause": _pause,
    "reprendre": _resume,
    "recommencer": _restart,
    "ne_sait_pas": _unknown,
    "oublier": _forget,
    "donnees": _say_then_show("data_kept"),
    "bonjour": _hello,
    "merci": _thanks,
    "au_revoir": _goodbye,
    "oui": _yes,
    "non": _no,
    "fait": _done,
    "bloque": _block,
    "correction": mending.correct,
    "definition": _define,
    "colere": _anger,
    "identite": _say_then_show("identity"),
    "plus_lentement": mending.simpler,
    "quelle_demarche": lambda scene: menus.themes(scene, "what_need") if scene.talk.run else _orient(scene),
}
