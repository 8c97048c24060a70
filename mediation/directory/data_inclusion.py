"""Files of data.inclusion (schema v1), and the standard written as JSON: structures with their services, made rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from mediation.directory.journal import Journal
from mediation.directory.json_items import items_of
from mediation.directory.lines import UnreadableFile
from mediation.directory.rows import COLUMNS, Absorbed, Item, Refused, Row, Rows
from mediation.directory.words import word_of

STRUCTURE = {
    "nom": "nom", "siret": "pivot", "commune": "commune", "code_postal": "code_postal", "code_insee": "code_insee",
    "adresse": "adresse", "complement_adresse": "complement_adresse", "latitude": "latitude", "longitude": "longitude",
    "telephone": "telephone", "courriel": "courriels", "site_web": "site_web", "horaires_accueil": "horaires",
    "accessibilite_lieu": "fiche_acces_libre", "source": "source", "date_maj": "date_maj",
}  # fmt: skip
# Field of a service → field of a place, column of the standard. The mode of a service for professionals is not one
# that a citizen may use.
SERVICE = {
    "thematiques": ("services", "services"),
    "frais": ("cost", "frais_a_charge"),
    "publics": ("audiences", "publics_specifiquement_adresses"),
    "modes_mobilisation": ("access", "modalites_acces"),
    "modes_accueil": ("support", "modalites_accompagnement"),
    "type": ("support", "modalites_accompagnement"),
}
WEIGHTY = ("services", "dispositif_programmes_nationaux", "typologie")
NOT_PLACES = "this JSON file holds neither places of the national standard nor structures of data.inclusion."


@dataclass
class Structure:
    """A structure and the words of its services, by column."""

    number: int
    item: Mapping[str, Any]
    words: dict[str, dict[str, None]] = field(default_factory=dict)


def read_json(file: BinaryIO, journal: Journal, progress: Callable[[int], None]) -> Rows:
    """The rows of a JSON file, in the columns of the standard. A service is absorbed by its structure.

    Services may stand before their structures, so structures come last. Raises UnreadableFile.
    """
    journal.unit = "item"
    structures: dict[str, Structure] = {}
    services: list[tuple[int, Mapping[str, Any]]] = []
    item: Any = {}
    for number, item in items_of(file, progress):
        journal.read += 1
        if isinstance(item, Mapping) and {"nom", "pivot", "code_postal"} <= item.keys():
            journal.form = journal.form or "standard JSON"
            yield Row(number, {column: as_text(item.get(column)) for column in COLUMNS})
        elif isinstance(item, Mapping) and "structure_id" in item:
            services.append((number, {key: item.get(key) for key in ("source", "structure_id", "nom", *USED)}))
        elif isinstance(item, Mapping) and {"id", "nom", "source"} <= item.keys():
            yield from kept(structures, Structure(number, item))
        else:
            yield Refused(number, "json", "" if item is None else as_text(item))
    if item is None:
        journal.cut = journal.read
    if structures or services:
        journal.form = journal.form or "data.inclusion v1"
    elif not journal.form:
        raise UnreadableFile(NOT_PLACES)
    yield from joined(structures, services)


USED = ("mobilisable_par", *SERVICE)


def kept(structures: dict[str, Structure], structure: Structure) -> Iterator[Item]:
    """Keeps a structure until its services are known; one that comes twice is the same again."""
    key = key_of(structure.item, "id")
    if key in structures:
        yield Absorbed(structure.number, as_text(structure.item.get("nom")))
    else:
        structures[key] = structure


def joined(structures: dict[str, Structure], services: list[tuple[int, Mapping[str, Any]]]) -> Rows:
    """The services given to their structures, then the structures as rows."""
    for number, service in services:
        structure = structures.get(key_of(service, "structure_id"))
        if structure is None:
            yield Refused(number, "orphan", as_text(service["structure_id"]))
            continue
        add(structure.words, service)
        yield Absorbed(number, as_text(service["nom"]))
    for structure in structures.values():
        yield row_of(structure)


def key_of(item: Mapping[str, Any], name: str) -> str:
    """The id of a structure among all sources."""
    source, id_ = as_text(item.get("source")), as_text(item.get(name))
    return id_ if id_.startswith(source) else f"{source}_{id_}"


def add(words: dict[str, dict[str, None]], service: Mapping[str, Any]) -> None:
    """The words of a service that the standard knows; nothing of a service that is about something else."""
    if not any(word_of("services", theme) for theme in texts(service["thematiques"])):
        return
    for name, (target, column) in SERVICE.items():
        if name == "modes_mobilisation" and texts(service["mobilisable_par"]) == ["professionnels"]:
            continue
        for text in texts(service[name]):
            word = word_of(target, text)
            if word:
                words.setdefault(column, {})[word] = None


def row_of(structure: Structure) -> Item:
    """A structure in the columns of the standard, refused when nothing it does is of use here."""
    item = structure.item
    cells = {column: as_text(item.get(name)) for name, column in STRUCTURE.items()}
    words = {column: list(found) for column, found in structure.words.items()}
    for network in texts(item.get("reseaux_porteurs")):
        for target, column in (("typology", "typologie"), ("programmes", "dispositif_programmes_nationaux")):
            word = word_of(target, network)
            if word:
                words.setdefault(column, []).append(word)
    cells |= {column: "|".join(found) for column, found in words.items()}
    cells["id"] = key_of(item, "id") if item.get("id") else ""
    if not any(cells.get(column) for column in WEIGHTY):
        return Refused(structure.number, "nothing_here", cells["nom"])
    return Row(structure.number, cells)


def texts(value: Any) -> list[str]:
    """A value that may be one text or a list of them."""
    return [as_text(part) for part in value] if isinstance(value, list) else [as_text(value)] if value else []


def as_text(value: Any) -> str:
    """A JSON value as the cell of a table."""
    if value is None or isinstance(value, dict):
        return ""
    return "|".join(map(as_text, value)) if isinstance(value, list) else str(value)
