"""« SUITE »: what did not fit in a reply waits, and is read on demand."""

from __future__ import annotations

from dataclasses import replace

from bot import channels
from bot.channels.base import Packed
from bot.scene import Move, Scene
from flows.texts import Say

UNREAD = ("oui", "non", "fait", "plus_tard", "deja_fait")  # answers to a question that is in the rest


def read(scene: Scene) -> Move | None:
    """The rest of the last reply, when that is what is asked for, or when its question was answered unread."""
    rest, words = scene.talk.more, scene.library.words
    if not rest:
        return None
    wanted = scene.exact in words["suite"][1:]
    unread = scene.exact.isdigit() or any(scene.exact in words[name] for name in UNREAD)
    return Move(replace(scene.talk, more=()), rest) if wanted or unread else None


def cut(scene: Scene, says: tuple[Say, ...]) -> tuple[tuple[Say, ...], tuple[Say, ...]]:
    """What fits in a reply on this channel, with the word that brings the rest; and the rest."""
    channel = channels.named(scene.channel)
    fits = channel.fits(says) if isinstance(channel, Packed) else len(says)
    if fits == len(says):
        return says, ()
    return (*says[:fits], *scene.says("suite")), says[fits:]
