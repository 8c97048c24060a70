"""The recap by SMS: what was done or where the citizen stands, and how to go on."""

from __future__ import annotations

from dataclasses import replace

from bot import runs
from bot.messages import Event, Send
from bot.phones import can_text
from bot.scene import Move, Scene, asking
from bot.talk import Talk
from flows import engine
from flows.run import Run
from flows.texts import Say

SMS = "sms"


def wants_texts(scene: Scene) -> bool:
    """True when an SMS may be sent to the number at hand."""
    return can_text(scene.phone) and not scene.no_sms


def wanted(scene: Scene) -> Move:
    """« Un SMS »: the recap is sent, if this number reads them, and we go on."""
    if not wants_texts(scene):
        why = "sms_stopped" if can_text(scene.phone) else "sms_recap_no_mobile"
        return runs.show(scene).first(*scene.says(why))
    comfort = replace(scene.talk.comfort, sms_recap=True)
    move = runs.show(runs.replace_talk(scene, comfort=comfort))
    talk, sends = pushed(scene, move.talk, place(scene))
    return replace(move, talk=talk, sends=sends).first(*scene.says("sms_recap_sent")).noting(Event("recap"))


def offered(scene: Scene) -> bool:
    """True when a caller who has just finished should be asked whether a recap is wanted."""
    return scene.can.spoken and wants_texts(scene) and scene.talk.comfort.sms_recap is not False


def offer(scene: Scene, ended: Run) -> Move:
    """« Voulez-vous recevoir un résumé par SMS ? », at the end of a procedure."""
    talk = replace(asking(scene.talk, "sms_recap"), case={**scene.talk.case, "ended": ended.to_json()})
    return Move(talk, (scene.ask("sms_recap_offer", "oui", "non"),))


def answered(scene: Scene, yes: bool) -> Move:
    """The answer to the offer."""
    case = dict(scene.talk.case)
    ended = Run.from_json(case.pop("ended")) if "ended" in case else None
    comfort = replace(scene.talk.comfort, sms_recap=yes)
    scene = runs.replace_talk(scene, asked=None, case=case, comfort=comfort)
    if not yes:
        return runs.what_else(scene).first(*scene.says("sms_recap_refused"))
    move = replace(runs.what_else(scene), sends=(done(scene, ended) if ended else place(scene),))
    return move.first(*scene.says("sms_recap_sent")).noting(Event("recap", ended.procedure if ended else None))


def done(scene: Scene, ended: Run) -> Send:
    """What was finished, and what its last message tells to do next."""
    turn = engine.show(scene.library, ended, scene.day)
    return to_phone(scene, *scene.says("recap_done", title=scene.title(ended.procedure)), *turn.says)


def place(scene: Scene, *more: Say) -> Send:
    """Where the citizen stands, the step that waits, and `more`."""
    run = scene.talk.run or (scene.talk.parked[-1] if scene.talk.parked else None)
    if run is None:
        return to_phone(scene, *more, *scene.says("recap_nothing"))
    shown = engine.show(scene.library, run, scene.day).says
    return to_phone(scene, *scene.says("recap_place", title=scene.title(run.procedure)), *shown, *more)


def after_hang_up(scene: Scene, talk: Talk) -> tuple[Talk, tuple[Send, ...]]:
    """To a caller who hung up in the middle and wanted SMS before: where they stand."""
    if not (talk.run and talk.comfort.sms_recap and wants_texts(scene)):
        return talk, ()
    return pushed(scene, talk, replace(place(scene), kind="push", asked_for=False))


def pushed(scene: Scene, talk: Talk, send: Send) -> tuple[Talk, tuple[Send, ...]]:
    """What we start. On a phone that others read it only says that a message waits, and « SUITE » brings it."""
    if not talk.comfort.discreet:
        return talk, (send,)
    return replace(talk, more=send.says), (replace(send, says=scene.says("discreet_push")),)


def to_phone(scene: Scene, *says: Say) -> Send:
    """An SMS to the caller's number, without choices: those are for the conversation."""
    plain = tuple(replace(say, options=()) for say in says)
    return Send("recap", SMS, plain, scene.phone, asked_for=True)
