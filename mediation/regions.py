"""The calendar and the clock of a part of France, known by the code of a commune or by a postcode."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    """`subdivision` names the holidays of its own (package `holidays`), None where there are only the national ones."""

    subdivision: str | None = None
    timezone: str = "Europe/Paris"


MAINLAND = Region()
REGIONS = {
    "57": Region("57"),
    "67": Region("6AE"),
    "68": Region("6AE"),
    "971": Region("971", "America/Guadeloupe"),
    "972": Region("972", "America/Martinique"),
    "973": Region("973", "America/Cayenne"),
    "974": Region("974", "Indian/Reunion"),
    "975": Region("PM", "America/Miquelon"),
    "976": Region("976", "Indian/Mayotte"),
    "977": Region("BL", "America/St_Barthelemy"),
    "978": Region("MF", "America/Marigot"),
    "986": Region("WF", "Pacific/Wallis"),
    "987": Region("PF", "Pacific/Tahiti"),
    "988": Region("NC", "Pacific/Noumea"),
}


def departement_of(code: str) -> str:
    """The département in the code of a commune or in a postcode: « 60 », « 2A », « 974 »."""
    return code[:3] if code[:2] in ("97", "98") else code[:2]


def region_of(code: str | None) -> Region:
    """The region of a commune's code or of a postcode; the mainland when there is none."""
    return REGIONS.get(departement_of(code or ""), MAINLAND)
