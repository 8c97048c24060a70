"""The list of cases: who sees what, in which order, with which words; the code that a citizen brings."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta
from types import SimpleNamespace

from api.case_models import Handoff
from api.cases.codes import fresh_code
from api.cases.seeing import Queue
from api.console.routes_queue import safety_first
from api.db import writing
from tests.console.case_kit import a_case, row
from tests.console.conftest import RunningConsole
from tests.console.reading_pages import part, words


def test_an_empty_list_says_what_to_do(console: RunningConsole) -> None:
    page = console.as_("mediator").get("/mediateur")
    assert page.status_code == 200
    assert "Personne n'attend." in words(page.text) and "Gardez cette page ouverte." in words(page.text)
    assert "Code de la personne" in words(page.text)


def test_a_case_that_waits_says_why_how_and_since_when(console: RunningConsole) -> None:
    a_case(console, mode="callback", callback_on="2026-11-24", callback_half="morning", due="2026-11-30")
    console.service.now += timedelta(minutes=12)
    waiting = part(console.as_("mediator").get("/mediateur").text, "partie-attente")
    for said in (
        "Déclarer vos ressources", "Bloque à une étape", "Rappel mardi 24 novembre matin", "Attend depuis 12 min",
        "Date limite : lundi 30 novembre", "Toute l'équipe", "Prendre",
    ):  # fmt: skip
        assert said in waiting


def test_nothing_the_citizen_said_is_on_the_list(console: RunningConsole) -> None:
    a_case(console)
    page = console.as_("mediator").get("/mediateur").text
    assert "+33612345678" not in page and "06 12" not in page and "le rsa" not in page.lower()


def test_each_role_has_its_own_list(console: RunningConsole) -> None:
    console.add("ailleurs", places=("un-lieu",))
    a_case(console)
    assert "Déclarer vos ressources" in console.as_("mediator").get("/mediateur").text
    assert "Déclarer vos ressources" in console.as_("coordinator").get("/mediateur").text
    assert "Déclarer vos ressources" not in console.as_("ailleurs").get("/mediateur").text
    refused = console.as_("administrator").get("/mediateur")
    assert (refused.status_code, refused.headers["location"]) == (303, "/mediateur/comptes")
    assert console.browser().get("/mediateur").status_code == 303


def test_what_waits_too_long_comes_first_for_the_coordinator(console: RunningConsole) -> None:
    late = a_case(console, late_since=console.service.now)
    a_case(console, "+33612345679")
    page = console.as_("coordinator").get("/mediateur").text
    assert str(late) in page.split('id="partie-retard"')[1].split("</section>")[0]
    assert page.index("partie-retard") < page.index("partie-miens") < page.index("partie-attente")
    assert 'data-waiting="2"' in page, "who waits too long still waits"
    assert "partie-retard" not in console.as_("mediator").get("/mediateur").text


def test_an_answer_that_waits_is_counted_in_the_title_and_stands_first(console: RunningConsole) -> None:
    browser = console.as_("mediator")
    first, second = a_case(console), a_case(console, "+33612345679")
    for id_ in (first, second):
        assert browser.send(f"/mediateur/dossiers/{id_}/prendre").status_code == 303
    console.service.now += timedelta(minutes=3)
    with writing(console.engine) as session:
        session.get_one(Handoff, second).heard_at = console.service.now
    page = browser.get("/mediateur").text
    assert "<title>(1) Dossiers" in page
    mine = page.split('id="partie-miens"')[1].split("</section>")[0]
    assert mine.index(str(second)) < mine.index(str(first))
    assert "Nouveau message" in words(mine)


def test_taking_a_case_from_the_list(console: RunningConsole) -> None:
    case, browser = a_case(console), console.as_("mediator")
    done = browser.send(f"/mediateur/dossiers/{case}/prendre")
    assert (done.status_code, done.headers["location"]) == (303, f"/mediateur/dossiers/{case}?fait=done_take")
    assert row(console, case).mediator_id == console.accounts["mediator"]
    page = browser.get(done.headers["location"])
    assert "Vous vous occupez de ce dossier." in words(page.text)


def with_code(console: RunningConsole, case: uuid.UUID) -> str:
    with writing(console.engine) as session:
        return fresh_code(session, console.vault, session.get_one(Handoff, case))


def test_the_code_of_a_citizen_opens_a_case_of_another_place(console: RunningConsole) -> None:
    case = a_case(console, place_id="loin")
    code, browser = with_code(console, case), console.as_("mediator")
    assert browser.get(f"/mediateur/dossiers/{case}").status_code == 404
    done = browser.send("/mediateur/dossiers/code", code=f" {code[:3]} {code[3:]}")
    assert done.headers["location"] == f"/mediateur/dossiers/{case}?fait=done_take"
    assert browser.get(f"/mediateur/dossiers/{case}").status_code == 200


def test_a_wrong_code_is_said_beside_the_field(console: RunningConsole) -> None:
    browser = console.as_("mediator")
    for typed in ("", "000", "１２３４５６", "0" * 5000, '"><script>alert(1)</script>'):
        page = browser.send("/mediateur/dossiers/code", code=typed)
        assert page.status_code == 422
        assert 'aria-invalid="true"' in page.text and "Ce code n'existe pas." in words(page.text)
        assert "<script>" not in page.text


def test_codes_cannot_be_guessed(console: RunningConsole) -> None:
    code, browser = with_code(console, a_case(console, place_id="loin")), console.as_("mediator")
    wrong = [f"{(int(code) + step) % 10**6:06d}" for step in range(1, 6)]
    for one in wrong:
        assert "Ce code n'existe pas." in words(browser.send("/mediateur/dossiers/code", code=one).text)
    page = browser.send("/mediateur/dossiers/code", code=code)
    assert page.status_code == 422 and "Attendez 10 minutes." in words(page.text)


def test_the_fragment_is_the_page_without_its_frame(console: RunningConsole) -> None:
    a_case(console)
    page = console.as_("mediator").get("/mediateur?fragment=1").text
    assert "partie-attente" in page and "<header" not in page
    assert console.browser().get("/mediateur?fragment=1").status_code == 401


def test_days_and_hours_of_the_team_are_told(console: RunningConsole) -> None:
    assert console.service.now.date() == date(2026, 11, 22), "a Sunday"
    shown = words(console.as_("mediator").get("/mediateur").text)
    assert "rouvre demain à 9 h 00" in shown
    assert "quelqu'un peut répondre" not in shown, "nobody is told that somebody answers on a Sunday"


def test_who_may_be_in_danger_is_at_the_top_and_each_name_is_one_of_its_own(console: RunningConsole) -> None:
    early = a_case(console, answer_by=console.service.now + timedelta(minutes=1))
    danger = a_case(console, "+33612345679", reason="safety", answer_by=console.service.now + timedelta(hours=9))
    for who, list_ in (("mediator", "partie-attente"), ("coordinator", "partie-attente")):
        page = console.as_(who).get("/mediateur").text
        assert page.index(f"lien-attente-{danger}") < page.index(f"lien-attente-{early}")
        assert "Le dossier le plus pressé est en haut." in part(page, list_)
    names = re.findall(r'aria-label="(Prendre[^"]*)"', page)
    links = re.findall(r"<h3><a [^>]*>(.*?)</a>", page)
    assert len(set(names)) == len(set(links)) == 2, (names, links)


def test_danger_is_first_in_each_list() -> None:
    usual, danger = (SimpleNamespace(reason=reason) for reason in ("asked", "safety"))
    found = safety_first(Queue(*[(usual, danger)] * 3))  # type: ignore[list-item]
    assert found == Queue(*[(danger, usual)] * 3)  # type: ignore[list-item]


def test_the_first_of_a_month_is_said_as_people_say_it(console: RunningConsole) -> None:
    a_case(console, mode="callback", callback_on="2026-12-01", due="2026-12-01")
    waiting = part(console.as_("mediator").get("/mediateur").text, "partie-attente")
    assert "Rappel mardi 1er décembre" in waiting and "Date limite : mardi 1er décembre" in waiting
