"""The official communes, where somebody fetched them: exact points, postcodes and populations over our own table.

Their source is the State's « API Découpage administratif » (geo.api.gouv.fr), Licence Ouverte 2.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mediation.communes.sounds import sound

FEWEST = 30_000  # there are 35,000; fewer is a part of the list
ARRONDISSEMENTS = 45


class NotTheList(ValueError):
    """What was read is not the list of all communes."""


def to_lines(communes: Any, arrondissements: Any) -> str:
    """The two answers of the API as a file: code, name, département, postcodes, population, latitude, longitude.

    Raises NotTheList for anything but the whole list; a commune without a point is left out.
    """
    if not isinstance(communes, list) or not isinstance(arrondissements, list):
        raise NotTheList
    lines = [line for row in (*communes, *arrondissements) if (line := _line(row))]
    if len(lines) < FEWEST or len(arrondissements) != ARRONDISSEMENTS:
        raise NotTheList
    return "".join(sorted(lines))


def _line(row: Any) -> str | None:
    if not isinstance(row, Mapping):
        raise NotTheList
    try:
        lon, lat = (float(part) for part in row["centre"]["coordinates"])
        words = (str(row["code"]), str(row["nom"]), str(row.get("codeDepartement", "")))
        postcodes = " ".join(str(code) for code in row.get("codesPostaux", []))
        people = str(int(row.get("population") or 0))
    except (KeyError, TypeError, ValueError):
        return None
    cells = (*words, postcodes, people, f"{lat:.5f}", f"{lon:.5f}")
    return None if any("\t" in cell or "\n" in cell for cell in cells) else "\t".join(cells) + "\n"


def brought_up_to_date(rows: Iterable[list[str]], text: str) -> list[list[str]]:
    """The rows of our table with the official points, postcodes and populations; communes that are new are added."""
    official = {cells[0]: cells for line in text.splitlines() if len(cells := line.split("\t")) == 7}
    fresh = [_mended(row, official.pop(row[0], None)) for row in rows]
    added = [
        [code, name, "", departement, postcodes, people, lat, lon, sound(name), ""]
        for code, name, departement, postcodes, people, lat, lon in official.values()
        if departement
    ]
    return sorted((*fresh, *added))


def _mended(row: list[str], cells: list[str] | None) -> list[str]:
    """An old commune keeps what it has: the list is that of today's."""
    if cells is None or (row[2] and row[5] == "0"):
        return row
    _code, _name, _departement, postcodes, people, lat, lon = cells
    return [*row[:4], postcodes or row[4], people if people != "0" else row[5], lat, lon, *row[8:]]
