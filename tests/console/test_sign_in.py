"""The door: invitation, password, code; and what those who try to break in get."""

from __future__ import annotations

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from httpx import Response

from api.console import second_factor
from api.console.lockout import FROM_ONE_PLACE
from api.console.passwords import Passwords, weakness
from api.console.signing_in import Entered, SigningIn
from api.console_models import JournalEntry, Mediator
from api.db import reading, writing
from api.vault import Vault, new_key_line
from tests.console.conftest import RunningConsole
from tests.console.signing import (
    DIGEST,
    OTHER,
    PASSWORD,
    code,
    disable,
    enter,
    invitation,
    where,
    with_app,
    words,
)

CODE, HOME = "/mediateur/code", "/mediateur"
WRONG = "ne convient pas"
MINUTE = timedelta(minutes=1)


def refused(page: Response) -> bool:
    return page.status_code == 403 and WRONG in words(page)


# The first time


def test_from_the_invitation_to_the_first_page(console: RunningConsole) -> None:
    link, browser = invitation(console, "mediator"), console.browser()
    page = browser.get(link)
    assert page.status_code == 200 and 'autocomplete="new-password"' in page.text
    assert 'autocomplete="username"' in page.text and "mediator@exemple.fr" in page.text
    assert where(browser.send(link, mot_de_passe=PASSWORD, encore=PASSWORD)) == CODE
    page = browser.get(CODE)
    assert "<svg" in page.text and "style=" not in page.text and "data:" not in page.text
    secret = re.sub(r"\s", "", re.search(r'class="secret">([^<]+)<', page.text)[1])  # type: ignore[index]
    assert secret in browser.get(CODE).text.replace(" ", ""), "a reloaded page shows the same key"
    wrong = browser.send(f"{CODE}/application", code="000000")
    assert refused(wrong)
    done = browser.send(f"{CODE}/application", code=code(secret, console.service.now))
    recovery = re.findall(r'<li class="secret">([\w-]+)</li>', done.text)
    assert len(set(recovery)) == 8
    assert browser.get("/mediateur/compte").status_code == 200
    assert where(browser.get("/mediateur/entrer")) == HOME, "nobody signs in twice"
    with reading(console.engine) as session:
        done_by = [(line.who, line.action) for line in session.query(JournalEntry).order_by(JournalEntry.id)]
    mine = "mediator@exemple.fr"
    assert done_by == [(mine, "password_set"), (mine, "second_factor_set"), (mine, "signed_in")]
    assert (
        PASSWORD.encode() not in (row := console.mediator("mediator")).totp_sealed
        and secret.encode() not in row.totp_sealed
    )  # type: ignore[operator]


def test_an_invitation_works_once_and_not_for_ever(console: RunningConsole) -> None:
    used, browser = invitation(console, "mediator"), console.browser()
    browser.get(used)
    assert where(browser.send(used, mot_de_passe=PASSWORD, encore=PASSWORD)) == CODE
    replaced = invitation(console, "mediator")
    late = invitation(console, "mediator")
    console.service.now += timedelta(hours=72)
    disabled = invitation(console, "coordinator")
    disable(console, "coordinator")
    for link in (used, replaced, late, disabled, "/mediateur/bienvenue/" + "a" * 43):
        other = console.browser()
        page = other.get(link)
        assert page.status_code == 404 and "ne marche plus" in words(page), link
        page = other.send(link, mot_de_passe=OTHER, encore=OTHER)
        assert page.status_code == 404
    kept = console.mediator("mediator").password_hash
    assert Passwords().check(PASSWORD, kept).right and not Passwords().check(OTHER, kept).right


def test_looking_at_an_invitation_does_not_use_it_up(console: RunningConsole) -> None:
    link = invitation(console, "mediator")
    for _ in range(3):  # e-mail filters open links
        assert console.browser().get(link).status_code == 200


