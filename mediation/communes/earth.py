"""Distances on the Earth."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

Point = tuple[float, float]  # latitude and longitude in degrees (WGS84)
_DIAMETER_KM = 12742.0


def kilometres(one: Point, other: Point) -> float:
    """As the crow flies."""
    up, along = radians(other[0] - one[0]), radians(other[1] - one[1])
    chord = sin(up / 2) ** 2 + cos(radians(one[0])) * cos(radians(other[0])) * sin(along / 2) ** 2
    return _DIAMETER_KM * asin(min(1.0, sqrt(chord)))
