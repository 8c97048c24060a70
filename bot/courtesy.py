"""Bonjour, merci, au revoir, and anger."""

from __future__ import annotations

from dataclasses import replace

from bot import handoff, linking, menus, plans, runs, ways
from bot.manner import Then
from bot.scene import Move, Scene, asking


def hello(scene: Scene) -> Move:
    """« Bonjour »: what was left is offered again; in the middle of a call « allô ? » has it said again."""
    if scene.can.spoken and scene.signal is None and (scene.talk.run or scene.talk.asked) and not scene.talk.paused:
        return runs.show(scene)
    if handoff.in_hand(scene):
        return runs.show(scene).first(*scene.says("hello_again"))
    run = scene.talk.run or (scene.talk.parked[-1] if scene.talk.parked else None)
    plan = plans.current(scene.talk)
    if run is None and plan and plan.event.procedure in scene.library.procedures:
        said = scene.ask("plan_resume_offer", "oui", "non", title=scene.title(plan.event.procedure))
        return Move(asking(scene.talk, "resume_plan"), (said,))
    if run is None and scene.talk.greeted and scene.signal is None:
        return runs.show(scene).first(*scene.says("hello_again"))
    if run is None:
        return menus.themes(scene, "what_need").first(*scene.says("welcome", "welcome_privacy"))
    kind = "resume" if scene.talk.run else "resume_parked"
    said = scene.ask("resume_offer", "oui", "non", title=scene.title(run.procedure))
    return Move(asking(scene.talk, kind, run.procedure), (said,))


def thanks(scene: Scene) -> Move:
    return (
        runs.show(scene).first(*scene.says("thanks"))
        if scene.talk.run and not scene.talk.paused
        else Move(scene.talk, scene.says("thanks"), aside=True)
    )


def goodbye(scene: Scene) -> Move:
    """« Au revoir »: the place is kept; who calls with a hidden number needs a code to find it again.

    Who asked for a person, and leaves before the last question, is promised what can be.
    """
    promised = ways.left(scene) if handoff.in_hand(scene) else None
    if promised and not promised.talk.asked:
        bye = goodbye(replace(scene, talk=promised.talk))
        unsaid = scene.says("anything_else", "after_handoff", "plan_put_off")
        says = tuple(say for say in promised.says if say not in unsaid)
        return replace(bye.first(*says), handoff=promised.handoff, sends=promised.sends).noting(*promised.events)
    if scene.can.spoken:
        return _hang_up(scene)
    kept = scene.talk.run or scene.talk.parked
    return Move(replace(scene.talk, paused=bool(scene.talk.run)), scene.says("goodbye_kept" if kept else "goodbye"))


def _hang_up(scene: Scene) -> Move:
    """The end of a call: the place is kept, and a hidden caller gets the code that finds it again.

    The line closes for who said goodbye in so many words; who was only taken to mean it may go on.
    """
    kept = scene.talk.run or scene.talk.parked
    talk = replace(scene.talk, paused=bool(scene.talk.run))
    sure = scene.exact in scene.library.words["au_revoir"]
    then: Then | None = "hang_up" if sure else None
    move = Move(talk, scene.says("goodbye_kept" if kept else "goodbye"), then=then, aside=True)
    if kept and scene.phone is None:
        given = linking.give(runs.replace_talk(scene, run=None, asked=None))
        return replace(move.first(*given.says), link=True)
    return move


def anger(scene: Scene) -> Move:
    """Kind words, and a person; who is being passed to one is not asked again."""
    if handoff.in_hand(scene):
        return runs.show(scene).first(*scene.says("calm"))
    return handoff.offer(scene, "person_offer").first(*scene.says("calm"))
