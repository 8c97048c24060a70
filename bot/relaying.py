"""Words passed on to the person in charge, and what the assistant leaves unsaid meanwhile."""

from __future__ import annotations

from dataclasses import replace

from bot import runs
from bot.messages import Charge
from bot.scene import Move, Scene
from bot.talk import Talk
from mediation.cases import CALLBACK, TRANSFER

OURS = ("forget", "consent")  # the only questions of the assistant that may wait while a person is in charge


def relayed(scene: Scene) -> Move:
    """The words go to the person. A caller, who sees nothing, is told so."""
    said = scene.says("charge_passed_on", name=charge(scene).name) if scene.can.spoken else ()
    return Move(free(scene), said, relayed=True)


def charge(scene: Scene) -> Charge:
    """The person in charge, where there is one."""
    assert scene.charge
    return scene.charge


def is_to_call(who: Charge) -> bool:
    """True when help is given on the phone."""
    return who.mode in (CALLBACK, TRANSFER)


def without_step(scene: Scene, move: Move) -> Move:
    """The move, without what the citizen had to do next: a person leads now."""
    rest = runs.show(scene).says
    says = move.says[: -len(rest)] if move.says[-len(rest) :] == rest else move.says
    return Move(replace(scene.talk, comfort=move.talk.comfort), says, move.events)


def question(scene: Scene) -> str | None:
    """The question of the assistant's that waits, None when there is none."""
    pending = scene.talk.asked
    return pending.kind if pending and pending.kind in OURS else None


def free(scene: Scene) -> Talk:
    """The talk with no question of the assistant's pending, and no silence counted."""
    return replace(scene.talk, asked=None if question(scene) else scene.talk.asked, silences=0)


def is_word(scene: Scene, name: str) -> bool:
    """True when the whole text is one of the exact words of that name."""
    return scene.exact in scene.library.words[name]
