"""How the names of communes are compared: without case, accents and hyphens, abbreviations spelled out."""

from __future__ import annotations

import re

from anyascii import anyascii

ARTICLES = ("le", "la", "les", "l")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_ABBREVIATED = {
    **{
        "st": "saint",
        "ste": "sainte",
        "sts": "saints",
        "stes": "saintes",
        "sant": "saint",
        "sain": "saint",
        "sint": "saint",
        "s": "sur",
        "ss": "sous",
        "sr": "sur",
    },
    **{"lez": "les", "nd": "notre dame", "mt": "mont", "bg": "bourg", "lisle": "l ile", "isle": "ile", "isles": "iles"},
}


def bare(text: str) -> str:
    """« L'Haÿ-les-Roses » → « l hay les roses »."""
    return _NOT_WORD.sub(" ", anyascii(text).lower()).strip()


def spelled_out(words: list[str]) -> list[str]:
    """The words of a name with their abbreviations in full (« st ouen » → « saint ouen »)."""
    return " ".join(_ABBREVIATED.get(word, word) for word in words).split()


def key(words: list[str]) -> str:
    """What two spellings of one name have in common: its letters, glued."""
    return "".join(spelled_out(words))


def without_article(words: list[str]) -> list[str]:
    """« le havre » → « havre ». A name that is but an article stays."""
    return words[1:] if len(words) > 1 and words[0] in ARTICLES else words
