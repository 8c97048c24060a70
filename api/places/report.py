"""What an import did, to be shown, kept and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mediation.directory.journal import Journal, Tally, total


@dataclass(frozen=True)
class Changes:
    """What became of the places of a file in the directory, in numbers.

    `elsewhere`: another file lists the place and says as much or more recently; left as it is. `held`: the file says
    something else of it, but is cut; left as it is. `removed`: no longer in the file. `spared`: not in the file either,
    or refused there, and kept since the file could not be read whole.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    elsewhere: int = 0
    held: int = 0
    removed: int = 0
    spared: int = 0
    demo_removed: int = 0


@dataclass(frozen=True)
class Report:
    """An import that was carried out. `read` = `kept` + merged + refused; `kept` = new + … + held."""

    name: str
    journal: Journal
    changes: Changes

    @property
    def merged(self) -> int:
        """Rows that were another one again."""
        return total(self.journal.merged)

    @property
    def refused(self) -> int:
        """Rows that were left out."""
        return total(self.journal.refused)

    def as_json(self) -> dict[str, Any]:
        """All of it, with the examples: [line, detail]."""
        journal = self.journal
        kinds = {name: by_kind(getattr(journal, name)) for name in ("repaired", "noticed", "merged", "refused")}
        return {
            "name": self.name,
            "form": journal.form,
            "unit": journal.unit,
            "read": journal.read,
            "kept": journal.kept,
            "merged": self.merged,
            "refused": self.refused,
            **asdict(self.changes),
            "cut": journal.cut,
            "incomplete": journal.incomplete,
            "kinds": kinds,
        }


def by_kind(tallies: Mapping[str, Tally]) -> dict[str, Any]:
    """Counts and examples, the most frequent kind first."""
    ordered = sorted(tallies.items(), key=lambda item: -item[1].count)
    return {kind: {"count": tally.count, "examples": tally.examples} for kind, tally in ordered}
