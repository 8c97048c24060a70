"""How wide a text is, and where to break it: drawings are laid out without any browser to ask."""

from __future__ import annotations

import unicodedata

FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
# Thousandths of the letter size, as in Arial and in the fonts made to replace it.
_WIDTHS = {
    191: "'",
    222: "ijl’",
    278: " !,./:;ftI[]|\u00a0·",
    333: "()-r",
    389: "*",
    500: "cksvxyzJ",
    556: "abdeghnopquL?#$0123456789_«»€",
    611: "FTZ",
    667: "ABEKPSVXY&",
    722: "CDHNRUw",
    778: "GOQ",
    833: "mM",
    944: "W" + chr(0x153),  # the small ligature of o and e, then the capital one
    1000: "…→←" + chr(0x152),
}
_WIDTH = {char: width for width, chars in _WIDTHS.items() for char in chars}
_USUAL, _BOLD, _SAFETY = 620, 1.08, 1.02
_NO_BREAK_BEFORE = "?:;!»"


def width(text: str, size: float, bold: bool = False) -> float:
    """How wide `text` is at this letter size; a little more than the truth rather than less."""
    thousandths = sum(_WIDTH.get(char) or _WIDTH.get(_base(char), _USUAL) for char in text)
    return thousandths / 1000 * size * (_BOLD if bold else 1) * _SAFETY


def wrap(text: str, size: float, room: float, lines: int, bold: bool = False) -> list[str]:
    """`text` in lines of at most `room`, as many as `lines`; « … » ends what had to be left out."""
    done: list[str] = []
    row = ""
    for part in glued(text):
        for piece in _pieces(part, size, room, bold):
            longer = f"{row} {piece}".strip()
            if width(longer, size, bold) <= room:
                row = longer
                continue
            done.append(row)
            row = piece
    done = [line for line in (*done, row) if line]
    if len(done) <= lines:
        return done
    return [*done[: lines - 1], _cut(f"{done[lines - 1]} {done[lines]}", size, room, bold)]


def glued(text: str) -> list[str]:
    """The words of `text`, each with the French punctuation that must not leave it."""
    found: list[str] = []
    for part in text.split():
        glued = found and (part[0] in _NO_BREAK_BEFORE or found[-1] == "«")
        found[-1:] = [f"{found[-1]}\u00a0{part}"] if glued else [*found[-1:], part]
    return found


def _pieces(part: str, size: float, room: float, bold: bool) -> list[str]:
    """A word, cut where it is wider than the room."""
    pieces = [""]
    for char in part:
        if width(pieces[-1] + char, size, bold) > room:
            pieces.append("")
        pieces[-1] += char
    return pieces


def _cut(text: str, size: float, room: float, bold: bool) -> str:
    while text and width(f"{text}…", size, bold) > room:
        text = text[:-1]
    return f"{text.rstrip(' .,:;')}…"


def _base(char: str) -> str:
    return unicodedata.normalize("NFD", char)[0]
