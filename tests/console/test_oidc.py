"""Signing in with an identity provider: only who it vouches for, and only into an account that exists."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Response
from joserfc.jwk import OctKey
from pydantic import SecretStr

from api.console.app import mount_console, open_console
from api.console_models import Mediator
from api.db import reading
from tests.console.conftest import Browser, RunningConsole
from tests.console.fake_provider import CLIENT, FOREIGN, OURS, SECRET, Lies, Provider, key
from tests.console.signing import code, disable, where, with_app, words

AWAY, BACK, OWN = "/mediateur/oidc", "/mediateur/oidc/retour", "/mediateur/compte"


@pytest.fixture
def provider(console: RunningConsole) -> Iterator[Provider]:
    """A provider, and the console that signs in with it."""
    made = Provider(lambda: console.service.now.timestamp())  # noqa: PLW0108 - the clock moves
    serve(console, oidc_issuer=made.issuer, oidc_second_factor=True)
    yield made
    made.close()


def serve(console: RunningConsole, **settings: Any) -> None:
    """Runs the console again, with other settings."""
    parts = console.console
    given = {"oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET), **settings}
    fresh = open_console(
        parts.settings.model_copy(update=given), parts.engine, parts.vault, parts.dialogue, parts.territory,
        parts.cases, parts.speaker, parts.now,
    )  # fmt: skip
    console.console, console.service.app = fresh, FastAPI()
    mount_console(console.service.app, fresh)


def go(browser: Browser, provider: Provider, suite: str = "") -> Response:
    """Away to the provider, where the person agrees, and back."""
    away = browser.get(AWAY + (f"?suite={suite}" if suite else ""))
    assert where(away).startswith(f"{provider.issuer}/authorize?"), words(away)
    given, state = provider.consent(where(away))
    return browser.get(f"{BACK}?code={given}&state={state}")


def out(console: RunningConsole, browser: Browser) -> bool:
    """Nobody is signed in there, and no account was tied or made."""
    with reading(console.engine) as session:
        rows = list(session.query(Mediator))
    return browser.get(OWN).status_code == 303 and len(rows) == 3 and not any(row.oidc_subject for row in rows)


def test_the_way_there_and_back(console: RunningConsole, provider: Provider) -> None:
    browser = console.browser()
    assert f'href="{AWAY}?suite=/mediateur"' in browser.get("/mediateur/entrer").text
    planted = browser.cookie
    answer = go(browser, provider, OWN)
    assert where(answer) == OWN and browser.get(OWN).status_code == 200
    assert browser.cookie != planted
    assert provider.calls == ["openid-configuration", "token", "jwks"]
    subject = console.mediator("mediator").oidc_subject
    assert subject and "person-1" not in subject
    provider.person |= {"email": "autre@exemple.fr"}  # their address changed there: it is still them
    again = console.browser()
    assert where(go(again, provider)) == "/mediateur"
    assert console.mediator("mediator").oidc_subject == subject


def test_what_is_asked_of_the_provider(console: RunningConsole, provider: Provider) -> None:
    first, second = (where(console.browser().get(AWAY)) for _ in range(2))
    assert "code_challenge_method=S256" in first and "claims=" in first and "scope=openid+email" in first
    assert first != second
    cookie = console.browser().get(AWAY).headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "path=/mediateur/oidc" in cookie
    provider.lies.about = {"code_challenge_methods_supported": None, "claims_parameter_supported": None}
    serve(console, oidc_issuer=provider.issuer)
    plain = where(console.browser().get(AWAY))
    assert "code_challenge" not in plain and "claims" not in plain, "some refuse a parameter they do not know"


def test_the_address_and_the_keys_may_come_apart(console: RunningConsole, provider: Provider) -> None:
    """As ProConnect does: the address in a signed userinfo, without email_verified."""
    provider.person = {"sub": "person-1"}
    provider.lies.userinfo = {"sub": "person-1", "email": "Mediator@exemple.fr"}
    provider.lies.userinfo_signed = True
    browser = console.browser()
    assert go(browser, provider).status_code == 403 and out(console, browser), "nobody said that it is verified"
    serve(console, oidc_trust_email=True)
    browser = console.browser()
    provider.lies.userinfo["email_verified"] = False
    assert go(browser, provider).status_code == 403 and out(console, browser)
    del provider.lies.userinfo["email_verified"]
    provider.lies.userinfo["sub"] = "person-2"
    assert go(browser, provider).status_code == 403 and out(console, browser)
    provider.lies.userinfo["sub"] = "person-1"
    provider.lies.signs_with = FOREIGN
    assert go(browser, provider).status_code == 403 and out(console, browser)
    provider.published = [new := key("two")]
    provider.lies.signs_with, provider.lies.header = new, {"kid": "two"}
    assert where(go(browser, provider)) == "/mediateur", "new keys are fetched"


LIES: dict[str, Lies] = {
    "another nonce": Lies(claims={"nonce": "x" * 43}),
    "no nonce": Lies(claims={"nonce": None}),
    "another key of the same name": Lies(signs_with=FOREIGN),
    "signed by the public key as a shared secret": Lies(
        signs_with=OctKey.import_key(json.dumps(OURS.as_dict(private=False))), header={"alg": "HS256"}
    ),
    "signed by the client secret": Lies(signs_with=OctKey.import_key(SECRET), header={"alg": "HS256"}),
    "for another client": Lies(claims={"aud": "other"}),
    "another issuer": Lies(claims={"iss": "https://exemple.com"}),
    "too old": Lies(claims={"exp": 1_000_000, "iat": 999_000}),
    "without an end": Lies(claims={"exp": None}),
    "nobody": Lies(claims={"sub": None}),
    "unknown address": Lies(claims={"email": "personne@exemple.fr"}),
    "address not verified": Lies(claims={"email_verified": False}),
    "address verified, says a text": Lies(claims={"email_verified": "true"}),
    "no address": Lies(claims={"email": None}, userinfo={"sub": "person-1"}),
}


def test_lies_are_not_believed(console: RunningConsole, provider: Provider) -> None:
    for name, lies in LIES.items():
        provider.lies, browser = lies, console.browser()
        answer = go(browser, provider)
        assert answer.status_code == 403 and out(console, browser), name


def test_an_unsigned_token_is_not_believed(console: RunningConsole, provider: Provider) -> None:
    def part(data: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()

    signed = provider._signed

    def unsigned(claims: dict[str, Any]) -> str:
        return f"{part({'alg': 'none'})}.{part(claims)}."

    browser = console.browser()
    for bad in (unsigned, lambda claims: "", lambda claims: "a.b.c", lambda claims: signed(claims)[:-6] + "AAAAAA"):
        provider._signed = bad  # type: ignore[method-assign]
        assert go(browser, provider).status_code == 403 and out(console, browser)


def test_the_state_ties_the_return_to_the_browser(console: RunningConsole, provider: Provider) -> None:
    victim, attacker = console.browser(), console.browser()
    given, state = provider.consent(where(attacker.get(AWAY)))
    victim.get(AWAY)
    for address in (f"?code={given}&state={state}", f"?code={given}", "", f"?code={given}&state=é"):
        answer = victim.get(BACK + address)
        assert answer.status_code == 403 and out(console, victim), address
        victim.get(AWAY)
    assert console.browser().get(f"{BACK}?code={given}&state={state}").status_code == 403, "without our cookie"
    console.service.now += timedelta(minutes=11)
    assert attacker.get(f"{BACK}?code={given}&state={state}").status_code == 403, "too late"
    assert "token" not in provider.calls, "no code is even tried"


def test_a_return_is_used_once(console: RunningConsole, provider: Provider) -> None:
    browser = console.browser()
    given, state = provider.consent(where(browser.get(AWAY)))
    back = f"{BACK}?code={given}&state={state}"
    assert where(browser.get(back)) == "/mediateur"
    browser.send("/mediateur/sortir")
    assert browser.get(back).status_code == 403 and browser.get(OWN).status_code == 303


def test_who_gives_up_there_comes_back_to_one_sentence(console: RunningConsole, provider: Provider) -> None:
    browser = console.browser()
    _given, state = provider.consent(where(browser.get(AWAY)))
    page = browser.get(f"{BACK}?error=access_denied&state={state}")
    assert page.status_code == 403 and "n'a pas abouti" in words(page)


def test_a_provider_that_is_down_is_told(console: RunningConsole, provider: Provider) -> None:
    for step in ("token", "jwks"):
        provider.lies.fails_at = step
        browser = console.browser()
        page = go(browser, provider)
        assert page.status_code == 503 and "ne répond pas" in words(page) and out(console, browser), step
    for lies in (Lies(fails_at="openid-configuration"), Lies(about={"issuer": "https://exemple.com"}),
                 Lies(about={"token_endpoint": "file:///x"})):  # fmt: skip
        provider.lies = lies
        serve(console)
        assert console.browser().get(AWAY).status_code == 503
    provider.close()
    serve(console)
    assert console.browser().get(AWAY).status_code == 503


def test_our_own_code_is_asked_unless_the_providers_is_trusted(console: RunningConsole, provider: Provider) -> None:
    secret, _codes = with_app(console, "mediator")
    for trusted, amr, asked in (
        (True, None, False),
        (True, ["pwd", "mfa"], False),
        (True, ["pwd"], True),
        (False, ["mfa"], True),
    ):
        serve(console, oidc_second_factor=trusted)
        provider.lies.claims, browser = {"amr": amr}, console.browser()
        assert (where(go(browser, provider)) == "/mediateur/code") is asked, (trusted, amr)
        assert (browser.get(OWN).status_code == 303) is asked
    assert where(browser.send("/mediateur/code", code=code(secret, console.service.now))) == "/mediateur"


def test_an_account_is_tied_to_one_person(console: RunningConsole, provider: Provider) -> None:
    go(console.browser(), provider)
    provider.person["sub"] = "person-2"  # another person was given the same address there
    browser = console.browser()
    page = go(browser, provider)
    assert page.status_code == 403 and "Aucun compte" in words(page) and browser.get(OWN).status_code == 303


def test_a_disabled_account_stays_out(console: RunningConsole, provider: Provider) -> None:
    disable(console, "mediator")
    browser = console.browser()
    assert go(browser, provider).status_code == 403 and out(console, browser)


def test_without_a_provider_there_is_no_such_page(console: RunningConsole) -> None:
    assert console.browser().get(AWAY).status_code == 404
    assert console.browser().get(BACK).status_code == 404
    assert "oidc" not in console.browser().get("/mediateur/entrer").text
