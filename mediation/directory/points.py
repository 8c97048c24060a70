"""Coordinates of a row: swapped ones are put right, those that lie somewhere else than the commune are left out."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

Point = tuple[float, float]
Centre = Callable[[str, str], Point | None]
"""The centre of the commune of this code (or name) with this postcode, None when it is not known."""

EARTH_KM = 6_371.0
# The largest communes of the mainland reach 25 km from their centre, and the table of centres is itself wrong by 20 km
# where several communes share a postcode. On real rows, 30 km leaves out 22 right points, 50 km 5, and both the same
# wrong ones but a few. Beyond, a wrong place is worse than the commune alone.
FAR_KM = 50.0
FAR_IN_GUIANA_KM = 250.0  # Maripasoula is as large as Slovenia
# South, north, west, east.
FRANCE = (
    (41.2, 51.3, -5.4, 9.8), (15.7, 18.2, -63.3, -60.9), (14.2, 15.0, -61.4, -60.7), (2.0, 6.0, -54.8, -51.4),
    (-21.6, -20.7, 55.0, 56.0), (46.6, 47.3, -56.6, -56.0), (-13.1, -12.5, 44.9, 45.4), (-23.0, -19.0, 163.0, 169.0),
    (-28.0, -7.5, -155.0, -134.0), (-14.5, -13.0, -178.5, -176.0),
)  # fmt: skip


def kilometres(one: Point, other: Point) -> float:
    """The distance over the ground between two points."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def in_france(point: Point) -> bool:
    """True within one of the boxes around a part of France."""
    return any(south <= point[0] <= north and west <= point[1] <= east for south, north, west, east in FRANCE)


def number(text: str) -> float | None:
    """Degrees, with a point or a comma; None when there is no such number."""
    if not re.fullmatch(r"[+-]?\d{1,3}(?:[.,]\d{0,30})?", text):
        return None
    return float(text.replace(",", "."))


def checked(lat: str, lon: str, centre: Point | None, postcode: str) -> tuple[Point | None, str | None]:
    """The point, and what had to be done for it: a kind of `Journal.repaired` when it was mended or left out.

    « 0 » and nothing are not known, which is no fault.
    """
    if not lat.strip("0.,") and not lon.strip("0.,"):
        return None, None
    first, second = number(lat), number(lon)
    if first is None or second is None:
        return None, "coordinates_unreadable"
    point, swapped = (first, second), (second, first)
    far = FAR_IN_GUIANA_KM if postcode.startswith("973") else FAR_KM
    if is_there(point, centre, far):
        return point, None
    if is_there(swapped, centre, far):
        return swapped, "coordinates_swapped"
    return None, "coordinates_far" if in_france(point) else "coordinates_outside"


def is_there(point: Point, centre: Point | None, far: float) -> bool:
    """True for a point of France, near the centre of its commune when that is known."""
    return in_france(point) and (centre is None or kilometres(point, centre) <= far)
