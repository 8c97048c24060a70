"""The objects of a JSON file one by one: an array, JSON lines, or lists under « structures » and « services »."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from mediation.directory.lines import UnreadableFile

CHUNK = 1 << 16
MAX_ITEM = 1_000_000  # characters of one object
LISTS = re.compile(r'\s*\{\s*"(?:structures|services|data|items|results)"\s*:\s*\[')
DECODER = json.JSONDecoder()
Found = tuple[int, Any]


class Damage(Exception):
    """What follows in the file cannot be read."""


def items_of(file: BinaryIO, progress: Callable[[int], None]) -> Iterator[Found]:
    """Each object with its number, None in place of one that cannot be read: nothing follows it in an array.

    Raises UnreadableFile when the file is not in UTF-8 or is no JSON at all.
    """
    text = Text(io.TextIOWrapper(file, encoding="utf-8-sig"), progress)
    number = 0
    try:
        for item in text.lists() if text.holds_lists() else text.lines():
            number += 1
            yield number, item
    except UnicodeDecodeError as error:
        raise UnreadableFile("this JSON file is not in UTF-8; save it in UTF-8 and import it again.") from error
    except (Damage, RecursionError):
        yield number + 1, None
    finally:
        text.source.detach()


@dataclass
class Text:
    """What is left to read of a JSON file. Never much more than one object is in memory."""

    source: io.TextIOWrapper
    progress: Callable[[int], None]
    left: str = ""
    done: int = 0

    def fill(self) -> bool:
        """Reads some more; False at the end."""
        more = self.source.read(CHUNK)
        self.left += more
        self.done += len(more)
        self.progress(self.done)
        return bool(more)

    def peek(self, skipped: str = "") -> str:
        """The next character that is not a space nor in `skipped`; empty at the end."""
        while not (left := self.left.lstrip(f" \t\r\n{skipped}")):
            self.left = ""
            if not self.fill():
                return ""
        self.left = left
        return left[0]

    def holds_lists(self) -> bool:
        """True for an array, or for an object of lists; False for JSON lines."""
        return self.peek() == "[" or LISTS.match(self.left) is not None

    def value(self) -> Any:
        """The next value. Raises Damage when there is none."""
        size = CHUNK
        while True:
            try:
                value, end = DECODER.raw_decode(self.left)
            except json.JSONDecodeError as error:
                if len(self.left) > MAX_ITEM:
                    raise Damage from error
                while len(self.left) < 2 * size:
                    if not self.fill():
                        break
                else:
                    size *= 2
                    continue
                if size > len(self.left):
                    raise Damage from error
                size = len(self.left) + 1
                continue
            self.left = self.left[end:]
            return value

    def lists(self) -> Iterator[Any]:
        """The objects of one array, or of all the arrays of one object."""
        if self.peek() == "[":
            yield from self.array()
            return
        self.take("{")
        while self.peek(",") != "}":
            if not isinstance(self.value(), str):
                raise Damage
            self.take(":")
            if self.peek() == "[":
                yield from self.array()
            else:
                self.value()

    def array(self) -> Iterator[Any]:
        """The objects of the array that begins here."""
        self.take("[")
        while self.peek(",") != "]":
            yield self.value()
        self.take("]")

    def take(self, char: str) -> None:
        """Goes past `char`. Raises Damage when it is not there."""
        if self.peek() != char:
            raise Damage
        self.left = self.left[1:]

    def lines(self) -> Iterator[Any]:
        """The objects of a file that has one on each line; a damaged line is one None."""
        while self.peek():
            while "\n" not in self.left and len(self.left) <= MAX_ITEM and self.fill():
                pass
            line, _end, self.left = self.left.partition("\n")
            if len(line) > MAX_ITEM:
                raise Damage
            try:
                yield json.loads(line)
            except (json.JSONDecodeError, RecursionError):
                yield None
