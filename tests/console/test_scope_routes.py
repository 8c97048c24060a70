"""Every route of the console, as each role and signed out: nothing of a case outside one's scope is ever shown.

The table below is closed: a new route fails the test until somebody says here who may use it.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field

import pytest
from fastapi import FastAPI
from httpx import Response
from starlette.testclient import TestClient

from api.case_models import Handoff
from api.cases.report import Report
from api.console.gate import COOKIE, PATH
from api.console.routes_events import Pace, events_router
from api.db import reading
from tests.console.conftest import BASE, Browser, RunningConsole
from tests.console.made_cases import add_case, add_place

pytestmark = pytest.mark.both

MARKER = "Zanzibar-7312"
PHONE = re.compile(r"6\D?12\D?34\D?56")  # what a masked number hides, however it is written
ROLES = ("mediator", "coordinator", "administrator", "")  # the last one: nobody is signed in
STREAM = ("GET", "/mediateur/evenements")

THE_DOOR = tuple(f"/mediateur/{page}" for page in ("entrer", "sortir", "code", "code/application", "bienvenue/{token}"))

# Who gets what, in the order mediator, coordinator, administrator, nobody signed in. The case asked for is not the
# mediator's; for a coordinator it is in scope. The account asked for is an administrator's.
YES = frozenset({200, 303, 409, 422})  # the page, or what was wrong with an empty form
GONE, DOOR = frozenset({404}), frozenset({303})
ALL = (YES, YES, YES, DOOR)
HELPERS = (YES, YES, GONE, DOOR)
LEADERS = (GONE, YES, GONE, DOOR)
MANAGERS = (GONE, YES, YES, DOOR)
A_CASE = (GONE, YES, GONE, DOOR)
AN_ADMINISTRATOR = (GONE, GONE, YES, DOOR)
ANYBODY = (YES, YES, YES, YES)
PASSWORD = tuple(YES | {400, 403} for _ in range(4))  # a wrong one says so
OWN_PASSWORD = (YES | {400}, YES | {400}, YES | {400}, DOOR)
OPEN_DOOR = (YES | GONE, YES | GONE, YES | GONE, YES | GONE)

EXPECTED = {
    ("GET", "/mediateur"): ALL,
    ("GET", "/mediateur/activite"): HELPERS,
    ("GET", "/mediateur/activite.csv"): HELPERS,
    ("GET", "/mediateur/agenda"): HELPERS,
    ("GET", "/mediateur/bienvenue/{token}"): OPEN_DOOR,
    ("POST", "/mediateur/bienvenue/{token}"): OPEN_DOOR,
    ("GET", "/mediateur/chiffres"): LEADERS,
    ("GET", "/mediateur/code"): ANYBODY,
    ("POST", "/mediateur/code"): ANYBODY,
    ("POST", "/mediateur/code/application"): ANYBODY,
    ("GET", "/mediateur/compte"): ALL,
    ("POST", "/mediateur/compte/alertes"): ALL,
    ("POST", "/mediateur/compte/mot-de-passe"): OWN_PASSWORD,
    ("POST", "/mediateur/compte/sessions"): ALL,
    ("GET", "/mediateur/comptes"): MANAGERS,
    ("POST", "/mediateur/comptes"): MANAGERS,
    ("GET", "/mediateur/comptes/{id_}"): AN_ADMINISTRATOR,
    ("POST", "/mediateur/comptes/{id_}/desactiver"): AN_ADMINISTRATOR,
    ("POST", "/mediateur/comptes/{id_}/lieux"): AN_ADMINISTRATOR,
    ("POST", "/mediateur/comptes/{id_}/modifier"): AN_ADMINISTRATOR,
    ("POST", "/mediateur/comptes/{id_}/reactiver"): AN_ADMINISTRATOR,
    ("POST", "/mediateur/comptes/{id_}/reinitialiser"): AN_ADMINISTRATOR,
    ("POST", "/mediateur/dossiers/code"): HELPERS,
    ("GET", "/mediateur/dossiers/{case_id}"): A_CASE,
    ("POST", "/mediateur/dossiers/{case_id}/accord"): A_CASE,
    ("POST", "/mediateur/dossiers/{case_id}/appele"): A_CASE,
    ("POST", "/mediateur/dossiers/{case_id}/envoyer-etape"): A_CASE,
    ("POST", "/mediateur/dossiers/{case_id}/etape"): A_CASE,
    ("POST", "/mediateur/dossiers/{case_id}/fermer"): A_CASE,
    ("POST", "/mediateur/dossiers/{case_id}/liberer"): A_CASE,
    ("POST", "/mediateur/dossiers/{case_id}/note"): A_CASE,
    ("POST", "/mediateur/dossiers/{case_id}/prendre"): A_CASE,
    ("POST", "/mediateur/dossiers/{case_id}/rappel"): A_CASE,
    ("POST", "/mediateur/dossiers/{case_id}/repondre"): A_CASE,
    ("POST", "/mediateur/dossiers/{case_id}/transferer"): A_CASE,
    ("GET", "/mediateur/entrer"): ANYBODY,
    ("POST", "/mediateur/entrer"): PASSWORD,
    ("GET", "/mediateur/equipe"): LEADERS,
    ("POST", "/mediateur/equipe/confier"): LEADERS,
    STREAM: (YES, YES, GONE, frozenset({303, 401})),
    ("GET", "/mediateur/journal"): MANAGERS,
    ("GET", "/mediateur/lieux"): LEADERS,
    ("POST", "/mediateur/presence"): HELPERS,
    ("POST", "/mediateur/sortir"): ANYBODY,
}


@dataclass
class World:
    """A console with cases that are not the mediator's."""

    console: RunningConsole
    cases: tuple[uuid.UUID, ...]
    account: uuid.UUID
    browsers: dict[str, Browser] = field(default_factory=dict)

    def browser(self, role: str) -> Browser:
        """A browser with that role, kept until it goes by the door; or one where nobody is signed in."""
        if role not in self.browsers:
            self.browsers[role] = self.console.as_(role) if role else self.console.browser()
            self.browsers[role].get("/mediateur/entrer")  # gives a stranger what a form needs
        return self.browsers[role]

    def rows(self) -> list[tuple[object, ...]]:
        """What could have changed of the cases."""
        with reading(self.console.engine) as session:
            found = [session.get_one(Handoff, case) for case in self.cases]
            return [(row.status, row.mediator_id, row.place_id, row.updated_at, row.consent) for row in found]

    def ask(self, role: str, method: str, path: str, case: uuid.UUID | None = None) -> Response:
        """Asks for a route, with the case in every place where one may be named."""
        id_ = str(case or self.cases[0])
        address = path.replace("{case_id}", id_).replace("{id_}", str(self.account)).replace("{token}", "x" * 43)
        browser = self.browser(role)
        if path in THE_DOOR:
            del self.browsers[role]
        if method == "GET":
            return browser.get(f"{address}?dossier={id_}&cherche={id_}")
        return browser.send(address, dossier=id_, closing="sans_suite", code="000000", texte="x", note="x")


