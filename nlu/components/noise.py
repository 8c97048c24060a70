"""Makes noisy copies of training phrases: typos, phonetic spelling, hesitations, politeness (no Rasa here)."""

import random
import re
from collections.abc import Callable

from .normaliser import strip_accents

_SOUNDS = [
    ("qu", "k"), ("ai", "é"), ("eau", "o"), ("au", "o"), ("tion", "ssion"), ("er ", "é "), ("é", "er"), ("ph", "f"),
    ("c", "k"), ("ss", "s"), ("ç", "ss"), ("oi", "wa"), ("en", "an"), ("ez ", "é "), ("es ", "e "), ("s ", " "),
    ("ent ", "e "), ("t ", " "), ("rr", "r"), ("nn", "n"), ("tt", "t"), ("h", ""), ("x ", " "),
]  # fmt: skip
_FILLERS = ["euh", "bah", "ben", "alors", "enfin", "du coup", "en fait", "genre", "voilà", "hein"]
_OPENINGS = [
    "bonjour",
    "bonjour madame",
    "allo",
    "bonsoir",
    "oui bonjour",
    "excusez moi",
    "s'il vous plaît",
    "slt",
    "bon",
    "et",
]
_ENDINGS = ["svp", "merci", "s'il vous plaît", "merci d'avance", "voilà", "madame", "quoi", "hein"]
_WORD = re.compile(r"[^\W\d_]{4,}")


def _typo(text: str, rng: random.Random) -> str:
    """Drops, swaps or doubles one letter inside a word of four letters or more."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = rng.choice(words)
    i = rng.randrange(word.start() + 1, word.end() - 1)
    kind = rng.randrange(3)
    if kind == 0:
        return text[:i] + text[i + 1 :]
    if kind == 1:
        return text[:i] + text[i + 1] + text[i] + text[i + 2 :]
    return text[:i] + text[i] + text[i:]


def _sounds(text: str, rng: random.Random) -> str:
    """Writes a few sounds as they are heard."""
    padded = text + " "
    for heard_as in rng.sample(_SOUNDS, 8):
        if rng.random() < 0.8:
            padded = padded.replace(*heard_as)
    return strip_accents(padded).strip()


def _hesitation(text: str, rng: random.Random) -> str:
    words = text.split()
    for _ in range(1 + (len(words) > 6)):
        words.insert(rng.randrange(len(words) + 1), rng.choice(_FILLERS))
    return " ".join(words)


def _politeness(text: str, rng: random.Random) -> str:
    if rng.random() < 0.7:
        return f"{rng.choice(_OPENINGS)} {text}"
    return f"{text} {rng.choice(_ENDINGS)}"


def _lost_word(text: str, rng: random.Random) -> str:
    words = text.split()
    if len(words) > 4:
        del words[rng.randrange(len(words))]
    return strip_accents(" ".join(words))


_KINDS: list[Callable[[str, random.Random], str]] = [_typo, _sounds, _hesitation, _politeness, _lost_word]


def variants(text: str, rng: random.Random, count: int) -> list[str]:
    """`count` noisy copies of a phrase: one kind of noise each, sometimes with a typo on top."""
    kinds = rng.sample(_KINDS, len(_KINDS))
    out = []
    for i in range(count):
        noisy = kinds[i % len(kinds)](text, rng)
        out.append(_typo(noisy, rng) if rng.random() < 0.35 else noisy)
    return out
