"""A row on its way from a file to a place: the columns of the standard v1.0.2, still as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from mediation.directory.journal import Journal

COLUMNS = (
    "id", "pivot", "nom", "commune", "code_postal", "code_insee", "adresse", "complement_adresse", "latitude",
    "longitude", "typologie", "telephone", "courriels", "site_web", "horaires", "presentation_resume",
    "presentation_detail", "source", "itinerance", "structure_parente", "date_maj", "services",
    "publics_specifiquement_adresses", "prise_en_charge_specifique", "frais_a_charge",
    "dispositif_programmes_nationaux", "formations_labels", "autres_formations_labels", "modalites_acces",
    "modalites_accompagnement", "fiche_acces_libre", "prise_rdv",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """`cells` are by column of the standard; columns that the source does not have are not there."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Refused:
    """A row that cannot be read, why (a kind of `Journal.refused`), and the id it still shows."""

    line: int
    kind: str
    detail: str = ""
    id: str | None = None


@dataclass(frozen=True)
class Absorbed:
    """A row that only adds to another one, such as a service of a structure."""

    line: int
    detail: str = ""


Item = Row | Refused | Absorbed
Rows = Iterator[Item]
Reader = Callable[[BinaryIO, Journal, Callable[[int], None]], Rows]
