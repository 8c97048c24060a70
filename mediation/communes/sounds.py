"""How a French name sounds, for what is misheard or written by ear: « bové » and « Beauvais » are one sound."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize

from mediation.communes.spelling import bare, spelled_out

# Applied in this order to a word. Capitals are sounds that no single letter writes: E é-è, O o-au, A an-en, I in-un,
# N on, U ou, Q eu, W oi, J ge-j, C ch-sh, S ss, Z z, G gn, Y ille.
_RULES = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"),
        (r"ch(?=[rl])", "k"),
        (r"sch|sh|ch", "C"),
        (r"h", ""),
        (r"gn", "G"),
        (r"^ouen", "UI"),
        (r"(?<=[aeou])y(?=[aeiou])", "Y"),
        (r"vill", "vil"),
        (r"^lill", "lil"),
        (r"(?<=[aeiou])ill", "Y"),
        (r"(?<=[aeu])il$", "Y"),
        (r"(?<=[^aeiou])ill", "iY"),
        (r"(.)\1", r"\1"),
        (r"(?<=[a-zA-Z]{2})ers?$|ez$|ets?$", "E"),
        (r"(?<=[aiouE])es?$", ""),
        (r"(?<=[a-zA-Z])ou[xts]*$", "U"),
        (r"(?<=[a-zA-Z]{2})(?<!a)[stdxzpg]+$", ""),
        (r"(?<=[a-zA-Z]{2}a)[stdxzp]+$", ""),
        (r"(?<=[a-zA-Z]{2})es?$", "-"),
        (r"ck?(?![eiyE-])|qu|q|k", "k"),
        (r"s?c(?!k)", "S"),
        (r"gu(?=[eiyE-])", "g"),
        (r"g(?=[eiyE-])|j", "J"),
        (r"e?au[xts]*|ot$", "O"),
        (r"oe?u|ou", "U"),
        (r"eu", "Q"),
        (r"oin(?![aeiouynEOUQW-])", "WI"),
        (r"ien(?![aeiouynEOUQW-])", "iI"),
        (r"(?:ai|ei|i|y)[nm](?![aeiouynmEOUQW-])", "I"),
        (r"(?:aen|aon|[ae][nm])(?![aeiouynmEOUQW-])", "A"),
        (r"o[nm](?![aeiouynmEOUQW-])", "N"),
        (r"u[nm](?![aeiouynmEOUQW-])", "I"),
        (r"o[iy]", "W"),
        (r"[ae][iy]", "E"),
        (r"(?<=[aeiouyEOAINUQW])s(?=[aeiouyEOAINUQW-])|z", "Z"),
        (r"s", "S"),
        (r"e", "E"),
        (r"o", "O"),
        (r"y", "i"),
        (r"w", "v"),
        (r"x", "kS"),
        (r"-", ""),
        (r"(.)\1", r"\1"),
    )
]
_LOUD_E = re.compile("e[\u0300-\u0302\u0308]")  # « e » and its accent, apart


def sound(name: str, loud_end: bool = False) -> str:
    """What `name` sounds like, words run together. `loud_end`: its last « e » may be « é », written without accent."""
    words = spelled_out(bare(_LOUD_E.sub("ei", normalize("NFD", name.lower()))).split())
    if loud_end and words and words[-1].endswith("e"):
        words = [*words[:-1], words[-1] + "i"]
    return "".join(_word(word) for word in words)


@lru_cache(4096)
def _word(word: str) -> str:
    for rule, heard in _RULES:
        word = rule.sub(heard, word)
    return word
