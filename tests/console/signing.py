"""What the tests of the door do: passwords, codes of an app, links of an invitation."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape

import pyotp
from httpx import Response

from api.console import accounts, second_factor
from api.console.invitations import invite
from api.console.passwords import Passwords
from api.console_models import Mediator
from api.db import writing
from tests.console.conftest import Browser, RunningConsole

PASSWORD = "quatre lampes vertes"
OTHER = "sept chaises bancales"
PASSWORDS = Passwords()
DIGEST = PASSWORDS.digest(PASSWORD)


def code(secret: str, at: datetime) -> str:
    """The code of an app."""
    return pyotp.TOTP(secret).at(at)


def with_app(console: RunningConsole, name: str) -> tuple[str, tuple[str, ...]]:
    """Gives an account a password and an app; its secret and its recovery codes."""
    with writing(console.engine) as session:
        row = session.get_one(Mediator, console.accounts[name])
        row.password_hash = DIGEST
        factor = second_factor.start(row, console.vault)
        return factor.secret, second_factor.renew(row, console.vault, factor)


def invitation(console: RunningConsole, name: str) -> str:
    """A fresh invitation of an account, as the path of its page."""
    with writing(console.engine) as session:
        made = invite(console.console.settings, session.get_one(Mediator, console.accounts[name]), console.service.now)
    return made.address.removeprefix("http://localhost:8000")


def enter(browser: Browser, name: str, password: str = PASSWORD, **more: str) -> Response:
    """Gives a password at the door."""
    browser.get("/mediateur/entrer")
    return browser.send("/mediateur/entrer", email=f"{name}@exemple.fr", mot_de_passe=password, **more)


def disable(console: RunningConsole, name: str) -> None:
    """Closes an account."""
    with writing(console.engine) as session:
        accounts.disable(session, session.get_one(Mediator, console.accounts[name]), console.service.now, None)


def words(page: Response) -> str:
    """What is read on a page."""
    text = unescape(re.sub(r"<[^>]+>", " ", page.text)).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", text)


def where(response: Response) -> str:
    """Where a redirect leads; empty when it is none."""
    return response.headers.get("location", "") if response.status_code == 303 else ""
