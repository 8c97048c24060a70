"""The records of a CSV file one by one: a damaged one is told apart and the next ones are still read."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from mediation.directory.lines import MAX_LINE, Line

MAX_LINES = 500  # of one record (real ones have up to 63): beyond, it is a quote that was never closed
OPEN = "unexpected end of data"


@dataclass
class Records:
    """Reads `lines` as records of cells. `latin` counts the lines that were not in UTF-8, `first_latin` is one."""

    lines: Iterator[Line]
    delimiter: str = ","
    latin: int = 0
    first_latin: int = 0
    ended: bool = True  # the last line read has its end of line
    _again: deque[Line] = field(default_factory=deque)

    def __iter__(self) -> Iterator[tuple[Line, list[str] | str]]:
        """Each record with its first line: its cells, or why it cannot be read (`too_long`, `quotes`)."""
        while (line := self._next()) is not None:
            if line.length > MAX_LINE:
                yield line, "too_long"
            elif line.text.strip("\r\n\t ,;"):
                yield line, self._record(line)

    def at_end(self) -> bool:
        """True when there is no line left."""
        line = self._next()
        if line is not None:
            self._again.appendleft(line)
        return line is None

    def _next(self) -> Line | None:
        if self._again:
            return self._again.popleft()
        line = next(self.lines, None)
        if line is not None:
            self.ended = line.text.endswith("\n")
            if not line.utf8:
                self.latin += 1
                self.first_latin = self.first_latin or line.number
        return line

    def _record(self, line: Line) -> list[str] | str:
        if '"' not in line.text:
            return line.text.rstrip("\r\n").split(self.delimiter)
        cells = self._cells([line.text])
        return cells if cells is not None else self._longer(line)

    def _longer(self, line: Line) -> list[str] | str:
        """A record of several lines. When its quote is never closed, only its first line is lost."""
        taken, size = [line], line.length
        while len(taken) < MAX_LINES and size < MAX_LINE and (more := self._next()) is not None:
            taken.append(more)
            size += more.length
            if more.text.count('"') % 2:  # an even number of quotes closes nothing
                cells = self._cells([part.text for part in taken])
                if isinstance(cells, list):
                    return cells
                if cells is not None:
                    break
        self._again.extendleft(reversed(taken[1:]))
        return "quotes"

    def _cells(self, texts: list[str]) -> list[str] | str | None:
        """The cells; None when a quote is still open at the end."""
        try:
            return next(csv.reader(texts, delimiter=self.delimiter, strict=True))
        except csv.Error as error:
            if OPEN in str(error):
                return None
        try:
            return next(csv.reader(texts, delimiter=self.delimiter))
        except csv.Error:
            return "quotes"
