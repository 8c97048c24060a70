"""Files of rows and columns: the standard v1.0.2, its older form, and the list of France services."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from typing import BinaryIO

from mediation.directory import opening
from mediation.directory.journal import Journal
from mediation.directory.lines import MAX_LINE, UnreadableFile, lines_of
from mediation.directory.records import Records
from mediation.directory.rows import COLUMNS, Item, Refused, Row, Rows
from mediation.directory.words import implied_by_france_services

OLDER = {
    "courriel": "courriels",
    "publics_accueillis": "publics_specifiquement_adresses",
    "conditions_acces": "frais_a_charge",
    "conditions_access": "frais_a_charge",
    "labels_nationaux": "dispositif_programmes_nationaux",
    "labels_autres": "autres_formations_labels",
    "accessibilite": "fiche_acces_libre",
}
FRANCE_SERVICES = {
    "lib_fs": "nom", "adresse": "adresse", "complement_adresse": "complement_adresse", "insee_com": "code_insee",
    "code_postal": "code_postal", "lib_com": "commune", "latitude": "latitude", "longitude": "longitude",
    "mail": "courriels", "telephone": "telephone", "format_fs": "itinerance",
}  # fmt: skip
DAYS = ("h_lundi", "h_mardi", "h_mercredi", "h_jeudi", "h_vendredi", "h_samedi", "h_dimanche")
KNOWN = frozenset((*COLUMNS, *OLDER, *FRANCE_SERVICES, *DAYS, "id_fs"))
NOT_A_LIST = (
    "this is not a list of places: its first line has neither the columns of the national standard (id, nom, commune, "
    "code_postal), nor those of the list of France services."
)
BINARY = (b"PK", b"\x1f\x8b", b"%PDF", b"\xd0\xcf")


def read_table(file: BinaryIO, journal: Journal, progress: Callable[[int], None]) -> Rows:
    """The rows of a CSV file, in the columns of the standard. Raises UnreadableFile when it is no list of places."""
    records = Records(lines_of(file, progress))
    first = next(records.lines, None)
    if first is None or first.length > MAX_LINE:
        raise UnreadableFile(NOT_A_LIST if first else "the file is empty.")
    records.delimiter, header = header_of(first.text)
    journal.form, shape = shape_of(header)
    if not first.text.endswith("\n"):
        journal.cut, journal.incomplete = 1, True
    for line, cells in records:
        journal.read += 1
        if isinstance(cells, list) and len(cells) >= len(header) and not any(cells[len(header) :]):
            yield shape(line.number, dict(zip(header, cells, strict=False)))
        else:
            yield damaged(line.number, line.text, cells, header, records, journal)
    if records.latin:
        journal.notice("not_utf8", records.first_latin, f"{records.latin} lines")


def header_of(text: str) -> tuple[str, list[str]]:
    """The separator of the columns and their names, by the separator that gives the most known ones."""
    if text.encode("utf-8", "replace").startswith(BINARY):
        raise UnreadableFile("this is not a CSV file but a compressed file or a document; export it as CSV.")
    tried = []
    for delimiter in (",", ";", "\t"):
        names = [name.strip().lower() for name in split(text, delimiter)]
        tried.append((sum(name in KNOWN for name in names), delimiter, names))
    return max(tried)[1:]


def shape_of(header: list[str]) -> tuple[str, Callable[[int, Mapping[str, str]], Item]]:
    """The name of the format, and what makes its rows. Raises UnreadableFile for anything else."""
    names = set(header)
    if len(names) < len(header) and len(names & KNOWN) < sum(name in KNOWN for name in header):
        raise UnreadableFile("two columns of the file have the same name; give each its own.")
    if {"id_fs", "lib_fs", "code_postal"} <= names:
        return "france-services", france_services
    if not {"id", "nom", "commune", "code_postal"} <= names:
        raise UnreadableFile(NOT_A_LIST)
    older = names & set(OLDER) and not names & {"frais_a_charge", "dispositif_programmes_nationaux"}
    return ("standard v0", standard_v0) if older else ("standard v1", standard)


def standard(line: int, cells: Mapping[str, str]) -> Row:
    """A row of the standard v1.0.2."""
    return Row(line, cells)


def standard_v0(line: int, cells: Mapping[str, str]) -> Row:
    """A row of the older form: columns by their new names, what two old ones say together."""
    renamed: dict[str, str] = {}
    for column, cell in cells.items():
        name = OLDER.get(column, column)
        renamed[name] = f"{renamed[name]}|{cell}" if renamed.get(name) and cell else cell or renamed.get(name, "")
    return Row(line, renamed)


def france_services(line: int, cells: Mapping[str, str]) -> Row:
    """A row of the list of France services. Its days of approval are not days when somebody checked it."""
    renamed = {name: cells.get(column, "") for column, name in FRANCE_SERVICES.items()}
    implied = implied_by_france_services()
    id_ = cells["id_fs"].strip()
    own = {
        "id": f"France-services_{id_}" if id_ else "",
        "horaires": opening.from_days([cells.get(d, "") for d in DAYS]),
    }
    return Row(line, {**renamed, **implied, **own})


def damaged(
    number: int, text: str, cells: list[str] | str, header: list[str], records: Records, journal: Journal
) -> Refused:
    """A line that is not a row: why, and of which place it was as far as it can be told."""
    start = cells if isinstance(cells, list) else split(text, records.delimiter)
    at = next((header.index(name) for name in ("id", "id_fs") if name in header), 0)
    id_ = start[at].strip() if len(start) > at + 1 else None
    if id_ and "id_fs" in header:
        id_ = f"France-services_{id_}"
    if cells != "too_long" and records.at_end() and (cells == "quotes" or not records.ended):
        journal.cut, journal.incomplete = number, True
        return Refused(number, "cut", text, id_)
    if isinstance(cells, list):
        return Refused(number, "columns", f"{len(cells)} of {len(header)}", id_)
    return Refused(number, cells, text, id_)


def split(text: str, delimiter: str) -> list[str]:
    """The cells of one line, or those before the damage."""
    try:
        return next(csv.reader([text.strip("\r\n")], delimiter=delimiter), [])
    except csv.Error:
        return []
