"""A turn with nothing behind it: no place, no past. For authors who try a procedure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.dialogue import Dialogue
from bot.messages import Answer, Inbound, Known
from bot.scene import NeedsKnown, NeedsPlaces, NeedsUnderstanding
from bot.talk import Talk

if TYPE_CHECKING:
    from bot.understanding import Understanding

ROUNDS = 8


def answer_alone(
    dialogue: Dialogue, inbound: Inbound, talk: Talk, understand: Callable[[str], Understanding]
) -> Answer:
    """What the dialogue answers to somebody of whom nothing is kept, in a country without places."""
    understood: dict[str, Understanding] = {}
    for _ in range(ROUNDS):
        try:
            return dialogue.reply_to(inbound, talk, understood)
        except NeedsUnderstanding as need:
            understood[need.text] = understand(need.text)
        except NeedsPlaces as need:
            inbound = replace(inbound, nearby=(), around=need.commune)
        except NeedsKnown:
            inbound = replace(inbound, known=Known(inbound.at, 0, 0))
    raise RuntimeError("the dialogue asks again for what it was given")
