"""Each value of a row: kept, mended when that is sure, left out and counted otherwise."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mediation.directory import values
from mediation.directory.opening import from_days, mended, readable
from mediation.directory.text import neutral
from mediation.directory.words import content, table, word_of
from tests.places.import_kit import DAY, one, read, row
from tests.places.import_kit import table as file_of

NOWHERE = {"latitude": "", "longitude": ""}
VALUES: list[tuple[dict[str, str], str, Any, str | None]] = [
    ({"code_postal": "1200", "code_insee": "1033", **NOWHERE}, "postcode", "01200", "postcode_mended"),
    ({"code_postal": "1200", "code_insee": "1033", **NOWHERE}, "insee", "01033", None),
    ({"code_insee": "60X57"}, "insee", None, "code_insee"),
    ({"code_insee": "63236", "code_postal": "98809", **NOWHERE}, "insee", None, "code_insee"),
    ({"latitude": "0", "longitude": "0"}, "lat", None, None),
    ({**NOWHERE}, "lat", None, None),
    ({"latitude": "49,43", "longitude": "2,09"}, "lat", 49.43, None),
    ({"latitude": "2.09", "longitude": "49.43"}, "lat", 49.43, "coordinates_swapped"),
    ({"latitude": "2.09", "longitude": "49.43"}, "lon", 2.09, "coordinates_swapped"),
    ({"latitude": "43.3", "longitude": "5.4"}, "lat", None, "coordinates_far"),
    ({"latitude": "40.7", "longitude": "-74.0"}, "lat", None, "coordinates_outside"),
    ({"latitude": "nan", "longitude": "inf"}, "lat", None, "coordinates_unreadable"),
    ({"latitude": "49.43", "longitude": "1e1"}, "lat", None, "coordinates_unreadable"),
    ({"code_postal": "97400", "code_insee": "97411", "latitude": "55.45", "longitude": "-20.88"}, "lat", -20.88,
     "coordinates_swapped"),
    ({"telephone": "+33344061111"}, "phone", "+33344061111", None),
    ({"telephone": "03 44 06 11 11"}, "phone", "+33344061111", None),
    ({"telephone": "344061111"}, "phone", "+33344061111", None),
    ({"telephone": "0344061111|0344061112"}, "phone", "+33344061111", None),
    ({"telephone": "02 62 41 00 00", "code_postal": "97400", "code_insee": "97411", **NOWHERE}, "phone",
     "+262262410000", None),
    ({"telephone": "3960"}, "phone", None, "telephone"),
    ({"telephone": "sur place"}, "phone", None, "telephone"),
    ({"courriels": "a@example.org|pas une adresse"}, "emails", ("a@example.org",), "courriels"),
    ({"site_web": "www.example.org|https://b.example.org"}, "website", "https://www.example.org", None),
    ({"site_web": "javascript:alert(1)"}, "website", None, "site_web"),
    ({"site_web": 'https://example.org/"onclick="x'}, "website", None, "site_web"),
    ({"site_web": "https://bank@example.org"}, "website", None, "site_web"),
    ({"prise_rdv": "https://www.rdv-solidarites.fr/"}, "appointment", "https://www.rdv-solidarites.fr/", None),
    ({"fiche_acces_libre": "oui"}, "accessibility", None, "fiche_acces_libre"),
    ({"date_maj": "2026-05-04T10:00:00Z"}, "updated", DAY, None),
    ({"date_maj": "04/05/2026"}, "updated", DAY, None),
    ({"date_maj": "1970-01-01"}, "updated", None, None),
    ({"date_maj": "1969-12-31"}, "updated", None, None),
    ({"date_maj": "2027-01-01"}, "updated", None, "date_future"),
    ({"date_maj": "2026-11-22"}, "updated", date(2026, 11, 22), None),
    ({"itinerance": "Itinérant"}, "itinerant", True, None),
    ({"itinerance": "Fixe"}, "itinerant", False, None),
    ({"itinerance": "Fixe|Itinérant"}, "itinerant", None, None),
    ({"services": "aide aux demarches administratives"}, "services", ("Aide aux démarches administratives",),
     "older_word"),
    ({"services": "Cours de guitare"}, "services", (), "unknown_word"),
    ({"services": "Maîtrise des outils numériques du quotidien;Aide aux démarches administratives"}, "services",
     ("Maîtrise des outils numériques du quotidien", "Aide aux démarches administratives"), None),
    ({"typologie": "PE|ASSO"}, "typology", ("FT", "ASSO"), "older_word"),
    ({"dispositif_programmes_nationaux": "Point d’accès numérique CAF"}, "programmes",
     ("Point d'accès numérique CAF",), "older_word"),
    ({"publics_specifiquement_adresses": "Tout public"}, "audiences", (), None),
    ({"nom": "\x00Maison\u200b  de \n l'aide\u202e"}, "name", "Maison de l'aide", "invisible"),
    ({"nom": "MÃ©diathÃ¨que"}, "name", "Médiathèque", "encoded_twice"),
    ({"nom": "Social &amp; Culturel"}, "name", "Social & Culturel", "encoded_twice"),
    ({"nom": "A &lt;script&gt;"}, "name", "A &lt;script&gt;", None),
    ({"nom": "<b>Maison</b>"}, "name", "<b>Maison</b>", None),
    ({"adresse": ""}, "address", "", None),
    ({"nom": "x" * 900}, "name", "x" * 300, "clipped"),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "field", "value", "repaired"), VALUES)
def test_a_value(cells: dict[str, str], field: str, value: Any, repaired: str | None) -> None:
    place, journal = one(**cells)
    assert getattr(place, field) == value
    assert set(journal.repaired) - {"postcode_mended"} == ({repaired} if repaired else set()) - {"postcode_mended"}
    assert repaired is None or repaired in journal.repaired


REFUSED = [
    ({"id": ""}, "missing"),
    ({"nom": " "}, "missing"),
    ({"commune": "", "code_postal": ""}, "missing"),
    ({"id": "=cmd|' /C calc'!A0"}, "id"),
    ({"id": "@SUM(1+1)"}, "id"),
    ({"code_postal": "6000"}, None),
    ({"code_postal": "600000"}, "postcode"),
    ({"code_postal": "2A004"}, "postcode"),
    ({"code_postal": "00000"}, "postcode"),
    ({"code_postal": "٦٠٠٠٠"}, "postcode"),
]


@pytest.mark.parametrize(("cells", "kind"), REFUSED)
def test_a_row_that_is_refused(cells: dict[str, str], kind: str | None) -> None:
    _places, journal = read(file_of([row(**cells)]))
    assert list(journal.refused) == ([kind] if kind else [])
    if kind:
        assert journal.refused[kind].examples[0][0] == 2, "the number of the line"


HOURS = [
    ("Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00", "Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00"),
    ("Mo-Fr 09:00-12:00 sur rendez-vous", 'Mo-Fr 09:00-12:00 "sur rendez-vous"'),
    ("Mo 09:00-12:00; Tu 14:00-17:00 (sur rdv); We off", 'Mo 09:00-12:00; Tu 14:00-17:00 "sur rdv"; We off'),
    ("Mo-Fr 9h-12h30,13h30-17h", "Mo-Fr 09:00-12:30,13:30-17:00"),
    ("Mo-Fr 09:00-12:00; Tu 12:30", None),
    ("Mo-Fr 09:00-12:00-14:00", None),
    ("Du lundi au vendredi : 9h-12h", None),
    ("Mo " + "09:00-12:00," * 100 + "13:00-14:00", None),
]


@pytest.mark.parametrize(("written", "kept"), HOURS)
def test_opening_hours(written: str, kept: str | None) -> None:
    place, journal = one(horaires=written)
    assert place.hours == kept
    kind = None if kept == written else "hours_mended" if kept else "hours_unreadable"
    assert set(journal.repaired) == ({kind} if kind else set())


def test_days_alike_go_together() -> None:
    days = ["09:00 - 12:00 / 14:00 - 17:00"] * 4 + ["9h - 12h", "Fermé", ""]
    assert from_days(days) == "Mo-Th 09:00-12:00,14:00-17:00; Fr 09:00-12:00"
    assert from_days(["09:00 - 12:00"] * 2 + [""] * 5) == "Mo,Tu 09:00-12:00"
    assert from_days([""] * 7) == ""
    assert mended(from_days(["sur rdv"] + [""] * 6)) is None, "a day that says something else makes all unknown"
    assert readable(from_days(["09:00-12:00"] * 7))


def test_formulas_are_kept_as_text_reported_and_disarmed_when_shown() -> None:
    place, journal = one(nom="=cmd|' /C calc'!A0", adresse="@SUM(1+1)*cmd|' /C calc'!A0", commune="@Home")
    assert place.name == "=cmd|' /C calc'!A0" and place.commune == "@Home"
    assert journal.noticed["formula"].count == 2, "a name in @ alone is no formula"
    assert neutral(place.name).startswith("'=") and neutral("+1") == "'+1" and neutral("Maison") == "Maison"


def test_a_long_id_is_shortened_always_the_same() -> None:
    long = "__".join(f"source_{n}é" for n in range(400))
    place, journal = one(id=long)
    assert len(place.id.encode()) < 400 and place.id.startswith("source_0é__") and "id_shortened" in journal.repaired
    assert one(id=long)[0].id == place.id != one(id=long + "x")[0].id


def test_stale_and_unknown_days_are_counted() -> None:
    days = ["2026-05-04", "2025-05-23", "2025-05-22", "2020-01-01", "1970-01-01", ""]
    rows = [row(id=str(n), nom=f"Lieu {n}", pivot="", date_maj=day) for n, day in enumerate(days)]
    _places, journal = read(file_of(rows))
    assert journal.noticed["date_stale"].count == 2 and journal.noticed["date_unknown"].count == 2


def test_the_vocabulary_says_each_thing_once() -> None:
    for field, words in content().items():
        if field in ("says_nothing", "france_services", "closed"):
            continue
        aliases = [alias for word, also in words.items() for alias in (word, *also)]
        assert len(table(field)) == len(set(aliases)) == len(aliases), field
        assert all(word_of(field, word) == word for word in words), field


def test_a_phone_of_mayotte_with_the_prefix_of_reunion() -> None:
    assert values.phone("0269611111", "97600") == "+262269611111"
