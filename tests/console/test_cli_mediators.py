"""`allo mediators`: accounts made, listed, closed, opened and invited again; each failure is one sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Engine, select
from typer.testing import CliRunner, Result

from api.cli.mediators import mediators_app
from api.console.accounts import AccountProblem
from api.console_models import ConsoleSession, JournalEntry, Mediator
from api.db import reading, writing
from api.place_models import PlaceRow
from api.settings import Settings
from tests.api.conftest import engine  # noqa: F401  (fixture)
from tests.channels.conftest import (  # noqa: F401  (fixtures)
    new_database,
    postgres_server,
    postgres_template,
    settings,
    sqlite_template,
)
from tests.console.conftest import RunningConsole

EMAIL = "lea.durand@exemple.fr"


@pytest.fixture
def allo(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: F811
    """`allo mediators` on the database of the test; gives its lines. A failure raises what `allo` would tell."""
    monkeypatch.setenv("ALLO_HOME", str(settings.home))
    monkeypatch.setenv("ALLO_DATABASE_URL", settings.database_url)

    def run(*arguments: str) -> list[str]:
        done: Result = CliRunner().invoke(mediators_app, arguments, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout.splitlines()

    return run


def rows(engine: Engine, table: Any) -> list[Any]:  # noqa: F811
    with reading(engine) as session:
        return list(session.scalars(select(table)))


def place(engine: Engine, id_: str) -> None:  # noqa: F811
    with writing(engine) as session:
        session.add(PlaceRow(id=id_, name="Un lieu", about={}, digest="", source_file="test"))


def test_an_account_is_made_and_invited(allo: Any, engine: Engine) -> None:  # noqa: F811
    place(engine, "lieu-1")
    said = allo("add", " Lea.Durand@Exemple.fr ", "--role", "coordinator", "--place", "lieu-1", "--territory")
    address = said[-1].strip()
    assert address.startswith("http://localhost:8000/mediateur/bienvenue/") and len(address.split("/")[-1]) >= 43
    (row,) = rows(engine, Mediator)
    assert (row.email, row.first_name, row.role, row.territory) == (EMAIL, "Lea", "coordinator", True)
    assert row.password_hash is None and address.split("/")[-1] not in (row.invite_digest or "")
    (listed,) = [json.loads(line) for line in allo("list", "--json")]
    assert listed == {
        "email": EMAIL, "name": "Lea", "role": "coordinator", "state": "invited", "territory": True,
        "places": ["lieu-1"],
    }  # fmt: skip
    assert [(line.who, line.action, line.detail) for line in rows(engine, JournalEntry)] == [
        ("-", "account_added", str(row.id))
    ]


def test_places_are_added_and_removed(allo: Any, engine: Engine) -> None:  # noqa: F811
    for id_ in ("lieu-1", "lieu-2"):
        place(engine, id_)
    allo("add", EMAIL)
    assert allo("places", EMAIL, "--add", "lieu-1", "--add", "lieu-2", "--add", "lieu-1") == ["lieu-1", "lieu-2"]
    assert allo("places", EMAIL, "--remove", "lieu-1") == ["lieu-2"]
    with pytest.raises(AccountProblem, match="no such place"):
        allo("places", EMAIL, "--remove", "lieu-2", "--add", "nowhere")
    assert allo("places", EMAIL) == ["lieu-2"], "all of a change, or nothing of it"


def test_disabling_and_resetting_end_the_sessions(allo: Any, console: RunningConsole) -> None:
    console.add("lea", password_hash="x", oidc_subject="y", failures=5)
    for command in ("disable", "reset"):
        allo("enable", "lea@exemple.fr")
        browser = console.as_("lea")
        assert browser.get("/mediateur/compte").status_code == 200
        said = allo(command, "LEA@exemple.fr")
        assert [row.mediator_id for row in rows(console.engine, ConsoleSession)] == []
        assert browser.get("/mediateur/compte").status_code == 303
    row = console.mediator("lea")
    assert "bienvenue" in said[-1]
    assert (row.password_hash, row.totp_sealed, row.oidc_subject, row.failures) == (None, None, None, 0)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "not an address"), "not an e-mail"),
        (("add", "mediator@exemple.fr"), "already an account"),
        (("add", EMAIL, "--role", "boss"), "one of mediator"),
        (("add", EMAIL, "--place", "nowhere"), "no such place"),
        (("add", EMAIL, "--first-name", "x" * 81), "80 characters"),
        (("disable", EMAIL), "no account"),
        (("reset", EMAIL), "no account"),
        (("disable", "administrator@exemple.fr"), "last administrator"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    allo: Any, console: RunningConsole, arguments: tuple[str, ...], told: str
) -> None:
    before = len(rows(console.engine, Mediator))
    with pytest.raises(AccountProblem, match=told):
        allo(*arguments)
    assert len(rows(console.engine, Mediator)) == before
    assert rows(console.engine, JournalEntry) == []
