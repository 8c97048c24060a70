"""`allo places import` and `update`: the report, one JSON object, and failures in one sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from api.cli.failures import sentence
from api.cli.places import places_app
from api.cli.places_report import KINDS
from api.db import make_engine
from api.places.download import NATIONAL_FILE
from tests.places.import_kit import many, real_rows, row, stored, table


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The database of a home of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALLO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ALLO_DATABASE_URL", f"sqlite:///{tmp_path}/allo.db")
    engine = make_engine(f"sqlite:///{tmp_path}/allo.db")
    yield engine
    engine.dispose()


NOWHERE = "http://127.0.0.1:1/list"


def run(*arguments: str) -> Result:
    """Runs the command."""
    return CliRunner().invoke(places_app, list(arguments))


def failure(*arguments: str) -> str:
    """What a command that fails says."""
    done = run(*arguments)
    assert isinstance(done.exception, Exception)
    said = sentence(done.exception)
    assert said is not None and "\n" not in said and said.endswith("."), done.exception
    return said


def test_import_says_what_it_did(database: Engine, tmp_path: Path) -> None:
    rows = [*many(12), row(id="bad", code_postal="x"), row(id="p3", nom="Lieu 3", pivot="")]
    rows[2]["horaires"] = "quand on peut"
    (tmp_path / "2026-01-01_list.csv").write_bytes(table(rows))
    lines = run("import", "2026-01-01_list.csv").stdout.splitlines()
    assert lines[0].startswith("list (standard v1): 14 rows read = 12 kept + 1 merged + 1 refused")
    assert lines[1] == "In the directory: 12 new, 0 changed, 0 unchanged; 0 removed, 0 kept as they were."
    assert "  line 14: x" in lines and "  line 15: Lieu 3 (line 5)" in lines
    assert any(line.startswith("Repaired: 1 × opening hours") and "line 4: quand on peut" in line for line in lines)
    assert len(stored(database)) == 12


def test_json_is_one_object(database: Engine, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(table([*many(2), row(id="")]))
    done = run("import", "list.csv", "--json", "--name", "mine")
    report = json.loads(done.stdout)
    assert report["name"] == "mine" and report["read"] == report["kept"] + report["merged"] + report["refused"] == 3
    assert report["new"] == 2 and report["kinds"]["refused"]["missing"] == {"count": 1, "examples": [[4, "id"]]}
    assert report["seconds"] >= 0


def test_few_places_left_needs_force(database: Engine, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(table(many(30)))
    run("import", "list.csv")
    (tmp_path / "list.csv").write_bytes(table(many(3)))
    assert "--force" in failure("import", "list.csv") and len(stored(database)) == 30
    assert run("import", "list.csv", "--force").exit_code == 0 and len(stored(database)) == 3


def test_failures_are_one_sentence(database: Engine, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("a,b\n1,2\n")
    (tmp_path / "demo.csv").write_bytes(table(many(2)))
    assert "list of places" in failure("import", "list.csv")
    assert "No such file" in failure("import", "nothing.csv")
    assert "cannot be opened" in failure("import", str(tmp_path))
    assert "fictional" in failure("import", "demo.csv")
    assert "127.0.0.1 cannot be reached" in failure("import", "http://127.0.0.1:1/list.csv")
    assert "127.0.0.1 cannot be reached" in failure("update", "--url", NOWHERE, "--communes", NOWHERE)


def test_update_knows_the_address_of_the_national_list() -> None:
    assert NATIONAL_FILE.startswith("https://www.data.gouv.fr/") and "398edc71" in NATIONAL_FILE


def test_no_control_character_of_a_file_reaches_the_terminal(database: Engine, tmp_path: Path) -> None:
    rows = table([row(code_postal="\x1b[31mred\x1b]0;title\x07\n2"), row(nom="=\x1b[2J")])
    (tmp_path / "list.csv").write_bytes(rows + b'bad,"\x1b[31mblue\x07')
    said = run("import", "list.csv").stdout
    assert "\x1b" not in said and "\x07" not in said and "red" in said and "blue" in said


def test_every_kind_has_words(database: Engine, tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_bytes(real_rows())
    report = json.loads(run("import", "real.csv", "--json").stdout)
    kinds = {kind for tallies in report["kinds"].values() for kind in tallies}
    assert len(kinds) > 8 and kinds <= set(KINDS)
    assert all(len(tally["examples"]) <= 20 for t in report["kinds"].values() for tally in t.values())
