"""Days in words, as they are said in each language."""

from __future__ import annotations

import re
from datetime import date

from babel.dates import format_date

FRENCH = "fr"


def in_words(day: date, pattern: str, language: str | None = None) -> str:
    """`day` written by a babel pattern (« EEEE d MMMM »); in French the first of a month is « 1er »."""
    written = str(format_date(day, pattern, locale=language or FRENCH))
    return re.sub(r"(?<!\d)1 (?=\D)", "1er ", written) if (language or FRENCH) == FRENCH else written
