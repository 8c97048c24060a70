"""Text reduced to what matters to recognise it: lower case, no accent, no punctuation."""

from __future__ import annotations

import re
import unicodedata

MAX_TEXT = 500
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_NOT_WORD = re.compile(r"[^a-z0-9#*?]+")


def plain(text: str) -> str:
    """« C'est réglé ! » → « c est regle ». `#`, `*` and `?` stay: they are keys and commands."""
    lowered = text.lower()[:MAX_TEXT].translate(_LIGATURES)
    stripped = "".join(c for c in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", stripped).strip()
