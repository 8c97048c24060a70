"""A citizen's number for a mediator who does not hold the case: told from another, but not dialled."""

from __future__ import annotations

import phonenumbers

from bot.phones import spaced

DOT = "•"


def hidden(phone: str) -> str:
    """A number with its middle hidden: 06 •• •• •• 78."""
    text = spaced(phone)
    digits = [place for place, letter in enumerate(text) if letter.isdigit()]
    kept = {*digits[:2], *digits[-2:]} if len(digits) > 4 else set()
    return "".join(letter if place in kept or not letter.isdigit() else DOT for place, letter in enumerate(text))


def all_hidden(text: str) -> str:
    """The text with every number in it hidden, as it was written: the citizen's own is among what they wrote."""
    kept, after = "", 0
    for found in phonenumbers.PhoneNumberMatcher(text, "FR", leniency=phonenumbers.Leniency.POSSIBLE):
        kept += text[after : found.start] + hidden(found.raw_string)
        after = found.end
    return kept + text[after:]
