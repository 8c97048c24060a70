"""The directory in the console: search, a place in full, and places that try to be more than text."""

from __future__ import annotations

from datetime import date

import pytest

from api.console.directory import search, web_address
from api.db import reading, writing
from api.place_models import PlaceImport
from tests.console.conftest import RunningConsole
from tests.console.made_cases import add_place
from tests.console.reading_pages import words

HERE = "/mediateur/lieux"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "=cmd|' /C calc'!A0",
    "{{ 7 * 7 }}",
    "</title><b>",
]


def test_a_place_is_found_by_commune_postcode_and_name_however_it_is_written(console: RunningConsole) -> None:
    add_place(console, "a", name="Médiathèque Œuvre à l'École")
    add_place(console, "b", name="Maison du lac")
    add_place(console, "c", name="Beauvais Solidaire", commune="Allonne", insee="60009")
    with reading(console.engine) as session:
        assert {found.id for found in search(session, "beauvais")} == {"a", "b", "c"}
        assert {found.id for found in search(session, "60000")} >= {"a", "b"}
        for text in ("mediatheque", "MÉDIATHÈQUE école", "oeuvre", "l'ecole"):
            assert [found.id for found in search(session, text)] == ["a"], text
        for text in ("", "  ", "%", "_", "zzz", "médiathèque lac"):
            assert search(session, text) == [], text


def test_a_place_in_full(console: RunningConsole) -> None:
    add_place(
        console, "p/1", name="France services", hours="Mo-Fr 09:00-12:00", phone="+33344000000",
        services=("Aide aux démarches administratives",), appointment="https://rdv.example.org/a?b=1&c=2",
        website="javascript:alert(1)", updated=date(2023, 3, 1),
    )  # fmt: skip
    console.add("nadia", places=("p/1",))
    console.add("ancien", places=("p/1",), active=False)
    html = console.as_("coordinator").get(HERE, params={"lieu": "p/1"}).text
    page = words(html)
    assert "lundi, de 9 h à midi" in page and "samedi, fermé" in page and "03 44 00 00 00" in page
    assert "horaires non vérifiés depuis mars 2023" in page
    assert "Source : Hubik, mise à jour le" in page
    assert "Nadia Martin" in page and "Ancien" not in page
    assert 'href="https://rdv.example.org/a?b=1&amp;c=2"' in html
    assert "javascript:" not in html


def test_what_is_not_known_is_said_so(console: RunningConsole) -> None:
    add_place(console, "p", hours="quand on veut", source=None)
    page = words(console.as_("coordinator").get(HERE, params={"lieu": "p"}).text)
    assert "Horaires inconnus" in page and "quand on veut" in page
    assert "Source : inconnue, sans date" in page and "horaires non vérifiés" in page
    assert "Aucun compte actif n'est lié à ce lieu." in page


@pytest.mark.parametrize("hostile", HOSTILE)
def test_an_imported_place_is_text_everywhere(console: RunningConsole, hostile: str) -> None:
    fields = {"commune": hostile, "address": hostile, "extra": hostile, "hours": hostile, "source": hostile}
    lists = {name: (hostile,) for name in ("services", "programmes", "emails", "access", "cost")}
    add_place(console, hostile, name=hostile, appointment=f"javascript:{hostile}", **fields, **lists)
    browser = console.as_("coordinator")
    found = browser.get(HERE, params={"cherche": "beauvais"}).text
    card = browser.get(HERE, params={"lieu": hostile, "cherche": hostile}).text
    for html in (found, card):
        assert hostile in words(html), "it is shown as it was written"
        assert "<script>alert" not in html and "<img" not in html and ">49<" not in html and "<b>" not in html
        assert "javascript:" not in html.replace(f"javascript:{hostile}", "") and 'href="javascript' not in html


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://rdv.example.org", True),
        ("HTTP://rdv.example.org/x", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https://", False),
        ("https://[", False),
        ("rdv.example.org", False),
        (None, False),
    ],
)
def test_only_addresses_of_the_web_become_links(text: str | None, kept: bool) -> None:
    assert web_address(text) == (text if kept else None)


def test_the_last_imports_are_told(console: RunningConsole) -> None:
    browser = console.as_("coordinator")
    assert "L'annuaire est vide." in words(browser.get(HERE).text)
    report = {"read": 9550, "kept": 9301, "new": 12, "changed": 140, "removed": 3, "merged": 201, "refused": 48}
    with writing(console.engine) as session:
        session.add(PlaceImport(name="<i>national.csv", at=console.service.now, report=report))
    html = browser.get(HERE).text
    assert "<i>national.csv" in words(html) and "<i>national" not in html
    assert all(str(count) in html for count in report.values())


def test_a_place_that_is_gone_is_said_so(console: RunningConsole) -> None:
    page = console.as_("coordinator").get(HERE, params={"lieu": "gone"})
    assert page.status_code == 404 and "Ce lieu n'est pas dans l'annuaire." in words(page.text)
