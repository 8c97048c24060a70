"""Silences on the phone: a ladder that never ends in a mere hang-up.

Said again slower, then simpler, then a person, a recap or going on is offered; only then, after a recap and a
call-back are made, does the line close. The place is kept at every moment.
"""

from __future__ import annotations

from dataclasses import replace

from bot import aside, calling, handoff, manners, recaps, runs, steps
from bot.manner import Expected
from bot.messages import LINK_CODE, Event, Send
from bot.scene import Move, Scene, asking
from flows.model import Instruction
from flows.texts import Say

OFFER_AFTER = 3  # silences in a row
TROUBLED = 7  # silences, misses and repeats in all: then any silence leads to the offer
HOW: dict[Expected, str] = {"menu": "choose_one", "yes_no": "say_yes_or_no", "phone": "say_phone", "place": "say_place"}


def silence(scene: Scene) -> Move:
    """Nothing was said nor pressed."""
    talk = scene.talk
    if talk.alarm:  # someone in danger may be unable to speak: the number is said again
        return Move(replace(talk, paused=True), talk.last, aside=True)
    if talk.asked and talk.asked.kind == "silence":
        return _offered_in_vain(scene)
    if talk.paused or _busy_elsewhere(scene):
        return _check(scene)
    silences = talk.silences + 1
    scene = runs.replace_talk(scene, silences=silences)
    event = Event("silence", talk.run.procedure if talk.run else None, runs.key(scene, scene.talk))
    if silences >= OFFER_AFTER or talk.comfort.troubles >= TROUBLED:
        return _offer(scene).noting(event)
    if silences == 1:
        return replace(runs.show(scene).first(*scene.says("silence_repeat")), slower=True).noting(event)
    return runs.show(scene).first(*scene.says("silence_simpler"), *_hint(scene)).noting(event)


def _hint(scene: Scene) -> tuple[Say, ...]:
    """How to answer what waits, in one sentence."""
    if scene.talk.asked is None:
        return steps.hint(scene)
    wanted = manners.expected(scene.talk, None)
    return scene.says(HOW[wanted]) if wanted in HOW else ()


def _busy_elsewhere(scene: Scene) -> bool:
    """True while the caller does what the step says: minutes pass, and that is no trouble."""
    node = runs.waiting(scene)
    run = scene.talk.run
    return bool(node and isinstance(node.step, Instruction) and run and not run.blocked and scene.talk.asked is None)


def _check(scene: Scene) -> Move:
    """A gentle word, every time the wait is over; after minutes of it, the offer."""
    checks = scene.talk.checks + 1
    scene = runs.replace_talk(scene, checks=checks)
    if checks > scene.limits.hold_checks:
        return _offer(runs.replace_talk(scene, paused=False))
    return Move(scene.talk, scene.says("still_here" if scene.talk.paused else "take_your_time"), aside=True)


def _offer(scene: Scene) -> Move:
    """A call-back, a recap where one can be sent, or going on; the question that waited is put aside."""
    options = (*(("sms",) if recaps.wants_texts(scene) else ()), "continuer")
    if scene.territory.callback:
        said = scene.ask("silence_offer", "rappel", *options)
    else:
        said = scene.ask("silence_offer_alone", *options)
    talk = replace(scene.talk, checks=0, case=aside.put(scene.talk))
    return Move(asking(talk, "silence"), (said,))


def offer_answered(scene: Scene, choice: str) -> Move:
    """A call-back, a recap by SMS, or going on with what waited."""
    move = aside.taken_up(runs.replace_talk(scene, silences=0))
    free = replace(scene, talk=replace(move.talk, asked=None))
    if choice == "rappel":
        return calling.at_once(free, "unclear")
    if choice != "sms":
        return move
    sent = recaps.wanted(free)
    return replace(
        move, talk=replace(move.talk, comfort=sent.talk.comfort, more=sent.talk.more), sends=sent.sends
    ).first(*free.says("sms_recap_sent"))


def _offered_in_vain(scene: Scene) -> Move:
    """Silence at the offer: said once more, then a recap and a call-back are made, and the line closes."""
    pending = scene.talk.asked
    assert pending
    event = Event("silence", detail="offer")
    if pending.misses == 0:
        talk = replace(scene.talk, asked=replace(pending, misses=1))
        return Move(talk, scene.talk.last[-1:], (event,))
    return last_word(runs.without_question(scene)).noting(event)


def last_word(scene: Scene) -> Move:
    """The end of a call that nobody answers any more: what was made of it is said, and the place is kept."""
    talk = replace(scene.talk, silences=0, checks=0, paused=bool(scene.talk.run))
    scene = replace(scene, talk=talk)
    if scene.phone is None:
        minutes = str(scene.limits.code_minutes)
        said = scene.says("silence_end_code", code=LINK_CODE, minutes=minutes)
        return Move(talk, said, (Event("left_silent"),), link=True, then="hang_up")
    move = handoff.promised(scene, "silence", scene.phone)
    talk = move.talk
    sends: tuple[Send, ...] = ()
    if recaps.wants_texts(scene):
        talk, sends = recaps.pushed(scene, talk, recaps.place(scene, *move.says))
    told = scene.says("sms_recap_sent") if sends else ()
    says = (*move.says, *told, *scene.says("silence_end"))
    return replace(move, talk=talk, says=says, sends=sends, then="hang_up").noting(Event("left_silent"))
