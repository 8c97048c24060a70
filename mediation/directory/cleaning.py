"""A row of the standard made a `Place`: each value checked, mended when that is sure, else left out and counted."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mediation.directory import opening, values
from mediation.directory.journal import Journal
from mediation.directory.points import Centre, Point, checked
from mediation.directory.rows import Row
from mediation.directory.text import hides, is_formula, read_once, tidy
from mediation.directory.words import word_of, words_in
from mediation.place import Place

REQUIRED = ("id", "nom", "commune", "code_postal")
LONGEST = 300  # characters of a name, an address
LONGEST_LIST = 2_000  # of a cell of several words
MAX_ID = 2_000  # bytes: PostgreSQL indexes no more than 2,700
STALE_DAYS = 548  # a year and a half
NO_PIVOT = re.compile(r"0*")
# Which fields of a place the words of a column go to: older files put the care a place takes among its publics.
WORDS = {
    "typologie": ("typology",),
    "services": ("services",),
    "publics_specifiquement_adresses": ("audiences", "care"),
    "prise_en_charge_specifique": ("care", "audiences"),
    "frais_a_charge": ("cost",),
    "dispositif_programmes_nationaux": ("programmes",),
    "modalites_acces": ("access",),
    "modalites_accompagnement": ("support", "access"),
}
USED = (
    *("id", "pivot", "nom", "commune", "code_postal", "code_insee", "adresse", "complement_adresse", "latitude"),
    *("longitude", "telephone", "courriels", "site_web", "horaires", "source", "itinerance", "date_maj"),
    *("fiche_acces_libre", "prise_rdv", *WORDS),
)


@dataclass(frozen=True)
class Candidate:
    """A place as one row says it. `pivot` is the number of the organisation, empty when it is not known."""

    place: Place
    pivot: str
    line: int


@dataclass
class Cleaner:
    """Cleans rows one by one, and writes in `journal` what it did. `today` is the last day that may be past."""

    today: date
    centre: Centre
    journal: Journal

    def candidate(self, row: Row) -> Candidate | None:
        """The place of a row; None when the row is refused."""
        cells = {column: self._text(column, row.cells[column], row.line) for column in USED if row.cells.get(column)}
        id_ = self._id(cells.get("id", ""), row.line)
        missing = [column for column in REQUIRED if not cells.get(column)]
        if missing or id_ is None:
            self.journal.refuse("missing" if missing else "id", row.line, ", ".join(missing) or cells["id"], id_)
            return None
        code = values.postcode(cells["code_postal"])
        if code is None:
            self.journal.refuse("postcode", row.line, cells["code_postal"], id_)
            return None
        if code != cells["code_postal"]:
            self.journal.repair("postcode_mended", row.line, cells["code_postal"])
        pivot = cells.get("pivot", "")
        place = self._place(id_, code, cells, row.line)
        return Candidate(place, "" if NO_PIVOT.fullmatch(pivot) else pivot, row.line)

    def _text(self, column: str, cell: str, line: int) -> str:
        if hides(cell):
            self.journal.repair("invisible", line, column)
        if is_formula(cell):
            self.journal.notice("formula", line, f"{column}: {cell}")
        seen = tidy(cell)
        text = read_once(seen)
        if text != seen:
            self.journal.repair("encoded_twice", line, f"{column}: {text}")
        return tidy(text)

    def _id(self, text: str, line: int) -> str | None:
        if is_formula(text) or text.startswith(("=", "@", "+")):
            return None
        if len(text.encode()) <= MAX_ID:
            return text
        self.journal.repair("id_shortened", line, text)
        return f"{text.split('__', maxsplit=1)[0][:200]}__{hashlib.sha256(text.encode()).hexdigest()}"

    def _place(self, id_: str, code: str, cells: Mapping[str, str], line: int) -> Place:
        insee = self._value("code_insee", values.insee(cells.get("code_insee", ""), code), cells, line)
        point = self._point(insee, code, cells, line)
        words = self._words(cells, line)
        return Place(
            id=id_,
            name=self._short("nom", cells, line),
            commune=self._short("commune", cells, line),
            postcode=code,
            address=self._short("adresse", cells, line),
            extra=self._short("complement_adresse", cells, line),
            insee=insee,
            lat=point[0] if point else None,
            lon=point[1] if point else None,
            phone=self._value("telephone", values.phone(cells.get("telephone", ""), code), cells, line),
            emails=self._emails(cells, line),
            website=self._value("site_web", values.url(cells.get("site_web", "")), cells, line),
            hours=self._hours(cells.get("horaires", ""), line),
            appointment=self._value("prise_rdv", values.url(cells.get("prise_rdv", "")), cells, line),
            accessibility=self._value("fiche_acces_libre", values.url(cells.get("fiche_acces_libre", "")), cells, line),
            **{field: tuple(found) for field, found in words.items()},
            itinerant=itinerant(cells.get("itinerance", "")),
            updated=self._day(cells.get("date_maj", ""), line),
            source=cells.get("source", "")[:LONGEST] or None,
        )

    def _value(self, column: str, value: str | None, cells: Mapping[str, str], line: int) -> str | None:
        """`value`, counted when the cell says something that gave none."""
        if value is None and cells.get(column):
            self.journal.repair(column, line, cells[column])
        return value

    def _short(self, column: str, cells: Mapping[str, str], line: int) -> str:
        text = cells.get(column, "")
        if len(text) > LONGEST:
            self.journal.repair("clipped", line, f"{column}: {text}")
        return text[:LONGEST]

    def _point(self, insee: str | None, code: str, cells: Mapping[str, str], line: int) -> Point | None:
        lat, lon = cells.get("latitude", ""), cells.get("longitude", "")
        centre = self.centre(insee or cells["commune"], code) if lat and lon else None
        point, what = checked(lat, lon, centre, code)
        if what is not None:
            self.journal.repair(what, line, f"{lat}, {lon} ({cells['commune']})")
        return point

    def _emails(self, cells: Mapping[str, str], line: int) -> tuple[str, ...]:
        good, bad = values.emails(cells.get("courriels", ""))
        if bad:
            self.journal.repair("courriels", line, ", ".join(bad))
        return tuple(good[:5])

    def _hours(self, text: str, line: int) -> str | None:
        short = len(text) <= opening.MAX_HOURS
        if not text or (short and opening.readable(text)):
            return text or None
        mended = opening.mended(text) if short else None
        self.journal.repair("hours_mended" if mended else "hours_unreadable", line, text)
        return mended

    def _words(self, cells: Mapping[str, str], line: int) -> dict[str, dict[str, None]]:
        fields: dict[str, dict[str, None]] = {field: {} for names in WORDS.values() for field in names}
        for column, names in WORDS.items():
            if not cells.get(column):
                continue
            found = words_in(cells[column][:LONGEST_LIST], names)
            for field, word in found.words:
                fields[field][word] = None
            for word in found.older:
                self.journal.repair("older_word", line, word)
            for word in found.unknown:
                self.journal.repair("unknown_word", line, f"{column}: {word}")
        return fields

    def _day(self, text: str, line: int) -> date | None:
        day = values.day(text)
        if day is None or day.year in values.UNKNOWN_YEARS:
            self.journal.notice("date_unknown", line, text)
            return None
        if day > self.today:
            self.journal.repair("date_future", line, text)
            return None
        if (self.today - day).days > STALE_DAYS:
            self.journal.notice("date_stale", line, text)
        return day


def itinerant(text: str) -> bool | None:
    """True for a bus, False for an address, None when the cell says both or nothing that is known."""
    found = {word for part in re.split(r"[|;]", text) if (word := word_of("itinerance", part))}
    if len(found) != 1:
        return None
    return found == {word_of("itinerance", "itinerant")}
