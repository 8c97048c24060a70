"""What the citizen may ask for besides answering: repeat, back, why, pause, a person, « oubliez-moi »…"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot import (
    aside,
    asked,
    comforting,
    courtesy,
    glossary,
    handoff,
    knowing,
    linking,
    lost,
    mending,
    menus,
    plans,
    recaps,
    runs,
    standing,
    steps,
    telling,
    ways,
)
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
        menu = scene.talk.asked is not None
        return runs.show(scene).first(*scene.says("choose_one")) if menu else menus.themes(scene, "what_need")
    return _as_yes_no(scene, "oui") or _done(scene)


def _no(scene: Scene) -> Move | None:
    node = runs.waiting(scene)
    if node is None and not scene.busy:
        return courtesy.goodbye(scene)
    if node and isinstance(node.step, Instruction) and not scene.busy:
        return steps.block(scene)
    return _as_yes_no(scene, "non")


def _as_yes_no(scene: Scene, value: str) -> Move | None:
    node = runs.waiting(scene)
    if node and isinstance(node.step, Question) and node.step.answer == "yes_no" and scene.talk.run and not scene.busy:
        return steps.after(scene, engine.answer(scene.library, scene.talk.run, value, scene.day))
    return None


def _block(scene: Scene) -> Move:
    if handoff.in_hand(scene) or (scene.talk.asked and scene.talk.asked.kind == "person"):
        return asked.missed(scene)
    return steps.block(runs.without_question(scene))


def _repeat(scene: Scene) -> Move:
    if not scene.talk.last:
        return menus.arrive(scene)
    talk = replace(scene.talk, checks=0)
    says = tuple(say for say in talk.last if say.key not in ABOUT_SILENCE)  # a key was pressed: it was heard
    return Move(talk, says, (Event("repeated", talk.run.procedure if talk.run else None, runs.key(scene, talk)),))


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
    if handoff.in_hand(scene):
        consent = scene.talk.asked and scene.talk.asked.kind == "consent"
        return runs.show(scene).first(*scene.says("why_consent" if consent else "why_asked"))
    if scene.talk.run is None or scene.talk.asked:
        return runs.show(scene).first(*scene.says("identity"))
    reason = engine.why(scene.library, scene.talk.run, scene.day)
    said = replace(scene.says("no_why")[0], text=reason) if reason else scene.says("no_why")[0]
    return runs.show(scene).first(said)


def _define(scene: Scene) -> Move:
    said = glossary.define(scene)
    return runs.show(scene).first(said or scene.says("no_definition")[0])


def _pause(scene: Scene) -> Move:
    talk = replace(scene.talk, paused=True, misses=0)
    event = Event("paused", talk.run.procedure if talk.run else None)
    return Move(talk, scene.says("paused"), (event,), aside=True)


def _resume(scene: Scene) -> Move:
    talk = scene.talk
    if talk.paused and talk.asked:
        return runs.show(runs.replace_talk(scene, paused=False))
    if aside.KEY in talk.case and not talk.asked:  # asked before a danger was spoken of
        return aside.taken_up(runs.replace_talk(scene, paused=False))
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


def _forget(scene: Scene) -> Move:
    waiting = handoff.in_hand(scene) and not scene.charge  # « non » brings the question about the case back
    talk = replace(scene.talk, case=aside.put(scene.talk)) if waiting else scene.talk
    return Move(asking(talk, "forget"), (scene.ask("forget_offer", "oui", "non"),))


ABOUT_SILENCE = ("silence_repeat", "silence_simpler")
ANSWERS = ("oui", "non", "fait", "bloque", "correction")
ACTS: dict[str, Callable[[Scene], Move | None]] = {
    "demande_humain": ways.asked_for,
    "retour": _back,
    "repeter": _repeat,
    "pourquoi": _why,
    "aide": _say_then_show("help"),
    "menu": menus.themes,
    "ma_liste": plans.take_up,
    "pause": _pause,
    "reprendre": _resume,
    "recommencer": _restart,
    "ne_sait_pas": lost.unknown,
    "oublier": _forget,
    "donnees": knowing.told,
    "bonjour": courtesy.hello,
    "merci": courtesy.thanks,
    "au_revoir": courtesy.goodbye,
    "oui": _yes,
    "non": _no,
    "fait": _done,
    "bloque": _block,
    "correction": mending.correct,
    "definition": _define,
    "colere": courtesy.anger,
    "identite": _say_then_show("identity"),
    "plus_lentement": comforting.slower,
    "plus_vite": comforting.faster,
    "plus_court": comforting.shorter,
    "plus_de_details": comforting.longer,
    "discret": comforting.discreet,
    "pas_discret": comforting.open_again,
    "code": linking.give,
    "avoir_code": linking.ask,
    "sms": recaps.wanted,
    "suite": runs.show,
    "lieux": ways.place_wanted,
    "ma_demande": standing.reminded,
    "sans_demande": standing.cancelled,
    "zero": ways.asked_for,
    "quelle_demarche": lost.which_need,
    "situation": telling.situation,
    **{intent: telling.late(intent) for intent in telling.LATE},
}
