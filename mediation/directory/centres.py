"""Where the commune of a row is, by the table of communes."""

from __future__ import annotations

from mediation.communes.table import Commune, by_code, by_postcode
from mediation.directory.points import Point
from mediation.directory.words import fold


def centre_of(code_or_name: str, postcode: str) -> Point | None:
    """The point of the commune with this code, or else of the one with this postcode whose name it is; None if none.

    Under a name that the table does not know, the largest commune of the postcode is near enough to compare with.
    """
    commune = by_code(code_or_name)
    if commune is None:
        sharing = by_postcode(postcode)
        named = (one for one in sharing if fold(one.name) == fold(code_or_name))
        commune = next(named, sharing[0] if sharing else None)
    return point_of(commune)


def point_of(commune: Commune | None) -> Point | None:
    """Latitude and longitude."""
    return (commune.lat, commune.lon) if commune else None
