"""The communes of France: which one a citizen means, and where it is."""

from mediation.communes.earth import kilometres
from mediation.communes.search import Where, where
from mediation.communes.table import Area, Commune, areas, at, by_code, by_postcode, communes, label

__all__ = [
    "Area",
    "Commune",
    "Where",
    "areas",
    "at",
    "by_code",
    "by_postcode",
    "communes",
    "kilometres",
    "label",
    "where",
]
