"""« Plus lentement », « plus court », « mode discret »: how the citizen wants to be spoken to."""

from __future__ import annotations

from dataclasses import replace

from bot import comfort, mending, runs
from bot.comfort import Comfort
from bot.messages import Event
from bot.scene import Move, Scene


def learn(move: Move) -> Move:
    """The move with what this turn taught: a miss or a silence slows the pace, an answer eases it."""
    kinds = {event.kind for event in move.events}
    profile = move.talk.comfort
    if kinds & {"unclear", "silence", "repeated"}:
        profile = comfort.troubled(profile)
    elif kinds & {"step_answered"}:
        profile = comfort.eased(profile)
    return replace(move, talk=replace(move.talk, comfort=profile))


def slower(scene: Scene) -> Move:
    """« Plus lentement »: on the phone the voice slows down; in writing the step is said more simply."""
    scene = _with(scene, comfort.slower(scene.talk.comfort))
    return _said(scene, "pace_slower") if scene.can.spoken else mending.simpler(scene)


def faster(scene: Scene) -> Move:
    """« Plus vite »."""
    return _said(_with(scene, comfort.faster(scene.talk.comfort)), "pace_faster")


def shorter(scene: Scene) -> Move:
    """« Plus court »: the short form of each text, one idea a message."""
    return _said(_with(scene, replace(scene.talk.comfort, short=True)), "shorter_now")


def longer(scene: Scene) -> Move:
    """« Plus de détails »."""
    return _said(_with(scene, replace(scene.talk.comfort, short=False)), "longer_now")


def discreet(scene: Scene) -> Move:
    """« Mode discret », for a phone that others read."""
    return _said(_with(scene, replace(scene.talk.comfort, discreet=True)), "discreet_now")


def open_again(scene: Scene) -> Move:
    """« Mode normal »."""
    return _said(_with(scene, replace(scene.talk.comfort, discreet=False)), "discreet_off")


def _with(scene: Scene, profile: Comfort) -> Scene:
    return runs.replace_talk(scene, comfort=profile)


def _said(scene: Scene, sentence: str) -> Move:
    return runs.show(scene).first(*scene.says(sentence)).noting(Event("comfort", detail=sentence))
