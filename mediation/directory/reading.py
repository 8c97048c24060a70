"""A file of places, whatever its format, made places; and the journal of what was read."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from mediation.directory.cleaning import Candidate, Cleaner
from mediation.directory.data_inclusion import read_json
from mediation.directory.journal import Journal
from mediation.directory.lines import BOM
from mediation.directory.merging import merge
from mediation.directory.points import Centre
from mediation.directory.rows import Absorbed, Reader, Refused
from mediation.directory.tables import read_table
from mediation.place import Place

PEEK = 64


@dataclass(frozen=True)
class Reading:
    """The places of a file, each once, and what became of its rows."""

    places: list[Place]
    journal: Journal


def read_places(
    file: BinaryIO, today: date, centre: Centre, progress: Callable[[int], None] = lambda done: None
) -> Reading:
    """Reads a file from its beginning to its end. `progress` gets how many bytes (characters, of JSON) were read.

    Raises UnreadableFile, with one clear sentence, when it is no list of places.
    """
    journal = Journal()
    places = merge(candidates(file, Cleaner(today, centre, journal), progress), journal)
    journal.kept = len(places)
    return Reading(places, journal)


def candidates(file: BinaryIO, cleaner: Cleaner, progress: Callable[[int], None]) -> Iterator[Candidate]:
    """The rows that are places; the journal has the others."""
    journal = cleaner.journal
    buffered = io.BufferedReader(file) if isinstance(file, io.RawIOBase) else file
    for item in reader_of(buffered)(buffered, journal, progress):
        if isinstance(item, Refused):
            journal.refuse(item.kind, item.line, item.detail, item.id)
        elif isinstance(item, Absorbed):
            journal.merge("service", item.line, item.detail)
        elif (candidate := cleaner.candidate(item)) is not None:
            yield candidate


def reader_of(file: BinaryIO) -> Reader:
    """What reads this file, by its first character."""
    start = file.read(PEEK)
    file.seek(-len(start), io.SEEK_CUR)
    return read_json if start.removeprefix(BOM).lstrip()[:1] in (b"{", b"[") else read_table
