"""The content for authors, read again whenever a file changes. Never the library that serves the citizens."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

from api.author.findings import page_findings
from flows.diagram import Drawing, draw, graph_of
from flows.draft import Draft, DraftPage, read_draft
from flows.library import Library
from flows.problems import Problem
from mediation.territory import Territory

Stamp = tuple[tuple[str, int, int], ...]
MOST_DAYS = 4  # readings kept at once: an author goes from a day to another and back


class Workshop:
    """Thread-safe. One reading serves all the pages until a file or the day changes."""

    def __init__(self, folder: Path, territory: Callable[[], Territory]) -> None:
        self.folder = folder
        self._territory = territory
        self._lock = threading.Lock()
        self._stamp: Stamp | None = None
        self._drafts: dict[date, Draft] = {}
        self._library: Library | None = None
        self._drawings: dict[str, Drawing] = {}
        self._findings: dict[str, list[Problem]] = {}

    def draft(self, day: date) -> Draft:
        """The content as it is now on the disk, checked for `day`."""
        with self._lock:
            stamp = _stamp(self.folder)
            if stamp != self._stamp:
                self._drafts, self._drawings, self._findings = {}, {}, {}
                self._stamp = stamp
            if day not in self._drafts:
                for old in list(self._drafts)[: 1 - MOST_DAYS]:
                    del self._drafts[old]
                self._drafts[day] = read_draft(self.folder, day)
                self._library = self._drafts[day].library or self._library
            return self._drafts[day]

    def library(self, draft: Draft) -> Library | None:
        """What the simulator plays: this draft's library, or the last sound one while a common file is broken."""
        return draft.library or self._library

    def territory(self) -> Territory:
        """The territory of this service."""
        return self._territory()

    def drawing(self, draft: Draft, page: DraftPage) -> Drawing | None:
        """The drawing of a page, None while its file is broken."""
        if page.procedure is None:
            return None
        if page.id not in self._drawings:
            self._drawings[page.id] = draw(graph_of(page.procedure, draft.titles))
        return self._drawings[page.id]

    def findings(self, page: DraftPage) -> list[Problem]:
        """What the linter says of a page."""
        if page.id not in self._findings:
            self._findings[page.id] = page_findings(self.folder, page)
        return self._findings[page.id]


def _stamp(folder: Path) -> Stamp:
    found = []
    for path in sorted(folder.rglob("*.yaml")):
        try:
            stat = path.stat()
        except OSError:  # gone between the listing and now: an editor that saves by replacing the file
            continue
        found.append((str(path), stat.st_mtime_ns, stat.st_size))
    return tuple(found)
