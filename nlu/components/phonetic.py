"""A rough French sound key, so that « deklarassion » and « déclaration » look alike (no Rasa here)."""

import re
from functools import lru_cache
from re import Pattern

# In order. Works on accent-free words; coarse on purpose: it feeds n-grams, never a display.
_RULES: list[tuple[Pattern[str], str]] = [
    (re.compile(p), r)
    for p, r in [
        (r"([a-z])\1", r"\1"),
        (r"(?:ents|ent)$", "an"),
        (r"tion", "sion"),
        (r"qu|q", "k"),
        (r"ch", "S"),
        (r"sc(?=[eiy])", "s"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"ph", "f"),
        (r"gu(?=[eiy])", "g"),
        (r"g(?=[eiy])", "j"),
        (r"h", ""),
        (r"y", "i"),
        (r"eaux?|aux?", "o"),
        (r"(?:ain|ein|in|im)(?=[^aeiou]|$)", "I"),
        (r"(?:en|em|an|am)(?=[^aeiou]|$)", "A"),
        (r"(?:on|om)(?=[^aeiou]|$)", "O"),
        (r"oi", "wa"),
        (r"ou", "u"),
        (r"eu", "e"),
        (r"(?:aient|ais|ait|ai|ei)", "e"),
        (r"(?:er|ez|ee|et|es)$", "e"),
        (r"z", "s"),
        (r"ss", "s"),
        (r"x$", ""),
        (r"[stdp]+$", ""),
        (r"(?<=.{2})e$", ""),
        (r"(.)\1", r"\1"),
    ]
]


@lru_cache(maxsize=32768)
def word_key(word: str) -> str:
    """The sound key of one accent-free lower-case word; very short words stay as they are."""
    if len(word) < 3 or not word.isalpha():
        return word
    key = word
    for pattern, replacement in _RULES:
        key = pattern.sub(replacement, key)
    return key or word


def phonetic(normalised: str) -> str:
    """The sound keys of a normalised text, word by word."""
    return " ".join(word_key(word) for word in normalised.split())
