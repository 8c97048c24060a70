"""What only happens on the phone: a call that begins, silences, waiting, a hang-up.

A silence never ends in a hang-up by itself: said again slower, then simpler, then a person, a recap or going on is
offered; only then, after a recap and a call-back are made, does the line close. The place is kept at every moment.
"""

from __future__ import annotations

from dataclasses import replace

from bot import courtesy, handoff, linking, manners, menus, recaps, runs, steps
from bot.messages import LINK_CODE, Event
from bot.scene import Move, Scene, asking
from flows.model import Instruction

OFFER_AFTER = 3  # silences in a row
TROUBLED = 7  # silences, misses and repeats in all: then any silence leads to the offer
KEYED = ("number", "amount", "date")
CODE_KEY, BACK_KEY = "9", "1"


def begun(scene: Scene) -> Move:
    """A call begins: who we are, that 0 reaches a person, and where we stood."""
    talk = replace(scene.talk, silences=0, checks=0, paused=False)
    talk = replace(talk, asked=None) if talk.asked and talk.asked.kind in ("silence", "code") else talk
    scene = replace(scene, talk=talk)
    if talk.run:
        title = scene.title(talk.run.procedure)
        return runs.show(scene).first(*scene.says("call_welcome_back", title=title)).noting(Event("call"))
    if talk.asked and talk.last:
        return runs.show(scene).first(*scene.says("call_welcome")).noting(Event("call"))
    move = courtesy.hello(scene) if talk.parked or talk.plans else menus.themes(scene, "what_need")
    code = () if talk.parked or talk.plans else scene.says("call_have_code")
    hidden = scene.says("call_hidden") if scene.phone is None else ()
    return move.first(*scene.says("call_welcome"), *hidden, *code).noting(Event("call"))


def back(scene: Scene) -> Move:
    """The caller who asked to wait is back."""
    if scene.talk.run:
        return runs.resume(scene, scene.talk.run)
    return runs.show(runs.replace_talk(scene, paused=False))


def guided(scene: Scene, move: Move) -> Move:
    """The move, with how to key a number, an amount or a date, just before it is asked for."""
    node = runs.waiting(scene, move.talk)
    if not scene.can.spoken or node is None or move.talk.asked or not move.says or move.says[-1].key != node.key:
        return move
    if manners.expected(move.talk, node) not in KEYED:
        return move
    hint = steps.hint(replace(scene, talk=move.talk))
    return move if not hint or hint[0] in move.says else replace(move, says=(*move.says[:-1], *hint, move.says[-1]))


def key(scene: Scene) -> Move | None:
    """Keys that mean something on the phone only: 1 when we wait for who asked to, 9 for a code at the menu."""
    if not scene.can.spoken:
        return None
    if scene.talk.paused and scene.exact == BACK_KEY:
        return back(scene)
    at_menu = scene.talk.run is None and (scene.talk.asked is None or scene.talk.asked.kind == "theme")
    return linking.ask(scene) if at_menu and scene.exact == CODE_KEY else None


def silence(scene: Scene) -> Move:
    """Nothing was said nor pressed."""
    talk = scene.talk
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
    hint = steps.hint(scene) if talk.asked is None else scene.says("choose_one") if talk.last[-1:] else ()
    return runs.show(scene).first(*scene.says("silence_simpler"), *hint).noting(event)


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
    said = scene.ask("silence_offer", "rappel", "sms", "continuer")
    talk = replace(scene.talk, checks=0)
    return Move(asking(talk, "silence"), (said,))


def offer_answered(scene: Scene, choice: str) -> Move:
    """A call-back, a recap by SMS, or going on."""
    free = runs.replace_talk(scene, asked=None, silences=0)
    if choice == "rappel":
        return handoff.call_back(free, "unclear")
    return recaps.wanted(free) if choice == "sms" else runs.show(free)


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
    sends = (recaps.place(scene, *move.says),) if recaps.wants_texts(scene) else ()
    told = scene.says("sms_recap_sent") if sends else ()
    says = (*move.says, *told, *scene.says("silence_end"))
    return replace(move, says=says, sends=sends, then="hang_up").noting(Event("left_silent"))


def hung_up(scene: Scene) -> Move:
    """The caller is gone: nothing to say, the place is kept."""
    talk = replace(scene.talk, silences=0, checks=0, paused=bool(scene.talk.run))
    event = Event("hung_up", talk.run.procedure if talk.run else None)
    if scene.talk.paused:  # we closed the line ourselves, and sent a recap then
        return Move(talk, (), (event,))
    talk, sends = recaps.after_hang_up(scene, talk)
    return Move(talk, (), (event,), sends=sends)
