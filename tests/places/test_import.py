"""Importing the directory: again changes nothing, what is gone goes, several files, two imports at once, the demo."""

from __future__ import annotations

import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from api.db import StorageDown, reading
from api.place_models import PlaceImport
from api.places import importing, storing
from api.places.importing import ensure_demo, import_places, source_name
from mediation.directory.centres import centre_of
from mediation.directory.points import kilometres
from mediation.place import Place
from tests.api.conftest import new_database, postgres_server, postgres_template, sqlite_template  # noqa: F401
from tests.places.import_kit import (  # noqa: F401 - fixtures
    NOW,
    centre,
    count,
    directory,
    imported,
    many,
    read,
    real_rows,
    row,
    stored,
    table,
)


def test_the_real_list_adds_up_and_again_changes_nothing(directory: Engine) -> None:  # noqa: F811
    data = real_rows()
    first = import_places(directory, io.BytesIO(data), "national", NOW)
    journal = first.journal
    assert journal.read == 9_550 == journal.kept + first.merged + first.refused
    assert first.changes.new == journal.kept == count(directory) and first.refused == 1
    assert journal.cut is None and not journal.incomplete
    before = stored(directory)
    again = import_places(directory, io.BytesIO(data), "national", NOW + timedelta(days=1))
    assert again.changes == storing.Changes(unchanged=journal.kept)
    cut = import_places(directory, io.BytesIO(data[: len(data) * 3 // 5 + 1]), "national", NOW)
    assert cut.journal.cut and not cut.changes.changed and not cut.changes.removed
    assert stored(directory) == before


def test_what_changes_and_what_goes(directory: Engine) -> None:  # noqa: F811
    rows = many(20)
    assert imported(directory, table(rows)).changes.new == 20
    rows[3]["telephone"] = "0344061111"
    report = imported(directory, table([*rows[:18], row(id="new", nom="Autre", pivot="")]))
    changes = report.changes
    assert (changes.new, changes.changed, changes.unchanged, changes.removed) == (1, 1, 17, 2)
    assert stored(directory)["p3"].phone == "+33344061111" and "p19" not in stored(directory)
    with reading(directory) as session:
        kept = list(session.scalars(select(PlaceImport).order_by(PlaceImport.id)))
    assert [one.name for one in kept] == ["list", "list"] and kept[1].report == report_as_stored(report)


def report_as_stored(report: storing.Report) -> object:
    """JSON makes lists of pairs."""
    import json  # noqa: PLC0415

    return json.loads(json.dumps(report.as_json()))


def test_a_refused_row_does_not_remove_its_place(directory: Engine) -> None:  # noqa: F811
    rows = many(3)
    imported(directory, table(rows))
    rows[1]["code_postal"] = "?"
    report = imported(directory, table(rows))
    assert report.changes.spared == 1 and count(directory) == 3


def test_the_places_of_other_files_stay(directory: Engine) -> None:  # noqa: F811
    imported(directory, table(many(4)), "one")
    other = [row(id="q", nom="Autre", pivot=""), *many(1, date_maj="2026-06-01", adresse="Ici")]
    report = imported(directory, table(other), "two")
    assert (report.changes.new, report.changes.changed) == (1, 1), "what is known more recently wins"
    again = imported(directory, table(many(4)), "one")
    assert (again.changes.elsewhere, again.changes.unchanged, again.changes.removed) == (1, 3, 0)
    assert stored(directory)["p0"].address == "Ici"
    assert imported(directory, table(other), "two").changes.unchanged == 2
    assert imported(directory, table(other[:1]), "two").changes.removed == 1


def test_the_same_place_twice_is_merged() -> None:
    rows = [
        row(id="a", nom="ASS CENTRE SOCIAL VIVARAIZE", telephone="", horaires="Mo-Fr 09:00-12:00"),
        row(id="b", nom="Centre social de la Vivaraize", telephone="0344061111", date_maj="2026-06-01", services="x"),
        row(id="c", nom="Mairie"),
        row(id="d", nom="Centre social de la Vivaraize", commune="Agen", code_postal="47000", code_insee="47001",
            latitude="44.2", longitude="0.62"),
        row(id="a", nom="Centre social de la Vivaraize bis", typologie="CS"),
        row(id="e", nom="Centre social de la Vivaraize", pivot="0" * 14),
    ]  # fmt: skip
    places, journal = read(table(rows))
    assert [place.id for place in places] == ["a", "c", "d", "e"]
    first = places[0]
    assert first.name == "Centre social de la Vivaraize" and first.phone == "+33344061111"
    assert first.hours == "Mo-Fr 09:00-12:00" and first.typology == ("CS",)
    assert first.services == ("Aide aux démarches administratives",)
    assert journal.merged["same_place"].examples == [(3, "Centre social de la Vivaraize (line 2)")]
    assert journal.merged["same_id"].count == 1


def test_two_imports_at_once_leave_one_directory(
    directory: Engine,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planned = storing.planned

    def slowly(*given: Any) -> storing.Plan:
        plan = planned(*given)
        time.sleep(0.3)  # the other would now plan on what is about to change
        return plan

    monkeypatch.setattr(storing, "planned", slowly)
    lists = [table(many(300, adresse=f"Liste {n}")) for n in range(2)]
    together = threading.Barrier(2)

    def one(number: int) -> storing.Report:
        together.wait()
        return import_places(directory, io.BytesIO(lists[number]), "list", NOW, centre)

    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(one, range(2)))
    assert sorted((r.changes.new, r.changes.changed) for r in reports) == [(0, 300), (300, 0)]
    assert len({place.address for place in stored(directory).values()}) == 1 and count(directory) == 300


def test_a_failure_in_the_middle_changes_nothing(directory: Engine, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    imported(directory, table(many(30)))
    before = stored(directory)
    seen: list[int] = []

    def fails(done: int, whole: int) -> None:
        seen.append(count(directory))  # another reader, in the middle of the import
        raise RuntimeError("the power went")

    monkeypatch.setattr(storing, "CHUNK", 5)
    with pytest.raises(RuntimeError):
        import_places(directory, io.BytesIO(table(many(60, adresse="x"))), "list", NOW, centre, lambda *at: (
            fails(at[1], at[2]) if at[0] == "saving" else None
        ))  # fmt: skip
    assert stored(directory) == before and seen == [30]


def test_progress_is_told(directory: Engine) -> None:  # noqa: F811
    told: list[tuple[str, int, int]] = []
    data = table(many(1_200))
    imported(directory, data, progress=lambda *at: told.append(at))
    assert [at for at in told if at[0] == "reading"][-1] == ("reading", len(data), 0)
    assert told[-1] == ("saving", 1_200, 1_200) and len(told) < 20


def test_without_a_database_nothing_is_said_to_be_done(directory: Engine) -> None:  # noqa: F811
    from sqlalchemy import text  # noqa: PLC0415

    with directory.begin() as connection:
        connection.execute(text("DROP TABLE place_imports"))
    with pytest.raises(Exception) as failure:
        imported(directory, table(many(2)))
    assert isinstance(failure.value, StorageDown) or "place_imports" in str(failure.value)
    assert count(directory) == 0


def test_the_demo_fills_an_empty_directory_and_goes_with_the_first_real_file(directory: Engine) -> None:  # noqa: F811
    report = ensure_demo(directory, NOW)
    assert report is not None and report.refused == 0 and count(directory) == report.changes.new >= 20
    assert ensure_demo(directory, NOW) is None
    real = imported(directory, table(many(3)))
    assert real.changes.demo_removed == report.changes.new and set(stored(directory)) == {"p0", "p1", "p2"}
    with importing.DEMO_FILE.open("rb") as file:
        assert import_places(directory, file, storing.DEMO, NOW).changes.new == 0
    assert count(directory) == 3 and ensure_demo(directory, NOW) is None


def test_a_file_of_nothing_leaves_the_demo(directory: Engine) -> None:  # noqa: F811
    ensure_demo(directory, NOW)
    assert imported(directory, table([])).changes.demo_removed == 0 and count(directory) >= 20


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("2024-05-01_dept60_lieux.csv", "dept60_lieux"),
        ("lists/dept60_lieux-20240601.CSV", "dept60_lieux"),
        (r"C:\lists\lieux.json", "lieux"),
        ("https://example.org/files/lieux.csv?v=2", "lieux"),
        ("https://example.org/", "example.org"),
        ("2024-05-01.csv", "2024-05-01.csv"),
        ("x" * 500, "x" * 200),
    ],
)
def test_the_name_of_a_source(address: str, name: str) -> None:
    assert source_name(address) == name


def test_the_centre_of_a_commune() -> None:
    beauvais = centre_of("60057", "60000")
    assert beauvais is not None and kilometres(beauvais, (49.43, 2.09)) < 5
    assert centre_of("BEAUVAIS", "60000") == beauvais and centre_of("Bove", "60000") is not None
    assert centre_of("Nulle part", "99999") is None


def test_a_place_has_no_field_that_an_import_forgets() -> None:
    from dataclasses import fields  # noqa: PLC0415

    everything = row(
        complement_adresse="Cour", telephone="0344061111", courriels="a@example.org", site_web="https://example.org",
        horaires="Mo 09:00-12:00", prise_rdv="https://example.org/rdv", fiche_acces_libre="https://example.org/acces",
        typologie="CS", dispositif_programmes_nationaux="France Services", publics_specifiquement_adresses="Jeunes",
        prise_en_charge_specifique="Surdité", frais_a_charge="Gratuit", modalites_acces="Téléphoner",
        modalites_accompagnement="En autonomie", itinerance="Fixe", source="Hubik",
    )  # fmt: skip
    (place,) = read(table([everything]))[0]
    assert [f.name for f in fields(Place) if getattr(place, f.name) in (None, "", ())] == []
