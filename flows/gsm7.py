"""Text as a plain SMS carries it: folded into the GSM-7 alphabet, and counted in segments."""

from __future__ import annotations

import unicodedata
from functools import cache

# 3GPP TS 23.038: the default alphabet, and what takes two places in it.
_BASIC = set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ÄÖÑÜ§¿äöñüà") | {
    *map(chr, range(ord("A"), ord("Z") + 1)),
    *map(chr, range(ord("a"), ord("z") + 1)),
}
_TWICE = set("^{}\\[~]|€")
_FOLDED = {
    **{"’": "'", "‘": "'", "“": '"', "”": '"', "œ": "oe", "Œ": "OE", "…": "...", "–": "-", "—": "-"},
    **{"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " "},
}
_QUOTES = (("«\u00a0", '"'), ("\u00a0»", '"'), ("« ", '"'), (" »", '"'), ("«", '"'), ("»", '"'))
ALONE = 160
JOINED = 153


def fold(text: str) -> str:
    """`text` with every character in the GSM-7 alphabet: « ça » stays readable as « ca », « é » stays.

    A character with no likeness there (an emoji) becomes « ? ».
    """
    for quote, plain in _QUOTES:
        text = text.replace(quote, plain)
    return "".join(_fold(char) for char in text)


@cache
def _fold(char: str) -> str:
    folded = _FOLDED.get(char, char)
    if all(c in _BASIC or c in _TWICE for c in folded):
        return folded
    base = unicodedata.normalize("NFD", folded)[0]
    return base if base in _BASIC else "?"


def septets(text: str) -> int:
    """How many places of the alphabet `text` takes once folded."""
    return sum(2 if char in _TWICE else 1 for char in fold(text))


def segments(text: str) -> int:
    """How many SMS `text` is paid for: one up to 160 places, then 153 each."""
    places = septets(text)
    return 1 if places <= ALONE else -(-places // JOINED)