def test_a_weak_password_is_told_and_refused(console: RunningConsole) -> None:
    link, browser = invitation(console, "mediator"), console.browser()
    browser.get(link)
    for password, again, why in (
        ("zut zut zut", "zut zut zut", "trop court"),
        (PASSWORD, OTHER, "différents"),
        ("z" * 30, "z" * 30, "trop facile"),
        ("mediator2026", "mediator2026", "adresse e-mail"),
    ):
        page = browser.send(link, mot_de_passe=password, encore=again)
        assert page.status_code == 400 and why in words(page)
        assert password not in page.text, "no password comes back in a page"
        assert 'aria-describedby="regle probleme" aria-invalid="true"' in page.text
    assert console.mediator("mediator").password_hash == "none", "as before"


def test_which_passwords_are_weak() -> None:
    weak = {
        "password_short": ["", "onze lettre"],
        "password_long": ["x y" * 67],
        "password_email": ["lea.durand@exemple.fr", "LEA.DURAND2026", "lea.durand"],
        "password_easy": [
            "aaaaaaaaaaaaaa", "abcabcabcabcabc", "123456789012", "210987654321", "azertyuiopqsdf", "abcdefghijklm",
            "MotDePasse2026!", "password1234", "112211221122",
        ],
    }  # fmt: skip
    found = {one: weakness(one, "lea.durand@exemple.fr") for ones in weak.values() for one in ones}
    assert found == {one: why if len(one) >= 12 else "password_short" for why, ones in weak.items() for one in ones}
    for fine in (PASSWORD, OTHER, "correct horse battery", "ééééàààçç ô ù", "Zk7$wq!m2Lp0"):
        assert weakness(fine, "lea.durand@exemple.fr") is None, fine


# Each time


def test_password_then_code(console: RunningConsole) -> None:
    secret, _codes = with_app(console, "mediator")
    browser = console.browser()
    assert where(enter(browser, "mediator", suite="/mediateur/agenda")) == f"{CODE}?suite=%2Fmediateur%2Fagenda"
    assert where(browser.get("/mediateur/compte")) == CODE, "a password alone opens nothing"
    page = browser.get(CODE)
    assert 'autocomplete="one-time-code"' in page.text and "<svg" not in page.text
    answer = browser.send(CODE, code=code(secret, console.service.now), suite="/mediateur/agenda")
    assert where(answer) == "/mediateur/agenda"
    assert browser.get("/mediateur/compte").status_code == 200


def test_a_code_one_step_early_or_late_is_right() -> None:
    vault, at = Vault.from_text(new_key_line(1)), datetime(2026, 11, 22, 11, tzinfo=UTC)
    right = {}
    for late in (-31, -30, 0, 29, 30, 59, 60):
        row = Mediator(id=uuid.uuid4(), email="lea@exemple.fr")
        factor = second_factor.start(row, vault)
        second_factor.renew(row, vault, factor)
        right[late] = second_factor.accept(row, vault, code(factor.secret, at + timedelta(seconds=late)), at)
    assert right == {-31: False, -30: True, 0: True, 29: True, 30: True, 59: True, 60: False}


@pytest.mark.both
def test_a_code_works_once(console: RunningConsole) -> None:
    secret, _codes = with_app(console, "mediator")
    first, second = console.browser(), console.browser()
    enter(first, "mediator")
    enter(second, "mediator")
    now = code(secret, console.service.now)
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda browser: browser.send(CODE, code=now), (first, second)))
    assert sorted(answer.status_code for answer in answers) == [303, 403]
    third = console.browser()
    enter(third, "mediator")
    earlier = code(secret, console.service.now - timedelta(seconds=30))
    assert refused(third.send(CODE, code=earlier)), "nor one before it"


def test_a_recovery_code_works_once_however_it_is_typed(console: RunningConsole) -> None:
    _secret, codes = with_app(console, "mediator")
    first, second = console.browser(), console.browser()
    enter(first, "mediator")
    assert where(first.send(CODE, code=f" {codes[3].upper().replace('-', ' ')} ")) == HOME
    enter(second, "mediator")
    assert refused(second.send(CODE, code=codes[3]))
    assert where(second.send(CODE, code=codes[4])) == HOME
    assert "6." in words(second.get("/mediateur/compte"))


