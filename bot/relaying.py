"""Words passed on to the person in charge, and what the assistant leaves unsaid meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot import closed, runs
from bot.channels.base import keys
from bot.owners import Charge
from bot.scene import Move, Scene
from bot.talk import Talk
from flows.answers import read_choice
from flows.texts import Say
from mediation.cases import CALLBACK, TRANSFER

STEP = "step_sent"  # in the talk's case: the last thing said was the step, for the person in charge
OURS = ("forget", "consent")  # the only questions of the assistant that may wait while a person is in charge


def relayed(scene: Scene, *said: Say) -> Move:
    """The words go to the person. A caller, who sees nothing, is told so, or `said`; out of hours, when it is read."""
    if scene.can.spoken and not said:
        said = scene.says("charge_passed_on", name=charge(scene).name)
    return closed.told(scene, Move(free(scene), said, relayed=True))


def labelled(scene: Scene) -> Scene:
    """The scene with the words of the choice beside its number, when the step that was sent is answered by one.

    The person would read a bare « 1 »; but a number that answers their own words is left as it is.
    """
    if question(scene) or STEP not in scene.talk.case or not scene.exact.isdigit() or not scene.talk.last:
        return scene
    choices = keys(scene.talk.last[-1], scene.can)
    reading = read_choice(scene.text, choices, strict=True)
    chosen = next((option for option in choices if reading.ok and option.id == reading.value), None)
    return replace(scene, text=f"{scene.exact} ({chosen.label})", picked=chosen.id) if chosen else scene


def step_said(talk: Talk, says: Sequence[Say] = ()) -> Talk:
    """The talk once the waiting step was said for the person in charge; `says` where no turn keeps it.

    What was said to somebody in danger stays what is said again.
    """
    if talk.alarm:
        return talk
    return replace(talk, case={**talk.case, STEP: True}, last=tuple(says) or talk.last)


def spoken_to(talk: Talk) -> Talk:
    """The talk once the person has spoken: no question of the assistant's waits, and the step is not the last word.

    A « oui » to the person must not be taken for a « oui » to « tout effacer ? ».
    """
    asked = None if talk.asked and talk.asked.kind in OURS else talk.asked
    return replace(not_the_step(talk), asked=asked)


def not_the_step(talk: Talk) -> Talk:
    """The talk once something else than the step was said: a number does not answer it any more."""
    return replace(talk, case={name: value for name, value in talk.case.items() if name != STEP})


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
