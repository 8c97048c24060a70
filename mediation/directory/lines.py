"""The bytes of a file as numbered lines of text, whatever its encoding, and never more than one long line in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

MAX_LINE = 100_000  # bytes; the longest real rows have under 20,000
BOM = b"\xef\xbb\xbf"
OTHER_BOMS = (b"\xff\xfe", b"\xfe\xff")
CHUNK = 1 << 16


class UnreadableFile(ValueError):
    """This file is not a list of places that can be read. The message is one clear sentence."""


@dataclass(frozen=True)
class Line:
    """One line with its end. `length` is its size in bytes: more than MAX_LINE when only the start is in `text`."""

    number: int
    text: str
    length: int
    utf8: bool = True


def lines_of(file: BinaryIO, progress: Callable[[int], None] = lambda done: None) -> Iterator[Line]:
    """The lines of `file`; `progress` gets the bytes read so far. Each line is UTF-8, or else Windows-1252.

    Line by line, since files made of several sources mix both. Raises UnreadableFile for UTF-16.
    """
    number = done = 0
    while raw := file.readline(MAX_LINE + 1):
        number += 1
        length = len(raw)
        if number == 1:
            raw = first(raw)
        if length > MAX_LINE and not raw.endswith(b"\n"):
            length += skip_line(file)
        done += length
        if number % 500 == 0:
            progress(done)
        yield decoded(raw, number, length)
    progress(done)


def first(raw: bytes) -> bytes:
    """The first line without its byte order mark."""
    if raw.startswith(OTHER_BOMS):
        raise UnreadableFile("the file is in UTF-16; save it as CSV in UTF-8 and import it again.")
    return raw.removeprefix(BOM)


def skip_line(file: BinaryIO) -> int:
    """Reads on to the end of the line; how many bytes that was."""
    skipped = 0
    while part := file.readline(CHUNK):
        skipped += len(part)
        if part.endswith(b"\n"):
            break
    return skipped


def decoded(raw: bytes, number: int, length: int) -> Line:
    """A line of text, and whether it was in UTF-8."""
    if length > MAX_LINE:
        return Line(number, raw.decode("utf-8", "replace"), length)
    if b"\r" in raw:  # one within a line is no end of line, and would stop the reader of cells
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b" ")
    try:
        return Line(number, raw.decode("utf-8"), length)
    except UnicodeDecodeError:
        pass
    try:
        return Line(number, raw.decode("cp1252"), length, utf8=False)
    except UnicodeDecodeError:  # five bytes mean nothing in Windows-1252
        return Line(number, raw.decode("latin-1"), length, utf8=False)
