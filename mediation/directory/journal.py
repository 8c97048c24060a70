"""What was read of a file of places, and what became of each row; counted by kind, with a few examples."""

from __future__ import annotations

from dataclasses import dataclass, field

EXAMPLES = 20
DETAIL = 100  # characters of an example


@dataclass
class Tally:
    """How many times a thing happened, and the first of them: the number of the line, and what was seen there."""

    count: int = 0
    examples: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Journal:
    """`read` = rows kept + merged + refused. `repaired` and `noticed` count what rows had, not rows.

    `unit` is what the numbers of the examples count: lines of a file, or items of a JSON list. `cut` is where the
    file stops in the middle of a row. `incomplete`: some row could not be read enough to know which place it was.
    `spared` are the ids of places whose row was refused: what is already stored of them stays.
    """

    form: str = ""
    unit: str = "line"
    read: int = 0
    kept: int = 0
    cut: int | None = None
    incomplete: bool = False
    repaired: dict[str, Tally] = field(default_factory=dict)
    noticed: dict[str, Tally] = field(default_factory=dict)
    merged: dict[str, Tally] = field(default_factory=dict)
    refused: dict[str, Tally] = field(default_factory=dict)
    spared: set[str] = field(default_factory=set)

    def repair(self, kind: str, line: int, detail: str = "") -> None:
        """Something of a row was mended, or left out because it makes no sense."""
        note(self.repaired, kind, line, detail)

    def notice(self, kind: str, line: int, detail: str = "") -> None:
        """Something that whoever keeps the file should know; the row is kept as it is."""
        note(self.noticed, kind, line, detail)

    def merge(self, kind: str, line: int, detail: str = "") -> None:
        """A row that was another one again."""
        note(self.merged, kind, line, detail)

    def refuse(self, kind: str, line: int, detail: str = "", id_: str | None = None) -> None:
        """A row that is left out. `id_` is the place it was about, when the row still says."""
        note(self.refused, kind, line, detail)
        if id_:
            self.spared.add(id_)
        elif kind not in NO_PLACE:
            self.incomplete = True


NO_PLACE = frozenset(("orphan", "nothing_here"))  # rows that were never of a place of this directory


def note(tallies: dict[str, Tally], kind: str, line: int, detail: str) -> None:
    """Counts one more of `kind`, and keeps it as an example while there are few."""
    tally = tallies.setdefault(kind, Tally())
    tally.count += 1
    if len(tally.examples) < EXAMPLES:
        tally.examples.append((line, shown(detail)))


def shown(text: str) -> str:
    """`text` as one short printable line."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text[: 4 * DETAIL]).split())
    return line if len(line) <= DETAIL else line[: DETAIL - 1] + "…"


def total(tallies: dict[str, Tally]) -> int:
    """How many in all."""
    return sum(tally.count for tally in tallies.values())
