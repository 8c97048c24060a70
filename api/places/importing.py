"""Importing a file of places in the directory, and the demo directory where there is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Engine, select

import mediation.directory
from api.db import reading
from api.place_models import PlaceRow
from api.places.report import Report
from api.places.storing import DEMO, store
from mediation.directory.centres import centre_of
from mediation.directory.points import Centre
from mediation.directory.reading import read_places

DEMO_FILE = Path(mediation.directory.__file__).with_name("demo.csv")
LONGEST_NAME = 200
Progress = Callable[[str, int, int], None]
"""Gets a stage (« reading », « saving »), how much is done and of how much; 0 when that is not known."""


def silent(stage: str, done: int, whole: int) -> None:
    """No progress is shown."""


def import_places(
    engine: Engine,
    file: BinaryIO,
    name: str,
    now: datetime,
    centre: Centre = centre_of,
    progress: Progress = silent,
    force: bool = False,
) -> Report:
    """Makes the directory hold what `file` lists under the source `name`, and what other sources had.

    All or nothing: readers see the directory of before, or that of after. Again with the same file changes nothing.
    Unless `force`, a file that is cut only adds places, and one with rows that cannot be read at all removes none.
    `now` must be aware; its day is the last that a row may bear. Raises UnreadableFile (no list of places),
    TooFewPlaces (unless `force`) and StorageDown: nothing was changed then.
    """
    read = read_places(file, now.date(), centre, lambda done: progress("reading", done, 0))
    return store(
        engine,
        name[:LONGEST_NAME],
        read.places,
        read.journal,
        now,
        force,
        lambda done, whole: progress("saving", done, whole),
    )


def ensure_demo(engine: Engine, now: datetime) -> Report | None:
    """Fills an empty directory with the demo, plainly fictional; None when there are places.

    The demo goes by itself when the first real file is imported.
    """
    with reading(engine) as session:
        if session.scalar(select(PlaceRow.id).limit(1)) is not None:
            return None
    with DEMO_FILE.open("rb") as file:
        return import_places(engine, file, DEMO, now)


def source_name(address: str) -> str:
    """The source that a file is a state of: its name without folder, date nor ending, so that tomorrow's follows it.

    « lists/2024-05-01_dept60_lieux.csv » and « 2024-06-01_dept60_lieux.csv » are both « dept60_lieux ».
    """
    last = re.split(r"[/\\]", address.split("?", maxsplit=1)[0].rstrip("/"))[-1]
    bare = re.sub(r"\.(csv|json|jsonl|ndjson|txt)$", "", last, flags=re.IGNORECASE)
    return (
        re.sub(r"(?<!\d)\d{4}[-_]?\d{2}[-_]?\d{2}(?!\d)", "", bare).strip("-_ .")[:LONGEST_NAME] or last[:LONGEST_NAME]
    )