def made(console: RunningConsole) -> World:
    """Cases held by a colleague, waiting elsewhere and closed by a colleague, with the marker in all their words."""
    console.add("nadia", places=("there",), territory=True)
    console.add("second", role="administrator")
    add_place(console, "there", name="Ailleurs")
    report = Report(console.service.now.date(), 45, ("logement",))
    today = console.service.now.date()
    closed = {"status": "closed", "closing": "aide", "closed_at": console.service.now, "report": report}
    cases = (
        add_case(console, held_by="nadia", place_id="there", marker=MARKER),
        add_case(console, place_id="there", marker=MARKER, mode="callback", callback_on=today),
        add_case(console, held_by="nadia", marker=MARKER, **closed),
    )
    return World(console, cases, console.accounts["second"])


def test_the_table_above_has_every_route_and_no_other(console: RunningConsole) -> None:
    routes = {route for route in console.routes() if route[0] != "HEAD"}
    assert routes - EXPECTED.keys() == set(), "a new route: say in EXPECTED who may use it"
    assert EXPECTED.keys() - routes == set(), "no longer a route"


@pytest.mark.parametrize("role", ROLES)
def test_no_role_is_shown_a_case_outside_its_scope(console: RunningConsole, role: str) -> None:
    world, column = made(console), ROLES.index(role)
    before = world.rows()
    for method, path in sorted(EXPECTED):
        if (method, path) == STREAM and role in ("mediator", "coordinator"):
            continue  # it does not end: see below
        for case in world.cases if "{case_id}" in path and role == "mediator" else world.cases[:1]:
            page = world.ask(role, method, path, case)
            assert page.status_code in EXPECTED[method, path][column], (method, path)
            led_out = page.headers.get("location", "").startswith("/mediateur/entrer")
            assert led_out is False or role == "" or path in THE_DOOR, (method, path)
            if role != "coordinator":
                assert MARKER not in page.text and not PHONE.search(page.text), (method, path)
                assert not [other for other in world.cases if other != case and str(other) in page.text], (method, path)
            elif method == "GET":
                assert not PHONE.search(page.text), "a number is whole for who holds the case only"
            assert page.headers.get("cache-control") == "no-store" or page.status_code in (303, 401), (method, path)
    assert role == "coordinator" or world.rows() == before, "nothing was done to them either"


