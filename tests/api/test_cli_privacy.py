"""`allo export`: what is kept of somebody, in counts, or as a whole copy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from api.cli.operations import open_storage
from api.cli.privacy import export
from api.db import writing
from api.settings import load_settings
from tests.api.fakes import START
from tests.api.lives import WORDS, a_life

app = typer.Typer()
app.command()(export)


@pytest.fixture(autouse=True)
def one_life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALLO_HOME", str(tmp_path / "home"))
    engine, vault = open_storage(load_settings())
    with writing(engine) as session:
        a_life(session, vault, START)
        a_life(session, vault, START, "+33687654321")
    engine.dispose()


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, arguments)
    return done.exit_code, done.stdout, done.stderr


def test_counts_open_nothing() -> None:
    code, out, _err = run("06 12 34 56 78")
    known = json.loads(out)
    assert code == 0 and WORDS not in out and "12345678" not in out
    assert (known["messages"], known["notes"], known["handoffs"][0]["consent"]) == (2, 1, "oui")


def test_a_copy_opens_everything() -> None:
    code, out, _err = run("0612345678", "--copy")
    assert code == 0 and json.loads(out)["case_notes"][0]["text"] == WORDS


def test_a_copy_has_nothing_of_anybody_else() -> None:
    copy = json.loads(run("0612345678", "--copy")[1])
    assert {name: len(copy[name]) for name in ("handoffs", "case_notes", "case_moves", "messages")} == {
        "handoffs": 1, "case_notes": 1, "case_moves": 1, "messages": 2,
    }  # fmt: skip
    assert not {"digest", "blind_index", "sid"} & {column for rows in copy.values() for row in rows for column in row}


def test_only_one_channel_is_looked_at_when_it_is_named() -> None:
    assert run("0612345678", "--channel", "sms")[1]
    assert run("0612345678", "--channel", "web") == (0, "", "Nobody is known by this address.\n")


def test_nobody_is_said_so() -> None:
    assert run("0600000000") == (0, "", "Nobody is known by this address.\n")
