"""What only happens on the phone: a call that begins, keys of its own, how to key a number, a hang-up."""

from __future__ import annotations

from dataclasses import replace

from bot import courtesy, handoff, linking, manners, menus, recaps, runs, steps, ways
from bot.messages import Event
from bot.scene import Move, Scene

KEYED = ("number", "amount", "date", "place")
CODE_KEY, BACK_KEY, CHOICES_KEY = "9", "1", "*"


def begun(scene: Scene) -> Move:
    """A call begins: who we are, that 0 reaches a person, and where we stood. The choices are read on demand."""
    comfort = replace(scene.talk.comfort, troubles=0)  # those of another day
    talk = replace(scene.talk, silences=0, checks=0, paused=False, comfort=comfort)
    talk = replace(talk, asked=None) if talk.asked and talk.asked.kind in ("silence", "code") else talk
    scene = replace(scene, talk=talk)
    if talk.run:
        title = scene.option(talk.run.procedure).label
        return runs.show(scene).first(*scene.says("call_welcome_back", title=title)).noting(Event("call"))
    who = scene.says("call_again" if talk.greeted else "call_welcome")
    if talk.asked and talk.last and talk.asked.kind != "theme":
        return _asked_again(scene).first(*who).noting(Event("call"))
    move = courtesy.hello(scene) if talk.parked or talk.plans else _need(scene)
    return move.first(*who).noting(Event("call"))


def _need(scene: Scene) -> Move:
    """What is needed, in the caller's words. The keys of the first menu work already, for who knows them."""
    return Move(menus.themes(scene).talk, (scene.ask(runs.UNREAD),))


def back(scene: Scene) -> Move:
    """The caller who asked to wait is back: the question of ours that waited, else the step."""
    if scene.talk.run and scene.talk.asked is None:
        return runs.resume(scene, scene.talk.run)
    return runs.show(runs.replace_talk(scene, paused=False))


def guided(scene: Scene, move: Move) -> Move:
    """The move, with how to key a number, an amount or a date, just before it is asked for.

    Before the first question: how to know what is kept of the answers, and who hides their number, how to find them.
    """
    if scene.can.spoken and any(event.kind == "run_started" for event in move.events):
        first = () if scene.talk.parked or scene.talk.plans or scene.talk.run else scene.says("call_data")
        hidden = scene.says("call_hidden") if scene.phone is None else ()
        move = replace(move, says=(*move.says[:-1], *first, *hidden, *move.says[-1:]))
    node = runs.waiting(scene, move.talk)
    if not scene.can.spoken or node is None or move.talk.asked or not move.says or move.says[-1].key != node.key:
        return move
    if manners.expected(move.talk, node) not in KEYED:
        return move
    hint = steps.hint(replace(scene, talk=move.talk))
    return move if not hint or hint[0] in move.says else replace(move, says=(*move.says[:-1], *hint, move.says[-1]))


def _asked_again(scene: Scene) -> Move:
    """The question that waited when the caller hung up; « On commence ? » with what it is about."""
    asked = scene.talk.asked
    if asked and asked.kind == "start" and asked.options[0] in scene.library.procedures:
        return runs.propose(runs.without_question(scene), asked.options[0])
    return runs.show(scene)


def key(scene: Scene) -> Move | None:
    """Keys of the phone only: * for the choices of the greeting, 1 to go on after a wait, 9 for a code at the menu."""
    if not scene.can.spoken:
        return None
    if runs.unread(scene.talk) and scene.text.strip() == CHOICES_KEY:
        return runs.show(scene).first(*scene.says("call_have_code"))
    if scene.talk.paused and scene.exact == BACK_KEY:
        return back(scene)
    at_menu = scene.talk.run is None and (scene.talk.asked is None or scene.talk.asked.kind == "theme")
    return linking.ask(scene) if at_menu and scene.exact == CODE_KEY else None


def hung_up(scene: Scene) -> Move:
    """The caller is gone: nothing to say, the place is kept, and a call to who had asked for a person."""
    if handoff.in_hand(scene) and scene.phone:
        promised = ways.left(scene)
        gone = hung_up(replace(scene, talk=promised.talk)).noting(*promised.events)
        return replace(gone, handoff=promised.handoff, sends=(*promised.sends, *gone.sends))
    talk = replace(scene.talk, silences=0, checks=0, paused=bool(scene.talk.run))
    event = Event("hung_up", talk.run.procedure if talk.run else None)
    if scene.talk.paused:  # we closed the line ourselves, and sent a recap then
        return Move(talk, (), (event,))
    talk, sends = recaps.after_hang_up(scene, talk)
    return Move(talk, (), (event,), sends=sends)
