"""Cells of text: what cannot be seen is taken out, what was encoded twice is read once, formulas are disarmed."""

from __future__ import annotations

import html
import re
import unicodedata

# Control characters, halves of characters, and those that hide or turn the text around.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufeff]"
)
TWICE = re.compile(r"[\u00c2\u00c3\u00e2][\u0080-\u00bf\u0152-\u2122]")
FORMULA = re.compile(r"=|[+\-@][\w+\-*/.]*[(|!]")
STARTS = ("=", "+", "-", "@", "\t", "\r")


def tidy(text: str) -> str:
    """`text` as one line without what cannot be seen."""
    if text.isprintable() and "  " not in text and text.isascii():
        return text.strip()
    return " ".join(unicodedata.normalize("NFC", INVISIBLE.sub("", text)).split())


def hides(text: str) -> bool:
    """True when `text` holds characters that nobody means to write."""
    return not text.isprintable() and INVISIBLE.search(text) is not None


def read_once(text: str) -> str:
    """`text` as it was before it was encoded once too often, as HTML or as Windows-1252; itself when it was not."""
    if "&" in text and "<" not in (unescaped := html.unescape(text)):  # never makes a tag of a text
        return unescaped
    if text.isascii() or not TWICE.search(text):
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def is_formula(text: str) -> bool:
    """True when a spreadsheet would run this cell."""
    return FORMULA.match(text) is not None


def neutral(text: str) -> str:
    """`text` for a cell of a file that may be opened in a spreadsheet: never run, still readable."""
    return f"'{text}" if text.startswith(STARTS) else text
