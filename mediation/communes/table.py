"""The communes of France: read once from the table of this folder, when somebody first asks."""

from __future__ import annotations

import gzip
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

from mediation.communes.earth import Point, kilometres
from mediation.communes.official import brought_up_to_date

TABLE = Path(__file__).parent / "communes.tsv.gz"
AROUND = 0.4  # degrees: a commune is never farther from its neighbours on the mainland
AREAS = Path(__file__).parent / "departements.tsv"


class Commune(NamedTuple):
    """A commune, an arrondissement of Paris, Lyon or Marseille, or an old commune that people still name.

    `code` is the INSEE code of the commune today (of the arrondissement for those); `codes` are all that a place there
    may bear, old ones included. `within` is the name of the commune that an arrondissement or an old commune is in, ""
    for a commune. `sound` is how its name is heard (see `sounds`). `lat` and `lon` are degrees (WGS84), mostly within
    a few kilometres.
    """

    code: str
    name: str
    departement: str
    postcodes: tuple[str, ...]
    population: int
    lat: float
    lon: float
    codes: tuple[str, ...]
    sound: str
    within: str = ""
    old: bool = False

    @property
    def point(self) -> Point:
        """Latitude and longitude."""
        return self.lat, self.lon


class Area(NamedTuple):
    """A département: its code, its name and its region's."""

    code: str
    name: str
    region: str


_official: list[Path] = []


def use_official(path: Path) -> None:
    """Takes what `mediation.communes.official` wrote at `path`, if it is there. Before the first search only."""
    _official[:] = [path]


@cache
def communes() -> tuple[Commune, ...]:
    """All of them, old communes and arrondissements included."""
    with gzip.open(TABLE, "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    for path in _official:
        if path.is_file():
            rows = brought_up_to_date(rows, path.read_text(encoding="utf-8"))
    names = {row[0]: row[1] for row in rows if not row[2]}
    codes: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        codes[row[2] or row[0]] += [row[0], *row[9].split()]
    return tuple(_commune(row, names, codes) for row in rows)


def _commune(row: list[str], names: dict[str, str], codes: dict[str, list[str]]) -> Commune:
    code, name, within, departement, postcodes, population, lat, lon, sound, _ = row
    old = bool(within) and population == "0"
    today = within if old else code
    alike = [code, within] if within and not old else [today, *codes[today]]
    return Commune(
        today, name, departement, tuple(postcodes.split()), int(population), float(lat), float(lon),
        tuple(dict.fromkeys(alike)), sound, names[within] if within else "", old,
    )  # fmt: skip


@cache
def areas() -> tuple[Area, ...]:
    """The départements and what is like them overseas."""
    return tuple(Area(*line.split("\t")) for line in AREAS.read_text(encoding="utf-8").splitlines())


@cache
def _by_code() -> dict[str, Commune]:
    today = [commune for commune in communes() if not commune.old]
    former = {code: commune for commune in today if not commune.within for code in commune.codes}
    return former | {commune.code: commune for commune in today}


@cache
def _smallest() -> tuple[Commune, ...]:
    """Today's communes, arrondissements in place of their city."""
    cities = {commune.within for commune in communes() if commune.within and not commune.old}
    return tuple(commune for commune in communes() if not commune.old and commune.name not in cities)


@cache
def _by_postcode() -> dict[str, list[Commune]]:
    found: dict[str, list[Commune]] = defaultdict(list)
    for commune in _smallest():
        for postcode in commune.postcodes:
            found[postcode].append(commune)
    return found


def by_code(code: str) -> Commune | None:
    """The commune (or arrondissement) of an INSEE code; for the code of an old one, the commune that it is in now."""
    return _by_code().get(code)


def by_postcode(postcode: str) -> tuple[Commune, ...]:
    """The communes of a postcode, the largest first; arrondissements rather than their city."""
    return tuple(sorted(_by_postcode().get(postcode, ()), key=lambda commune: -commune.population))


def at(lat: float, lon: float) -> Commune:
    """The commune whose point is nearest, an arrondissement in the three cities that have them.

    However far it is: with `kilometres` the caller sees that somebody is abroad.
    """
    around = [
        commune for commune in _smallest() if abs(commune.lat - lat) < AROUND and abs(commune.lon - lon) < 2 * AROUND
    ]
    return min(around or _smallest(), key=lambda commune: kilometres(commune.point, (lat, lon)))


def label(commune: Commune) -> str:
    """« Saint-Denis (93) », « Paris 11e (75) »; an old commune with the one it is in: « Culoz (01, Culoz-Béon) »."""
    return f"{commune.name} ({commune.departement}{', ' + commune.within if commune.old else ''})"
