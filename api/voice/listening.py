"""How an answer is waited for: how many keys end it, how long a silence may be, what is likely to be said."""

from __future__ import annotations

from dataclasses import dataclass

from bot.channels.ssml import sayable
from bot.manner import Expected, Manner

SLOWER = 1.5  # each pace makes the waits longer by as much
HOLD_SECONDS = 20
INSTRUCTION_SECONDS = 20
HINTS_LENGTH, HINT_LENGTH = 500, 100


@dataclass(frozen=True)
class Keying:
    """How keys are taken: how many end the answer (None: the finishing key or the wait does), and how long we wait."""

    digits: int | None = 1
    finish: str = ""  # empty: # and * are answers like the others
    patience: float = 1


ONE_KEY = Keying()
KEYING: dict[Expected, Keying] = {
    "place": Keying(5, "#", SLOWER),
    "phone": Keying(10, "#", SLOWER),
    "code": Keying(6, "#", SLOWER),
    "date": Keying(None, "#", SLOWER),  # callers are told « puis dièse »: cut at the eighth figure, # would go back
    "number": Keying(None, "#", SLOWER),
    "amount": Keying(None, "#", SLOWER),
}


def keying_for(manner: Manner) -> Keying:
    """How keys are taken for this answer."""
    return ONE_KEY if manner.then == "hold" else KEYING.get(manner.expects, ONE_KEY)


def patience(manner: Manner, silence: int) -> int:
    """The seconds without a word or a key before we speak again. `silence`: those of a plain question."""
    if manner.then == "hold":
        return HOLD_SECONDS
    base = INSTRUCTION_SECONDS if manner.expects == "instruction" else silence
    return round(base * keying_for(manner).patience * SLOWER ** max(0, manner.pace))


def hints(phrases: tuple[str, ...]) -> str | None:
    """The phrases that fit, with commas between, so none in them; None when there is none."""
    kept: list[str] = []
    for phrase in dict.fromkeys(sayable(phrase.replace(",", " ")) for phrase in phrases):
        if phrase and len(phrase) <= HINT_LENGTH and len(",".join((*kept, phrase))) <= HINTS_LENGTH:
            kept.append(phrase)
    return ",".join(kept) or None
