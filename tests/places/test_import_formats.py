"""The forms in which lists of places come: the standard, its older form, France services, data.inclusion."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from mediation.directory.lines import UnreadableFile
from tests.places.import_kit import GOOD, read, row, table

V0 = (
    "id", "nom", "pivot", "commune", "code_postal", "code_insee", "adresse", "latitude", "longitude", "courriel",
    "horaires", "source", "date_maj", "services", "publics_accueillis", "conditions_access", "labels_nationaux",
    "modalites_accompagnement", "accessibilite", "cle_ban",
)  # fmt: skip
FRANCE_SERVICES = (
    "id_fs", "insee_dep", "lib_fs", "adresse", "complement_adresse", "insee_com", "code_postal", "lib_com", "latitude",
    "longitude", "mail", "telephone", "h_lundi", "h_mardi", "h_mercredi", "h_jeudi", "h_vendredi", "h_samedi",
    "commentaire", "itinerance", "format_fs", "groupe", "labellisation",
)  # fmt: skip
STRUCTURE = {
    "source": "dora", "id": "dora--1", "nom": "Structure", "date_maj": "2026-05-04", "siret": "43493312300029",
    "commune": "Beauvais", "code_postal": "60000", "code_insee": "60057", "adresse": "1 rue de la Gare",
    "latitude": 49.43, "longitude": 2.09, "telephone": "0344061111", "courriel": "a@example.org",
    "site_web": "https://example.org", "horaires_accueil": "Mo-Fr 09:00-12:00",
    "accessibilite_lieu": "https://acceslibre.beta.gouv.fr/x/", "reseaux_porteurs": ["france-service", "caf"],
}  # fmt: skip
SERVICE = {
    "source": "dora", "structure_id": "dora--1", "id": "dora--s1", "nom": "Un service", "description": "…",
    "date_maj": "2026-05-04", "type": "atelier", "frais": "gratuit", "publics": ["seniors", "actifs"],
    "thematiques": ["numerique--maitriser-les-fondamentaux-du-numerique", "sante--addictions"],
    "modes_accueil": ["en-presentiel", "a-distance"], "modes_mobilisation": ["se-presenter", "telephoner"],
    "mobilisable_par": ["usagers", "professionnels"],
}  # fmt: skip


def test_unknown_columns_are_ignored_and_others_may_lack() -> None:
    columns = ["nom", "novelty", "id", "commune", "code_postal"]
    places, journal = read(table([{**{c: GOOD.get(c, "x") for c in columns}}], columns))
    assert places[0].name == GOOD["nom"] and journal.form == "standard v1"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_separator_of_columns_is_found(delimiter: str) -> None:
    places, _journal = read(table([row(adresse="1, rue; de la Gare")], delimiter=delimiter))
    assert places[0].address == "1, rue; de la Gare"


def test_the_older_form() -> None:
    old = {
        **{name: GOOD[name] for name in V0 if name in GOOD},
        "courriel": "a@example.org",
        "services": "Accompagner les démarches de santé;Accéder à du matériel, Créer avec le numérique",
        "publics_accueillis": "Seniors (+ 65 ans);Déficience visuelle : aide adaptée;Public langues étrangères",
        "conditions_access": "Gratuit : Je peux accéder gratuitement au lieu et à ses services",
        "labels_nationaux": "CNFS;France Services",
        "modalites_accompagnement": "Seul : j'ai accès à du matériel et une connexion, A ma place : on fait pour moi",
        "accessibilite": "https://acceslibre.beta.gouv.fr/app/x/",
    }
    places, journal = read(table([old], V0))
    place = places[0]
    assert journal.form == "standard v0" and "unknown_word" not in journal.repaired
    assert place.services == (
        "Aide aux démarches administratives", "Accès internet et matériel informatique",
        "Loisirs et créations numériques",
    )  # fmt: skip
    assert place.audiences == ("Seniors",)
    assert place.care == ("Déficience visuelle", "Langues étrangères (autres)")
    assert place.cost == ("Gratuit",) and place.emails == ("a@example.org",)
    assert place.programmes == ("Conseillers numériques", "France Services")
    assert place.support == ("En autonomie", "Accompagnement individuel")
    assert place.accessibility == "https://acceslibre.beta.gouv.fr/app/x/"


def test_the_list_of_france_services() -> None:
    one = {
        "id_fs": "12", "lib_fs": "France services du Bourg", "adresse": "1 rue de la Gare", "insee_com": "60057",
        "code_postal": "60000", "lib_com": "Beauvais", "latitude": "49.43", "longitude": "2.09",
        "mail": "a@example.org", "telephone": "03 44 06 11 11", "h_lundi": "09:00 - 12:00 / 14:00 - 17:00",
        "h_mardi": "09:00 - 12:00 / 14:00 - 17:00", "h_mercredi": "Fermé", "h_jeudi": "08:30-12:00",
        "format_fs": "Itinérante", "labellisation": "2020-01-01",
    }  # fmt: skip
    places, journal = read(table([one], FRANCE_SERVICES, ";"))
    place = places[0]
    assert journal.form == "france-services" and set(journal.repaired) == {"older_word"} - {"older_word"}
    assert (place.id, place.name) == ("France-services_12", "France services du Bourg")
    assert place.hours == "Mo,Tu 09:00-12:00,14:00-17:00; Th 08:30-12:00"
    assert place.programmes == ("France Services",) and place.typology == ("RFS",) and place.cost == ("Gratuit",)
    assert "Aide aux démarches administratives" in place.services and len(place.services) == 4
    assert place.itinerant is True and place.phone == "+33344061111"
    assert place.updated is None, "the day of an approval is not one when the hours were looked at"


def documents(*items: dict[str, Any]) -> list[bytes]:
    """The same items as an array, as lines, and as two lists."""
    structures = [item for item in items if "structure_id" not in item]
    services = [item for item in items if "structure_id" in item]
    return [
        json.dumps(items, ensure_ascii=False).encode(),
        "\n".join(json.dumps(item) for item in items).encode(),
        json.dumps({"services": services, "structures": structures}, indent=2).encode(),
    ]


@pytest.mark.parametrize("form", range(3))
def test_data_inclusion(form: int) -> None:
    other = {
        **SERVICE,
        "id": "dora--s2",
        "thematiques": ["sante--addictions"],
        "publics": ["jeunes"],
        "frais": "payant",
    }
    aside = {**STRUCTURE, "id": "dora--2", "nom": "Garage", "siret": None, "reseaux_porteurs": None}
    orphan = {**SERVICE, "structure_id": "dora--9"}
    places, journal = read(documents(SERVICE, STRUCTURE, other, aside, orphan)[form])
    assert [place.id for place in places] == ["dora--1"] and journal.form == "data.inclusion v1"
    place = places[0]
    assert place.services == ("Maîtrise des outils numériques du quotidien",)
    assert place.typology == ("RFS", "CAF") and place.programmes == ("France Services",)
    assert place.audiences == ("Seniors",) and place.cost == ("Gratuit",), "only of services that are about this"
    assert place.access == ("Se présenter", "Téléphoner") and place.support == (
        "À distance",
        "Dans un atelier collectif",
    )
    assert (place.lat, place.phone, place.hours) == (49.43, "+33344061111", "Mo-Fr 09:00-12:00")
    assert journal.merged["service"].count == 2
    assert {kind: tally.count for kind, tally in journal.refused.items()} == {"orphan": 1, "nothing_here": 1}


def test_the_standard_as_json_with_its_numbers() -> None:
    item = {**GOOD, "code_postal": 1200, "code_insee": None, "latitude": 46.1, "longitude": 5.8, "services": ["x", "y"]}
    places, journal = read(json.dumps([item]).encode())
    assert places[0].postcode == "01200" and journal.repaired["unknown_word"].count == 2


def test_a_damaged_item_is_told_and_the_next_lines_are_read() -> None:
    lines = [
        json.dumps(STRUCTURE),
        "{half a",
        json.dumps({**STRUCTURE, "id": "dora--2", "nom": "Une autre", "siret": ""}),
    ]
    places, journal = read("\n".join(lines).encode())
    assert len(places) == 2 and journal.refused["json"].examples == [(2, "")] and journal.incomplete
    assert journal.cut is None
    assert read("\n".join(lines[:2]).encode())[1].cut == 2


@pytest.mark.parametrize("cut", [20, 500, -2])
def test_a_json_file_that_is_cut(cut: int) -> None:
    whole = json.dumps([{**STRUCTURE, "id": f"dora--{n}", "nom": f"S{n}", "siret": ""} for n in range(5)]).encode()
    if cut == 20:
        with pytest.raises(UnreadableFile):
            read(whole[:cut])
        return
    places, journal = read(whole[:cut])
    assert len(places) < 5 and journal.cut is not None and journal.incomplete


def test_a_large_json_file_is_read_item_by_item() -> None:
    items = [{**STRUCTURE, "id": f"dora--{n}", "nom": f"S{n}", "siret": "", "x": "é" * 3_000} for n in range(200)]
    assert len(read(json.dumps(items, ensure_ascii=False).encode())[0]) == 200


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n\n", b"id,nom\n1,2\n", b"<!doctype html><html></html>", b"PK\x03\x04rest", b"{}", b"[]", b"[1, 2]",
        b"[" * 100_000, b"{", b"\xff\xfei\x00d\x00", b"x" * 300_000, b"id,id,nom,commune,code_postal\n1,2,3,4,60000\n",
        '{"nom": "\xe9"}'.encode("latin-1"), b"\x00" * 500, b'"id,nom',
    ],
)  # fmt: skip
def test_what_is_no_list_of_places_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read(data)
    assert str(refusal.value).endswith(".") and "\n" not in str(refusal.value)


def test_the_demo_directory_is_clean_and_plainly_fictional() -> None:
    from api.places.importing import DEMO_FILE  # noqa: PLC0415

    data = DEMO_FILE.read_bytes()
    places, journal = read(data)
    assert len(places) >= 20 and not journal.refused and not journal.repaired and not journal.merged
    assert all("(exemple fictif)" in place.name and place.source == "exemple fictif" for place in places)
    assert all(place.website is None or "example.org" in place.website for place in places)
    assert {place.commune for place in places} >= {"Beauvais", "Agen", "Nîmes"}
    assert len(next(csv.reader(io.StringIO(data.decode())))) == 32