def test_no_address_leads_elsewhere(console: RunningConsole) -> None:
    secret, _codes = with_app(console, "mediator")
    for bad in (
        "https://exemple.com",
        "//exemple.com",
        "/mediateur/../x",
        "/mediateurs",
        "/mediateur/x?y=//z",
        "/mediateur\\x",
    ):
        browser = console.browser()
        assert where(enter(browser, "mediator", suite=bad)) == CODE
        console.service.now += MINUTE
        assert where(browser.send(CODE, code=code(secret, console.service.now), suite=bad)) == HOME


def test_a_page_that_was_wanted_comes_after_signing_in(console: RunningConsole) -> None:
    browser = console.browser()
    assert where(browser.get("/mediateur/compte")) == "/mediateur/entrer?suite=%2Fmediateur%2Fcompte"
    assert 'name="suite" value="/mediateur/compte"' in browser.get("/mediateur/entrer?suite=/mediateur/compte").text


# Breaking in


def test_who_tries_learns_nothing(console: RunningConsole) -> None:
    """Unknown address, wrong password, account without a password, disabled, locked: the same answer."""
    for name in ("locked", "disabled"):
        console.add(name, password_hash=DIGEST)
    disable(console, "disabled")
    with_app(console, "mediator")
    for _ in range(5):
        enter(console.browser(), "locked", "wrong")
    browser, seen = console.browser(), set()
    browser.get("/mediateur/entrer")
    tries = [("nobody", PASSWORD), ("mediator", "wrong"), ("coordinator", PASSWORD), ("disabled", PASSWORD),
             ("locked", PASSWORD), ("locked", "wrong"), ("x" * 300, PASSWORD)]  # fmt: skip
    for name, password in tries:
        page = browser.send("/mediateur/entrer", email=f"{name}@exemple.fr", mot_de_passe=password)
        headers = {key: value for key, value in page.headers.items() if key != "content-length"}
        seen.add((page.status_code, str(sorted(headers.items())), page.text.replace(f"{name}@", "@")))
    assert len(seen) == 1
    assert seen.pop()[0] == 403


@pytest.mark.both
def test_twenty_at_once_are_five_tries(console: RunningConsole) -> None:
    secret, _codes = with_app(console, "mediator")
    browsers = [console.browser() for _ in range(20)]
    for browser in browsers:
        browser.get("/mediateur/entrer")
    with ThreadPoolExecutor(20) as pool:
        pages = list(pool.map(lambda browser: enter(browser, "mediator", "wrong password"), browsers))
    assert all(refused(page) for page in pages)
    assert console.mediator("mediator").failures == 5
    assert refused(enter(console.browser(), "mediator")), "the right one waits too"
    console.service.now += 14 * MINUTE
    assert refused(enter(console.browser(), "mediator"))
    console.service.now += 2 * MINUTE
    browser = console.browser()
    assert where(enter(browser, "mediator")) == CODE
    assert where(browser.send(CODE, code=code(secret, console.service.now))) == HOME
    assert console.mediator("mediator").failures == 0


def test_guessing_codes_locks_too_and_the_password_does_not_forgive(console: RunningConsole) -> None:
    secret, _codes = with_app(console, "mediator")
    browsers = [console.browser() for _ in range(8)]
    for browser in browsers:
        assert where(enter(browser, "mediator")) == CODE
    wrong = "123456" if code(secret, console.service.now) != "123456" else "654321"
    for browser in browsers[:4]:
        assert refused(browser.send(CODE, code=wrong))
    assert where(enter(console.browser(), "mediator")) == CODE
    assert console.mediator("mediator").failures == 4, "a right password between wrong codes changes nothing"
    assert refused(browsers[4].send(CODE, code=wrong))
    page = browsers[5].send(CODE, code=code(secret, console.service.now))
    assert page.status_code == 403 and "attendez 15 minutes" in words(page)
    assert where(browsers[5].get(CODE)) == "/mediateur/entrer", "that session is over"
    assert refused(enter(console.browser(), "mediator"))


