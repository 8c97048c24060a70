"""Forged forms: every route of the console that changes something refuses a form that our page did not make."""

from __future__ import annotations

import re

from api.console.gate import FIELD
from tests.console.conftest import ROLES, RunningConsole

SOMETHING = "00000000-0000-4000-8000-000000000000"
CHANGES_NOTHING = {"GET", "HEAD", "OPTIONS"}


def addresses(console: RunningConsole) -> list[tuple[str, str]]:
    """Method and address of every route that changes something, its parameters filled in."""
    found = [(method, re.sub(r"\{[^}]*\}", SOMETHING, path)) for method, path in console.routes()]
    return [(method, path) for method, path in found if method not in CHANGES_NOTHING]


def test_no_form_passes_without_the_token_of_its_browser(console: RunningConsole) -> None:
    listed = addresses(console)
    assert {("POST", "/mediateur/entrer"), ("POST", "/mediateur/sortir"), ("POST", "/mediateur/code")} <= set(listed)
    assert {method for method, _path in listed} == {"POST"}
    other = console.as_("mediator").jeton
    browsers = [console.browser(), *(console.as_(role) for role in ROLES)]
    for browser in browsers:
        browser.get("/mediateur/entrer")
        for _method, path in listed:
            for form in ({}, {FIELD: ""}, {FIELD: other}, {FIELD: "é" * 64}):
                page = browser.post(path, data=form)
                assert page.status_code == 403, (path, form)
                assert "Rien n&#39;a été envoyé" in page.text


def test_a_form_sent_from_another_site_is_refused_even_with_the_token(console: RunningConsole) -> None:
    browser = console.as_("mediator")
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://exemple.com"},
    ):
        page = browser.post("/mediateur/sortir", data={FIELD: browser.jeton}, headers=headers)
        assert page.status_code == 403, headers
    assert browser.get("/mediateur/compte").status_code == 200


def test_the_token_may_not_come_by_the_address_or_twice_in_another_shape(console: RunningConsole) -> None:
    browser = console.as_("mediator")
    assert browser.post(f"/mediateur/sortir?{FIELD}={browser.jeton}").status_code == 403
    assert browser.post("/mediateur/sortir", json={FIELD: browser.jeton}).status_code == 403
    assert browser.post("/mediateur/sortir", files={FIELD: ("x", browser.jeton)}).status_code == 403
    assert browser.get("/mediateur/compte").status_code == 200


def test_the_right_token_passes(console: RunningConsole) -> None:
    browser = console.as_("mediator")
    page = browser.get("/mediateur/compte")
    tokens = set(re.findall(rf'name="{FIELD}" value="([^"]+)"', page.text))
    assert tokens == {browser.jeton}
    assert browser.post("/mediateur/sortir", data={FIELD: tokens.pop()}).status_code == 303


def test_every_form_of_a_page_carries_the_token(console: RunningConsole) -> None:
    for role in ROLES:
        browser = console.as_(role)
        pages = {path for method, path in console.routes() if method == "GET" and "{" not in path}
        for path in pages - {"/mediateur/evenements"}:
            text = browser.get(path).text
            for form in re.findall(r'<form[^>]*method="post".*?</form>', text, re.S):
                assert f'name="{FIELD}" value="{browser.jeton}"' in form, (role, path, form[:200])
