"""What frames a reply: the pressed button, who is speaking, what « répétez » will repeat, what was masked."""

from __future__ import annotations

from dataclasses import replace

from bot import runs
from bot.channels.base import button
from bot.channels.telegram import short_id
from bot.messages import Event
from bot.scene import FRENCH, Move, Scene
from bot.talk import Talk


def in_passing(scene: Scene, move: Move) -> bool:
    """True when « répétez » must still say what stood before: nothing new waits for an answer."""
    if move.aside or not move.says:
        return True
    before, asked = scene.talk.last, move.talk.asked
    again = bool(asked and asked == scene.talk.asked and before and move.says[-1] != before[-1])
    return again and not runs.unread(scene.talk)


def introduced(scene: Scene, move: Move) -> Move:
    """The move, with who is speaking said first to who meets us by a link or a need; not before a danger.

    The web page welcomes by itself.
    """
    if scene.talk.greeted or scene.signal or move.private or not move.says or not scene.can.provided:
        return move
    library = scene.languages.get(move.talk.language or FRENCH, scene.library)
    if move.talk.language != scene.talk.language:
        return move
    welcomed = library.sentence("welcome", scene.day) in move.says
    return move if welcomed else move.first(library.sentence("first_word", scene.day))


def pressed(scene: Scene, choice: str) -> tuple[Scene, bool]:
    """The scene as if the label of the pressed button had been typed, and whether the button is out of date."""
    for say in scene.talk.last:
        pressed = (option for option in say.options if choice in carried(say.key, option.id))
        option = next(pressed, None)
        if option:
            return replace(scene, text=option.label, picked=option.id), False
    return scene, True


def carried(key: str, option: str) -> tuple[str, str]:
    """What the button of an option may carry: whole, or shortened where there is little room."""
    return button(key, option), f"#{short_id(key, option)}"


def concerned(talk: Talk) -> str | None:
    """The procedure in hand, or the one about to start."""
    if talk.run:
        return talk.run.procedure
    return talk.asked.options[0] if talk.asked and talk.asked.kind == "start" else None


def has_words(text: str) -> bool:
    """True when something is left to read once the masks are taken away."""
    return any(len(word) > 1 and word.isalpha() and not word.isupper() for word in text.split())


def explain(scene: Scene, kinds: tuple[str, ...], notes: tuple[str, ...], move: Move) -> Move:
    events = tuple(Event("masked", detail=kind) for kind in kinds)
    return move.noting(*events).first(*scene.says(*notes, *(f"masked_{kind}" for kind in kinds)))
