"""The activity as a table for La Coop: the columns of its own export, in a file that spreadsheets open safely."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.cases.report import Report
from api.cases.report_words import choices, label, page_words

BOM = "\ufeff"
# A spreadsheet runs what begins with one of these as a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
PLACE_COLUMNS = {"place": "name", **{name: name for name in ("address", "commune", "postcode", "insee")}}
HOME_COLUMNS = {"home": "commune", "home_postcode": "postcode", "home_insee": "insee"}
LINES = "\n"  # between the values of one cell, as La Coop does


@dataclass(frozen=True)
class Activity:
    """One closed case with its report. `saved`: when it was closed, in the territory's own time.

    `place`, `home`: name, address, commune, postcode and code of the commune, as far as they are known.
    `outcome`: how it ended, in words.
    """

    id: str
    report: Report
    saved: datetime
    first_name: str = ""
    last_name: str = ""
    procedure: str = ""
    outcome: str = ""
    place: Mapping[str, str] | None = None
    home: Mapping[str, str] | None = None


def coop_csv(activities: Iterable[Activity], team: bool) -> str:
    """The file, with its byte order mark. `team`: several mediators', who are then named."""
    columns = columns_of(team)
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow([column["heading"] for column in columns])
    for activity in activities:
        cells = cells_of(activity)
        writer.writerow([safe(cells[column["name"]]) for column in columns])
    return BOM + written.getvalue()


def as_text(activity: Activity, team: bool) -> str:
    """The activity to be copied by hand: one line a column that says something."""
    cells = cells_of(activity)
    said = [(column["heading"], cells[column["name"]].replace(LINES, ", ")) for column in columns_of(team)]
    return LINES.join(f"{heading} : {value}" for heading, value in said if value)


def columns_of(team: bool) -> Sequence[Mapping[str, str]]:
    """The columns of one mediator's own file, or of a team's."""
    whose = "team" if team else "mine"
    return [column for column in page_words()["coop"]["columns"] if column.get("of", whose) == whose]


def safe(cell: str) -> str:
    """The cell as a spreadsheet must read it: as text."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def cells_of(activity: Activity) -> Mapping[str, str]:
    """All the cells of an activity by the name of their column; empty where La Coop's column is not ours."""
    report, words = activity.report, page_words()["coop"]
    left_out = dict.fromkeys(("changed", "conum", "workshop", "tags"), "")
    return left_out | {
        "day": f"{report.day:%d/%m/%Y}",
        "saved": f"{activity.saved:%d/%m/%Y} {words['at']} {activity.saved:%H:%M}",
        "first_name": activity.first_name,
        "last_name": activity.last_name,
        "role": words["role"],
        "type": words["type"],
        "people": "1",
        "person": words["anonymous"],
        "place_kind": label("place_kind", report.place_kind),
        **_where(activity.place, PLACE_COLUMNS),
        "minutes": str(report.minutes),
        "materials": LINES.join(label("materials", value) for value in report.materials),
        "themes": LINES.join(label("themes", value) for value in report.themes),
        "procedure": activity.procedure,
        "autonomy": _autonomy(report.autonomy),
        "redirected": "" if report.redirected is None else words["yes" if report.redirected else "no"],
        "structure": label("structure", report.structure),
        **_where(activity.home, HOME_COLUMNS),
        **dict.fromkeys(("gender", "age", "status"), words["unknown"]),
        "notes": activity.outcome,
        "id": activity.id,
    }


def _where(known: Mapping[str, str] | None, columns: Mapping[str, str]) -> dict[str, str]:
    return {column: (known or {}).get(name, "") for column, name in columns.items()}


def _autonomy(value: str | None) -> str:
    """« 2/3 »: La Coop writes the rank of the level among all of them."""
    levels = list(choices("autonomy"))
    return f"{levels.index(value) + 1}/{len(levels)}" if value in levels else ""
