"""A phone call while a person is in charge: never silent, never endless; what is said is passed on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot import closed, comforting, transfers
from bot.messages import Event
from bot.relaying import charge, free, is_to_call, is_word, relayed, without_step
from bot.scene import Move, Scene

SILENCES = 2  # in a row, then the call ends


def command(scene: Scene) -> Move | None:
    """What a caller may still ask of the assistant: to repeat, to slow down, to end the call."""
    if is_word(scene, "repeter"):
        return Move(scene.talk, scene.talk.last, (Event("repeated"),))
    if is_word(scene, "plus_lentement"):
        return without_step(scene, comforting.slower(scene))
    if is_word(scene, "au_revoir"):
        return Move(free(scene), scene.says("goodbye"), relayed=True, then="hang_up")
    return None


def person(scene: Scene) -> Move:
    """Key 0: somebody now if possible; else the person in charge knows of it."""
    if transfers.possible(scene):
        return Move(free(scene), scene.says("transfer_start"), relayed=True, then="transfer")
    return relayed(scene, *scene.says("charge_no_line", name=charge(scene).name))


def _begun(scene: Scene) -> Move:
    """Who has the case, and what can be done."""
    who = charge(scene)
    greeting = scene.says("charge_call_back" if is_to_call(who) else "charge_call", name=who.name)
    talk = replace(free(scene), comfort=replace(scene.talk.comfort, troubles=0))  # those of another day
    begun = closed.told_anyway(scene, Move(talk, greeting, (Event("call"),)))
    return replace(begun, says=(*begun.says, *scene.says("charge_keys")))


def _silent(scene: Scene) -> Move:
    """Nothing was said nor pressed: what can be done, once more; then the call ends."""
    if scene.talk.alarm:  # someone in danger may be unable to speak: the number is said again
        return Move(scene.talk, scene.talk.last, aside=True)
    silences = scene.talk.silences + 1
    if silences < SILENCES:
        return Move(replace(scene.talk, silences=silences), scene.says("charge_silent", "charge_keys"))
    return Move(free(scene), scene.says("charge_end", name=charge(scene).name), then="hang_up")


def _hung_up(scene: Scene) -> Move:
    return Move(free(scene), (), (Event("hung_up"),))


def _spoken_to(scene: Scene) -> Move:
    """The call that was passed on came back."""
    return Move(free(scene), scene.says("transfer_done", "charge_keys"), (Event("transfer", detail="done"),))


def _not_spoken_to(scene: Scene) -> Move:
    said = scene.says("charge_no_line", name=charge(scene).name)
    return Move(free(scene), said, (Event("transfer", detail="failed"),))


SIGNALS: dict[str, Callable[[Scene], Move]] = {
    "call": _begun,
    "silence": _silent,
    "hung_up": _hung_up,
    "transfer_done": _spoken_to,
    "transfer_failed": _not_spoken_to,
}
