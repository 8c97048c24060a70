"""One conversation on several channels: a short code, given here and typed there."""

from __future__ import annotations

from dataclasses import replace

from bot import runs
from bot.messages import LINK_CODE, Event
from bot.scene import Move, Scene, asking


def give(scene: Scene) -> Move:
    """« Un code »: the storage puts a fresh one in place of the mark."""
    said = scene.says("link_code", code=LINK_CODE, minutes=str(scene.limits.code_minutes))
    waits = scene.talk.asked or scene.talk.run
    move = runs.show(scene).first(*said) if waits else Move(scene.talk, said)
    return replace(move, link=True).noting(Event("link_code"))


def ask(scene: Scene) -> Move:
    """« J'ai un code »."""
    return Move(asking(scene.talk, "code"), scene.says("give_code"))


def linked(scene: Scene) -> Move:
    """The code was right: the talk in the scene is the one it belongs to."""
    again = runs.replace_talk(scene, paused=False)
    return runs.show(again).first(*scene.says("linked")).noting(Event("linked", detail=scene.channel))


def linked_already(scene: Scene) -> Move:
    """The code of this very conversation."""
    return _again(scene, "linked_already")


def refused(scene: Scene) -> Move:
    """Wrong, used or out of date: said in the same words, so that trying tells nothing."""
    return _again(scene, "code_refused")


def too_many(scene: Scene) -> Move:
    """Too many codes were tried from this address."""
    return _again(scene, "code_too_many")


def _again(scene: Scene, sentence: str) -> Move:
    asked = scene.talk.asked
    free = runs.without_question(scene) if asked and asked.kind == "code" else scene
    return runs.show(free).first(*scene.says(sentence))
