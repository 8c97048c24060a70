"""Where communes are, worked out from GeoNames: by their own name where it can be trusted, else as their neighbours.

Used only to build the table. Unique names of a region give a point; names that are shared give the candidate nearest to
the neighbours; the rest stand where their neighbours do (same postcode and same group of communes, then wider).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import fmean, median
from typing import Any, NamedTuple

from mediation.communes.earth import Point, kilometres
from mediation.communes.spelling import bare

OVERSEAS = {
    **{"GP": "971", "MQ": "972", "GF": "973", "RE": "974", "PM": "975", "YT": "976", "BL": "977"},
    **{"MF": "978", "WF": "986", "PF": "987", "NC": "988"},
}
FARTHEST_KM = 40  # from all its neighbours: another place of the same name
FARTHEST_HOMONYM_KM = 20
FARTHEST_OVERSEAS_KM = 500
_ARRONDISSEMENT = re.compile(r"(Paris|Lyon|Marseille) (\d\d)\b")

Row = Mapping[str, Any]


class Named(NamedTuple):
    """A place of GeoNames."""

    name: str
    names: frozenset[str]
    region: str
    population: int
    point: Point


class Points:
    """The points of communes (`of`), by code. `groups` says which codes are neighbours of one another."""

    def __init__(self, communes: Iterable[Row], old: Iterable[Row], groups: Mapping[str, str], geonames: Row) -> None:
        self.communes = {row["code"]: row for row in communes}
        self.groups = groups
        self.of: dict[str, Point] = {}
        self._places = list(_read(geonames))
        self._by_name: dict[tuple[str, str], list[Named]] = defaultdict(list)
        for place in self._places:
            for name in place.names:
                self._by_name[place.region, name].append(place)
        self._seats: dict[str, str] = {}
        for row in sorted(old, key=lambda row: bool(row["code"] == row["chefLieu"])):
            self._seats[row["chefLieu"]] = row["nom"]
        self._own_names()
        self._without_the_lost()
        self._homonyms()
        self._as_neighbours()

    def near(self, name: str, parent: str) -> Point:
        """The point of the old commune `name`, now in the commune `parent`: its own when it is known."""
        here = self.of[parent]
        row = self.communes[parent]
        found = [place.point for place in self._by_name[_region(row), bare(name)]]
        close = [point for point in found if kilometres(point, here) < FARTHEST_HOMONYM_KM]
        return min(close, key=lambda point: kilometres(point, here), default=here)

    def arrondissements(self) -> dict[tuple[str, int], Point]:
        """« Lyon », 3 → its point."""
        found: dict[tuple[str, int], Point] = {}
        for place in self._places:
            match = _ARRONDISSEMENT.match(place.name)
            if match:
                found.setdefault((match[1], int(match[2])), place.point)
        return found

    def _own_names(self) -> None:
        shared: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.communes.values():
            shared[_region(row), bare(row["nom"])].append(row)
        main: dict[tuple[str, str], list[Named]] = defaultdict(list)
        for place in self._places:
            main[place.region, bare(place.name)].append(place)
        for key, rows in shared.items():
            places = main.get(key, [])
            if len(rows) == len(places) == 1 and _of_its_size(places[0], rows[0]):
                self.of[rows[0]["code"]] = places[0].point

    def _without_the_lost(self) -> None:
        neighbours = self._neighbours()
        lost = []
        for code, point in self.of.items():
            row = self.communes[code]
            around = [_middle(found) for key in self._keys(row)[:3] if (found := _but(neighbours[key], code))]
            if around and not _overseas(row) and min(kilometres(point, middle) for middle in around) > FARTHEST_KM:
                lost.append(code)
        for code in lost:
            del self.of[code]

    def _homonyms(self) -> None:
        """Gives each the place of its name that is nearest to its neighbours, the surest first; a place serves once."""
        neighbours = self._neighbours()
        taken = set(self.of.values())
        choices = []
        for code, row in self.communes.items():
            around = next((_middle(list(at.values())) for key in self._keys(row) if (at := neighbours[key])), None)
            if around is not None and code not in self.of:
                farthest = FARTHEST_OVERSEAS_KM if _overseas(row) else FARTHEST_HOMONYM_KM
                away = ((kilometres(place.point, around), code, place.point) for place in self._called(row))
                choices += [choice for choice in away if choice[0] < farthest]
        for _, code, point in sorted(choices):
            if code not in self.of and point not in taken:
                self.of[code] = point
                taken.add(point)

    def _called(self, row: Row) -> list[Named]:
        """The places of this commune's name; failing that, of the old commune where its town hall is."""
        seat = self._seats.get(row["code"], "")
        return self._by_name[_region(row), bare(row["nom"])] or self._by_name[_region(row), bare(seat)]

    def _as_neighbours(self) -> None:
        neighbours = self._neighbours()
        for code, row in self.communes.items():
            if code in self.of:
                continue
            around = next((found for key in self._keys(row) if (found := neighbours[key])), None)
            if around:
                self.of[code] = fmean(p[0] for p in around.values()), fmean(p[1] for p in around.values())
            elif places := [place for place in self._places if place.region == row["departement"]]:
                self.of[code] = max(places, key=lambda place: place.population).point  # a single commune: an island

    def _neighbours(self) -> dict[tuple[str, ...], dict[str, Point]]:
        found: dict[tuple[str, ...], dict[str, Point]] = defaultdict(dict)
        for code, point in self.of.items():
            for key in self._keys(self.communes[code]):
                found[key][code] = point
        return found

    def _keys(self, row: Row) -> list[tuple[str, ...]]:
        """What `row` shares with its neighbours, the closest ties first."""
        group = self.groups.get(row["code"], "")
        postcode = row.get("codesPostaux", [""])[0]
        ties = [("both", postcode, group), ("postcode", postcode), ("group", group)]
        wider = [("arrondissement", row.get("arrondissement", "")), ("departement", row["departement"])]
        return [key for key in ties + wider if all(key)]


def _read(geonames: Row) -> Iterable[Named]:
    for row in geonames.values():
        region = OVERSEAS.get(row["countrycode"], row["admin1code"])
        if row["countrycode"] == "FR" or row["countrycode"] in OVERSEAS:
            names = frozenset(bare(name) for name in [row["name"], *row["alternatenames"]])
            yield Named(row["name"], names, region, row["population"], (row["latitude"], row["longitude"]))


def _overseas(row: Row) -> bool:
    return row["departement"] in OVERSEAS.values()


def _region(row: Row) -> str:
    return str(row["departement"] if _overseas(row) else row["region"])


def _of_its_size(place: Named, row: Row) -> bool:
    """False when a place is far too big to be this commune: it bears the name of another one."""
    return place.population <= 3 * int(row.get("population", 0)) + 300


def _but(points: Mapping[str, Point], code: str) -> list[Point]:
    return [point for other, point in points.items() if other != code]


def _middle(points: list[Point]) -> Point:
    return median(point[0] for point in points), median(point[1] for point in points)
