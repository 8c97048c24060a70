"""The numbers in what people say of where they live: a postcode, a département, an arrondissement."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from text_to_num import alpha2digit

POSTCODE = 5
_ZERO = re.compile(r"\bz[e\u00e9]ros?\b")
_IEME = f"i{chr(0xE8)}me"  # ordinals are read with their accent only
_ORDINAL = re.compile(r"i[e\u00e8]me\b")
_ONE = re.compile(r"(?<=\d )un\b")
_TENS = re.compile(r"\b(dix|vingt|trente|quarante|cinquante|soixante)[ -](?=\w+i\u00e8me\b)")
_RANK = re.compile(r"(\d{1,2})(?:er|e|eme|ieme|nd|nde|re)")
_RANK_APART = re.compile(r"\b(\d{1,2}) (er|e|eme|ieme)\b")
_SMALL = ("zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze")
_IN_NAMES = {**{str(n): word for n, word in enumerate(_SMALL)}, "20": "vingt", "100": "cent", "1000": "mille"}


@dataclass(frozen=True)
class Numbers:
    """`postcode`: five digits. `rank`: said as one (« 11e »). `short`: two or three digits, a département or a rank."""

    postcode: str | None = None
    rank: int | None = None
    short: str | None = None


def in_digits(text: str) -> str:
    """`text` in small letters, with the numbers written in words turned into digits."""
    said = _ORDINAL.sub(_IEME, _ZERO.sub("0", text.lower()))
    said = re.sub(r"\bpremi\u00e8?e?re?\b", "1er", _TENS.sub(r"\1-", said))
    if not re.search(r"[a-z]", said):
        return said
    return _ONE.sub("1", str(alpha2digit(said.replace("\u2019", "'"), "fr")))


def take_numbers(words: list[str]) -> tuple[Numbers, list[str]]:
    """The numbers among `words` (bare, digits for numbers), and the words that are left."""
    runs, left = _runs(_RANK_APART.sub(r"\1\2", " ".join(words)).split())
    postcode = next((found for run in runs if (found := _postcode(run, alone=not left))), None)
    rank = next((int(match[1]) for word in left if (match := _RANK.fullmatch(word))), None)
    left = [word for word in left if not _RANK.fullmatch(word)]
    short = next((found for run in runs if len(found := "".join(run).upper()) <= 3), None)
    return Numbers(postcode, rank, None if postcode else short), left


def _runs(words: list[str]) -> tuple[list[list[str]], list[str]]:
    """Numbers that follow one another, and the other words."""
    runs: list[list[str]] = []
    left: list[str] = []
    after_number = False
    for word in words:
        number = bool(re.fullmatch(r"\d+|2[ab]", word))
        if number and after_number:
            runs[-1].append(word)
        elif number:
            runs.append([word])
        else:
            left.append(word)
        after_number = number
    return runs, left


def _postcode(run: list[str], alone: bool) -> str | None:
    """« 60 », « 000 » → 60000; « 0 », « 1000 » → 01000; « 6000 » → 06000 when nothing else is said."""
    glued = "01000" if run == ["0", "1", "1000"] else "".join(run)
    whole = len(glued) == POSTCODE or (len(glued) == POSTCODE - 1 and alone)
    return glued.zfill(POSTCODE) if glued.isdigit() and whole else None


def in_names(words: list[str], beginnings: Collection[tuple[str, str]]) -> list[str]:
    """Numbers back in words where a name begins so (« 6 fours les plages » → « six fours les plages »)."""
    following = [*words[1:], ""]
    pairs = [(_IN_NAMES.get(word, ""), after) for word, after in zip(words, following, strict=False)]
    return [pair[0] if pair in beginnings else word for word, pair in zip(words, pairs, strict=False)]