def test_the_marker_and_the_number_would_be_found_if_they_were_shown(console: RunningConsole) -> None:
    world = made(console)
    page = console.as_("nadia").get(f"/mediateur/dossiers/{world.cases[0]}").text
    assert MARKER in page and PHONE.search(page)


def test_a_case_of_others_and_one_that_does_not_exist_answer_alike(console: RunningConsole) -> None:
    world, browser = made(console), console.as_("mediator")
    none = uuid.uuid4()
    for act in ("", "/prendre", "/repondre", "/note", "/fermer", "/transferer"):
        answers = set()
        for case in (*world.cases, none):
            address = f"/mediateur/dossiers/{case}{act}"
            page = browser.send(address, texte="x") if act else browser.get(address)
            answers.add((page.status_code, page.text.replace(str(case), "")))
        assert len(answers) == 1, act


@pytest.mark.parametrize("role", ["mediator", "coordinator"])
def test_the_stream_says_nothing_of_a_case(console: RunningConsole, role: str) -> None:
    world = made(console)
    app = FastAPI()
    app.include_router(events_router(console.console, Pace(life=0)))
    client = TestClient(app, base_url=BASE, cookies={COOKIE: console.as_(role).cookie})
    for case in world.cases:
        told = client.get(f"{PATH}/evenements?dossier={case}").text
        assert "event: queue" in told and MARKER not in told and not PHONE.search(told)
        assert ('"gone"' in told) is (role == "mediator")


def test_a_place_that_is_taken_away_closes_its_cases_at_once(console: RunningConsole) -> None:
    add_place(console, "here")
    console.add("paul", places=("here",))
    case = add_case(console, place_id="here", marker=MARKER)
    browser = console.as_("paul")
    address = f"/mediateur/dossiers/{case}"
    assert browser.get(address).status_code == 200
    console.as_("coordinator").send(f"/mediateur/comptes/{console.accounts['paul']}/lieux", retirer="here")
    assert browser.get(address).status_code == 404
    assert str(case) not in browser.get("/mediateur").text


def test_a_disabled_account_is_out_at_once(console: RunningConsole) -> None:
    case = add_case(console, held_by="mediator", marker=MARKER)
    browser = console.as_("mediator")
    assert MARKER in browser.get(f"/mediateur/dossiers/{case}").text
    console.as_("coordinator").send(f"/mediateur/comptes/{console.accounts['mediator']}/desactiver")
    page = browser.get(f"/mediateur/dossiers/{case}")
    assert page.status_code == 303 and MARKER not in page.text
