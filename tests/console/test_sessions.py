"""Sessions: nothing known before signing in is worth anything after, and nothing after signing out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.responses import Response as Plain

from api.console.gate import COOKIE, PATH, ConsoleGate
from api.console.sessions import Sessions
from api.console_models import ConsoleSession, Mediator
from api.db import reading, writing
from tests.console.conftest import Browser, RunningConsole
from tests.console.signing import OTHER, PASSWORD, code, disable, enter, where, with_app, words

CODE, OWN, DOOR = "/mediateur/code", "/mediateur/compte", "/mediateur/entrer"
HOUR = timedelta(hours=1)


def with_cookie(console: RunningConsole, value: str) -> Browser:
    """A browser that somebody put this cookie in."""
    browser = console.browser()
    browser.cookies.set(COOKIE, value, domain="localhost.local", path=PATH)
    return browser


def open_to(console: RunningConsole, cookie: str) -> bool:
    return with_cookie(console, cookie).get(OWN).status_code == 200


def test_each_step_gives_another_cookie(console: RunningConsole) -> None:
    """Session fixation: a cookie planted before, or seen half-way, opens nothing."""
    secret, _codes = with_app(console, "mediator")
    planted = "A" * 43
    browser = with_cookie(console, planted)
    enter(browser, "mediator")
    half = browser.cookie
    browser.send(CODE, code=code(secret, console.service.now))
    whole = browser.cookie
    assert len({planted, half, whole}) == 3
    assert [open_to(console, cookie) for cookie in (planted, half, whole)] == [False, False, True]
    assert where(with_cookie(console, half).get(CODE)) == DOOR, "the step before is over"


def test_a_cookie_stolen_before_signing_out_opens_nothing_after(console: RunningConsole) -> None:
    browser = console.as_("mediator")
    stolen = browser.cookie
    assert open_to(console, stolen)
    answer = browser.send("/mediateur/sortir")
    assert where(answer) == DOOR and 'allo_mediateur=""' in answer.headers["set-cookie"]
    assert not open_to(console, stolen)
    assert where(with_cookie(console, stolen).get(OWN)).startswith(DOOR)


def test_the_cookie_is_not_what_is_stored(console: RunningConsole) -> None:
    browser = console.as_("mediator")
    with reading(console.engine) as session:
        kept = session.query(ConsoleSession).one()
    assert browser.cookie not in kept.digest and len(browser.cookie) >= 43
    assert browser.jeton != kept.digest, "nor is it what our pages show"
    assert not open_to(console, kept.digest)


@pytest.mark.parametrize(
    ("public_url", "secure"), [("http://localhost:8000", False), ("https://allo.exemple.fr", True)]
)
def test_the_flags_of_the_cookie(console: RunningConsole, public_url: str, secure: bool) -> None:
    settings = console.console.settings.model_copy(update={"public_url": public_url})
    response = Plain()
    ConsoleGate(settings, console.engine, console.service.clock).enter(response, "x")
    flags = {part.strip().lower() for part in response.headers["set-cookie"].split(";")}
    assert {"httponly", "path=/mediateur", "samesite=lax"} <= flags
    assert ("secure" in flags) is secure
    assert not any(flag.startswith(("max-age", "expires", "domain")) for flag in flags)


def test_a_session_ends_when_nobody_uses_it(console: RunningConsole) -> None:
    browser = console.as_("mediator")
    for _ in range(3):
        console.service.now += 0.9 * HOUR
        assert browser.get(OWN).status_code == 200
    console.service.now += HOUR
    assert where(browser.get(OWN)).startswith(DOOR)


def test_a_session_ends_at_night_even_when_used(console: RunningConsole) -> None:
    browser, hours = console.as_("mediator"), 0
    while browser.get(OWN).status_code == 200:
        console.service.now += HOUR / 2
        hours += 1
    assert hours / 2 == console.console.settings.console_session_hours


def test_what_a_script_fetches_does_not_keep_a_session_open(console: RunningConsole) -> None:
    browser = console.as_("mediator")
    for _ in range(5):
        console.service.now += HOUR / 5
        last = browser.get(f"{OWN}?fragment=1")
    assert last.status_code == 401, "and a script gets no sign-in page in place of its fragment"
    assert where(browser.get(OWN)).startswith(DOOR)


def test_the_stream_of_events_is_closed_to_strangers(console: RunningConsole) -> None:
    for browser in (console.browser(), with_cookie(console, "B" * 43)):
        answer = browser.get("/mediateur/evenements", headers={"Accept": "text/event-stream"})
        assert answer.status_code == 401 and answer.text == ""


def test_a_disabled_account_is_out_at_once(console: RunningConsole) -> None:
    browser = console.as_("mediator")
    with writing(console.engine) as session:  # even if somebody forgot to end its sessions
        session.get_one(Mediator, console.accounts["mediator"]).active = False
    assert where(browser.get(OWN)).startswith(DOOR)
    other = console.as_("coordinator")
    disable(console, "coordinator")
    assert where(other.get(OWN)).startswith(DOOR)


def test_half_a_session_waits_a_quarter_of_an_hour(console: RunningConsole) -> None:
    with_app(console, "mediator")
    browser = console.browser()
    enter(browser, "mediator")
    console.service.now += timedelta(minutes=14)
    assert browser.get(CODE).status_code == 200
    console.service.now += timedelta(minutes=2)
    assert where(browser.get(CODE)) == DOOR


def test_one_ends_ones_own_other_sessions(console: RunningConsole) -> None:
    here, there, stranger = (console.as_(name) for name in ("mediator", "mediator", "coordinator"))
    with reading(console.engine) as session:
        sessions = console.console.gate.sessions
        mine = sessions.listed(session, console.accounts["mediator"], here.cookie)
        theirs = sessions.listed(session, console.accounts["coordinator"], stranger.cookie)
    assert sorted(one.here for one in mine) == [False, True]
    page = here.get(OWN)
    assert words(page).count("Un autre appareil") == 1
    for one in (*theirs, *(one for one in mine if not one.here)):
        assert where(here.send(f"{OWN}/sessions", session_id=str(one.id))) == f"{OWN}?fait=session"
    assert [browser.get(OWN).status_code for browser in (here, there, stranger)] == [200, 303, 200]


def test_a_new_password_ends_the_other_sessions(console: RunningConsole) -> None:
    with_app(console, "mediator")
    here, there = console.as_("mediator"), console.as_("mediator")
    before = here.cookie
    page = here.send(f"{OWN}/mot-de-passe", actuel="wrong", mot_de_passe=OTHER, encore=OTHER)
    assert page.status_code == 400 and "actuel ne convient pas" in words(page)
    page = here.send(f"{OWN}/mot-de-passe", actuel=PASSWORD, mot_de_passe="aaaaaaaaaaaa", encore="aaaaaaaaaaaa")
    assert page.status_code == 400 and "trop facile" in words(page)
    done = here.send(f"{OWN}/mot-de-passe", actuel=PASSWORD, mot_de_passe=OTHER, encore=OTHER)
    assert where(done) == f"{OWN}?fait=password"
    assert "est changé" in words(here.get(f"{OWN}?fait=password"))
    assert there.get(OWN).status_code == 303 and not open_to(console, before)
    assert enter(console.browser(), "mediator").status_code == 403
    assert where(enter(console.browser(), "mediator", OTHER)) == CODE


def test_guessing_the_present_password_of_an_open_page_locks(console: RunningConsole) -> None:
    with_app(console, "mediator")
    browser = console.as_("mediator")
    for _ in range(5):
        browser.send(f"{OWN}/mot-de-passe", actuel="wrong", mot_de_passe=OTHER, encore=OTHER)
    page = browser.send(f"{OWN}/mot-de-passe", actuel=PASSWORD, mot_de_passe=OTHER, encore=OTHER)
    assert page.status_code == 400
    assert where(enter(console.browser(), "mediator", PASSWORD)) == ""


def test_another_secret_key_ends_every_session(console: RunningConsole) -> None:
    browser = console.as_("mediator")
    other = console.console.settings.model_copy(
        update={"secret_key": type(console.console.settings.secret_key)("y" * 48)}
    )
    with reading(console.engine) as session:
        assert console.console.gate.sessions.find(session, browser.cookie)
        assert Sessions(other, console.service.clock).find(session, browser.cookie) is None


def test_sessions_that_ended_are_removed(console: RunningConsole) -> None:
    console.as_("mediator")
    console.service.now += timedelta(hours=13)
    console.as_("coordinator")
    with reading(console.engine) as session:
        assert [row.mediator_id for row in session.query(ConsoleSession)] == [console.accounts["coordinator"]]


def test_alerts_need_a_mobile_number(console: RunningConsole) -> None:
    browser = console.as_("mediator")
    for bad in ("", "03 44 00 00 00", "06 12", "abc"):
        page = browser.send(f"{OWN}/alertes", alerte="sms", telephone=bad)
        assert page.status_code == 400 and "numéro de mobile" in words(page)
    assert where(browser.send(f"{OWN}/alertes", alerte="sms", telephone="06 39 98 00 01")) == f"{OWN}?fait=alerts"
    row = console.mediator("mediator")
    assert (row.alert, row.unseal(console.vault, "alert_phone_sealed")) == ("sms", "+33639980001")
    assert where(browser.send(f"{OWN}/alertes", alerte="none")) == f"{OWN}?fait=alerts"
    assert console.mediator("mediator").alert_phone_sealed is None


def test_presence_is_said_in_one_press(console: RunningConsole) -> None:
    browser = console.as_("mediator")
    assert where(browser.send("/mediateur/presence", disponible="non", page="/mediateur/agenda")) == "/mediateur/agenda"
    assert console.mediator("mediator").available is False
    assert where(browser.send("/mediateur/presence", disponible="oui", page="https://exemple.com")) == "/mediateur"
    assert console.mediator("mediator").available is True
    assert console.as_("administrator").send("/mediateur/presence", disponible="oui").status_code == 404
