"""The file for La Coop: its columns, and nothing in it that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from api.cases.report import Report
from api.cases.report_words import page_words
from api.console.coop_csv import BOM, Activity, as_text, cells_of, coop_csv
from api.console_models import JournalEntry
from api.db import reading
from tests.console.conftest import RunningConsole
from tests.console.made_cases import add_case, add_place, at

REPORT = Report(
    date(2026, 11, 23), 45, ("aide_aux_demarches_administratives", "social_sante"), ("telephone", "ordinateur"),
    "partiellement_autonome", True, "administration", "lieu_activite",
)  # fmt: skip
SAVED = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
PLACE = {"name": "Espace", "address": "1 rue X", "commune": "Beauvais", "postcode": "60000", "insee": "60057"}
HOSTILE = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]


def activity(**fields: object) -> Activity:
    """A whole activity, some of its fields changed."""
    given = {"id": "7", "report": REPORT, "saved": SAVED, "first_name": "Nadia", "last_name": "Diallo"}
    home = {"commune": "Allonne", "postcode": "60000", "insee": "60009"}
    return Activity(
        **{**given, "procedure": "Demander le RSA", "outcome": "Aidé", "place": PLACE, "home": home, **fields}
    )  # type: ignore[arg-type]


def read(text: str) -> list[dict[str, str]]:
    """The file as a spreadsheet reads it."""
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline=""), delimiter=";"))


def test_ones_own_file_has_the_columns_of_la_coop() -> None:
    (row,) = read(coop_csv([activity()], team=False))
    assert list(row)[:5] == ["Date", "Enregistré le", "Dernière modification le", "Type", "Participants"]
    assert list(row)[-2:] == ["Notes supplémentaires", "ID CRA"]
    assert row["Date"] == "23/11/2026" and row["Enregistré le"] == "23/11/2026 à 14:05"
    assert row["Canaux d’accompagnement"] == "Lieu d’activité"
    assert (row["Nom du lieu"], row["Commune"], row["Code Insee"]) == ("Espace", "Beauvais", "60057")
    assert row["Matériel numérique utilisé"] == "Téléphone\nOrdinateur"
    assert row["Thématique(s) d’accompagnement"] == "Aide aux démarches administratives\nSocial - Santé"
    assert row["Niveau d’autonomie (ou de l’atelier)"] == "2/3"
    assert (row["Bénéficiaire réorienté"], row["Durée (min)"]) == ("Oui", "45")
    assert row["Structure de redirection"] == "Administration (mairie, préfecture…)"
    assert (row["Commune du bénéficiaire"], row["Code Insee du bénéficiaire"]) == ("Allonne", "60009")
    assert "Nom du médiateur" not in row and "Nadia" not in row.values()


def test_a_teams_file_names_who_did_it_and_leaves_the_notes_out() -> None:
    (row,) = read(coop_csv([activity()], team=True))
    assert (row["Prénom du médiateur"], row["Nom du médiateur"], row["Rôle"]) == ("Nadia", "Diallo", "Médiateur")
    assert not {"Bénéficiaire", "Notes supplémentaires"} & set(row)


def test_what_is_not_known_is_left_empty() -> None:
    (row,) = read(coop_csv([Activity("7", Report(date(2026, 11, 23), 15), SAVED)], team=False))
    empty = ["Nom du lieu", "Commune du bénéficiaire", "Bénéficiaire réorienté", "Structure de redirection", "Tags"]
    assert [row[name] for name in [*empty, "Niveau d’autonomie (ou de l’atelier)"]] == [""] * 6
    assert row["Genre du bénéficiaire"] == "Non communiqué"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_is_run_by_a_spreadsheet(hostile: str) -> None:
    home = {"commune": hostile, "postcode": hostile, "insee": hostile}
    place = dict.fromkeys(PLACE, hostile)
    made = activity(place=place, home=home, procedure=hostile, first_name=hostile, last_name=hostile, id=hostile)
    for team in (False, True):
        (row,) = read(coop_csv([made], team))
        assert sum(value == f"'{hostile}" for value in row.values()) == (12 if team else 10)
        assert [value for value in row.values() if value.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))] == []


def test_a_cell_with_a_semicolon_a_quote_or_lines_stays_one_cell() -> None:
    (row,) = read(coop_csv([activity(procedure='a;b"c\r\n=d')], team=False))
    assert row["Nom de la démarche administrative"] == 'a;b"c\r\n=d'


def test_every_column_is_filled_by_the_code() -> None:
    assert {column["name"] for column in page_words()["coop"]["columns"]} == set(cells_of(activity()))


def test_the_text_to_copy_says_what_is_known_and_no_more() -> None:
    lines = as_text(activity(), team=False).split("\n")
    assert "Durée (min) : 45" in lines
    assert "Thématique(s) d’accompagnement : Aide aux démarches administratives, Social - Santé" in lines
    assert not [line for line in lines if line.endswith(" : ")]


# The page and its file


def close(console: RunningConsole, held_by: str, days: int = 0, **columns: object) -> str:
    """A case that this mediator closed so many days ago, with a report."""
    day = console.service.now.date() - timedelta(days=days)
    report = Report(day, 45, ("logement",))
    given = {"report": report, "closing": "aide", "recap": {"commune": "60057"}, **columns}
    return str(add_case(console, held_by=held_by, status="closed", closed_at=at(console, days=days), **given))


def test_one_sees_and_exports_ones_own_closed_cases_of_the_period(console: RunningConsole) -> None:
    add_place(console, "p", name="=HYPERLINK(1)", address="+1")
    console.add("nadia", last_name="@SUM(A1)")
    mine, old = close(console, "nadia", place_id="p"), close(console, "nadia", days=45)
    others, bare = close(console, "mediator"), close(console, "nadia", report=None)
    browser = console.as_("nadia")
    page = browser.get("/mediateur/activite").text
    assert mine in page and bare in page and others not in page and old not in page
    assert "Sans compte rendu" in page and "45 minutes notées" in page.replace("\u00a0", " ")
    answer = browser.get("/mediateur/activite.csv?qui=equipe")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8" and answer.headers["cache-control"] == "no-store"
    (row,) = read(answer.content.decode("utf-8"))
    assert (row["ID CRA"], row["Nom du lieu"], row["Adresse"]) == (mine, "'=HYPERLINK(1)", "'+1")
    assert (row["Commune du bénéficiaire"], row["Notes supplémentaires"]) == ("Beauvais", "Personne aidée")
    assert row["Nom de la démarche administrative"] == "Demander le RSA"
    day = console.service.now.date() - timedelta(days=45)
    assert old in browser.get(f"/mediateur/activite?du={day}&au={day}").text


def test_a_coordinator_exports_the_whole_team_with_who_did_it_and_it_is_journaled(console: RunningConsole) -> None:
    console.add("nadia", last_name="@SUM(A1)")
    ids = {close(console, "nadia"), close(console, "mediator")}
    browser = console.as_("coordinator")
    assert read(browser.get("/mediateur/activite.csv").content.decode()) == [], "one's own: none"
    rows = read(browser.get("/mediateur/activite.csv?qui=equipe").content.decode())
    assert {row["ID CRA"] for row in rows} == ids
    assert {row["Nom du médiateur"] for row in rows} == {"'@SUM(A1)", "Martin"}
    with reading(console.engine) as session:
        written = session.scalars(select(JournalEntry).where(JournalEntry.action == "exported")).all()
        assert [(line.who, line.detail) for line in written] == [
            ("coordinator@exemple.fr", None), ("coordinator@exemple.fr", "equipe"),
        ]  # fmt: skip


def test_days_that_make_no_sense_give_the_month(console: RunningConsole) -> None:
    mine, browser = close(console, "mediator"), console.as_("mediator")
    for query in ("du=2030-01-01&au=2020-01-01", "du=x&au=%3Cscript%3E", "du=&au="):
        page = browser.get(f"/mediateur/activite?{query}")
        assert page.status_code == 200 and mine in page.text and "<script>" not in page.text