@pytest.mark.both
def test_codes_at_once_are_five_tries(console: RunningConsole) -> None:
    secret, _codes = with_app(console, "mediator")
    right = code(secret, console.service.now)
    browsers = [console.browser() for _ in range(20)]
    for browser in browsers:
        enter(browser, "mediator")
    wrong = [f"{(int(right) + 1 + n) % 10**6:06d}" for n in range(20)]
    with ThreadPoolExecutor(20) as pool:
        pages = list(pool.map(lambda pair: pair[0].send(CODE, code=pair[1]), zip(browsers, wrong, strict=True)))
    assert {page.status_code for page in pages} == {403}
    assert sum(WRONG in words(page) for page in pages) == 5
    assert console.mediator("mediator").locked_until is not None


def test_many_accounts_from_one_place_are_slowed_down(console: RunningConsole) -> None:
    browser = console.browser()
    browser.get("/mediateur/entrer")
    most = FROM_ONE_PLACE[0].amount
    for n in range(most):
        page = browser.send("/mediateur/entrer", email=f"n{n}@exemple.fr", mot_de_passe="x")
        assert page.status_code == 403
    page = browser.send("/mediateur/entrer", email="mediator@exemple.fr", mot_de_passe=PASSWORD)
    assert page.status_code == 429 and int(page.headers["retry-after"]) > 0


def test_a_digest_made_with_older_parameters_is_made_again(console: RunningConsole) -> None:
    from pwdlib import PasswordHash  # noqa: PLC0415
    from pwdlib.hashers.argon2 import Argon2Hasher  # noqa: PLC0415

    old = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8 * 1024, parallelism=1),)).hash(PASSWORD)
    console.add("old", password_hash=old)
    assert where(enter(console.browser(), "old")) == CODE
    fresh = console.mediator("old").password_hash or ""
    assert fresh.startswith("$argon2id$") and "m=19456,t=2,p=1" in fresh
    assert where(enter(console.browser(), "old")) == CODE


def test_a_password_typed_on_another_system_is_the_same(console: RunningConsole) -> None:
    passwords = Passwords()
    assert passwords.check("une cle\u0301 dorée", passwords.digest("une clé dore\u0301e")).right


@pytest.mark.parametrize(
    ("env", "wanted", "complete"), [("dev", True, False), ("dev", False, True), ("production", False, False)]
)
def test_the_code_may_be_left_out_at_home_only(console: RunningConsole, env: str, wanted: bool, complete: bool) -> None:
    console.add("lea", password_hash=DIGEST)
    settings = console.console.settings.model_copy(update={"env": env, "console_second_factor": wanted})
    steps = SigningIn(
        console.engine, console.vault, settings, console.console.gate.sessions, lambda: console.service.now
    )
    passed = steps.by_password("lea@exemple.fr", PASSWORD, "")
    assert isinstance(passed, Entered) and passed.complete is complete


def test_an_app_is_added_once(console: RunningConsole) -> None:
    """Who has only the password cannot put an app of their own in place of the owner's."""
    with_app(console, "mediator")
    browser = console.browser()
    enter(browser, "mediator")
    before = console.mediator("mediator").totp_sealed
    page = browser.send(f"{CODE}/application", code="000000")
    assert page.status_code == 403 and "<svg" not in page.text
    assert console.mediator("mediator").totp_sealed == before


def test_a_disabled_account_does_not_finish_signing_in(console: RunningConsole) -> None:
    secret, _codes = with_app(console, "mediator")
    browser = console.browser()
    enter(browser, "mediator")
    disable(console, "mediator")
    assert where(browser.send(CODE, code=code(secret, console.service.now))) == "/mediateur/entrer"
    with writing(console.engine) as session:
        assert session.get_one(Mediator, console.accounts["mediator"]).seen_at is None
