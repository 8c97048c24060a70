"""The command line: what each command prints, and its exit codes (2 for bad usage, 1 for a failure told)."""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog

from tests.cli import ROOT, allo, process

VITALE = ROOT / "flows" / "procedures" / "cpam" / "cpam_carte_vitale.yaml"


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Commands send the logs elsewhere."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_broken_procedure_is_told_with_file_and_line(tmp_path: Path) -> None:
    copy = tmp_path / "cpam_carte_vitale.yaml"
    copy.write_text(
        VITALE.read_text(encoding="utf-8").replace("go: attente_carte", "go: attente_cart"), encoding="utf-8"
    )
    done = process(tmp_path, "flows", "check", str(copy), "--on", "2026-11-22")
    assert done.returncode == 1
    line = next(n for n, text in enumerate(copy.read_text(encoding="utf-8").splitlines(), 1) if "attente_cart}" in text)
    assert f"cpam_carte_vitale.yaml:{line} : " in done.stdout and "attente_cart" in done.stdout


def test_the_shipped_content_has_no_problem(tmp_path: Path) -> None:
    done = allo(tmp_path, "flows", "check", "--on", "2026-11-22")
    assert done.returncode == 0 and done.stdout == ""


def test_list_is_one_object_a_line(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in allo(tmp_path, "flows", "list", "--json").stdout.splitlines()]
    assert len(rows) >= 12
    assert set(rows[0]) == {"id", "title", "organisme", "checked_on", "review_before", "confidence", "steps"}


def test_play_on_a_day_names_its_months(tmp_path: Path) -> None:
    lines = "la caf\nrsa\n" + "c'est fait\n" * 5
    done = allo(tmp_path, "flows", "play", "caf_dtr", "--on", "2026-12-03", said=lines)
    assert "août, septembre et octobre" in done.stdout, done.stderr


def test_show_and_draw_name_every_step(tmp_path: Path) -> None:
    for command in ("show", "draw"):
        said = allo(tmp_path, "flows", command, "france_services").stdout
        assert "france" in said.lower() and "fini" in said


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("flows", "show", "nothing_like_it"), 1),
        (("flows", "check", "/no/such/file.yaml"), 2),
        (("chat", "--channel", "pigeon"), 2),
        (("no-such-command",), 2),
        (("understand",), 2),
        (("handoffs", "close", "no-such-case"), 1),
    ],
)
def test_failures_have_a_code_and_a_sentence(tmp_path: Path, arguments: tuple[str, ...], code: int) -> None:
    done = allo(tmp_path, *arguments)
    assert done.returncode == code, done.stderr
    assert done.stderr.strip() and "Traceback" not in done.stderr


def test_chat_walks_a_procedure_and_keeps_nothing_of_who_passes_by(tmp_path: Path) -> None:
    turns = ["carte vitale", "oui", "la secu", "commandée mais pas reçue", "non"]
    done = process(tmp_path, "chat", "--json", said="\n".join(turns) + "\n")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["citizen"] for row in rows] == turns
    assert rows[-1]["ended"] == "stop" and rows[-1]["procedure"] == "cpam_carte_vitale"
    again = allo(tmp_path, "chat", "--json", said="bonjour\n").stdout
    assert "Ici Allô Démarches" in again
    with closing(sqlite3.connect(tmp_path / "allo.db")) as database:
        for table in ("citizens", "addresses", "messages", "runs"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_chat_from_an_address_resumes_and_its_case_can_be_listed_and_closed(tmp_path: Path) -> None:
    said = "carte vitale\noui\nla secu\nun humain\n0612345678\noui\n60000\noui\n"
    allo(tmp_path, "chat", "--from", "marie", said=said)
    back = process(tmp_path, "chat", "--from", "marie", "--json", said="bonjour\n")
    assert "On reprend" in back.stdout
    case = json.loads(allo(tmp_path, "handoffs", "list", "--json").stdout)
    assert case["phone"] == "+33612345678" and case["recap"]["step"] == "probleme" and case["due"]
    assert allo(tmp_path, "handoffs", "close", case["id"]).returncode == 0
    assert allo(tmp_path, "handoffs", "list", "--json").stdout == ""
    assert "deleted" in allo(tmp_path, "forget", "marie").stdout
    assert "On reprend" not in allo(tmp_path, "chat", "--from", "marie", "--json", said="bonjour\n").stdout


def test_a_home_with_other_keys_is_refused_in_one_sentence(tmp_path: Path) -> None:
    allo(tmp_path, "chat", "--from", "marie", said="bonjour\n")
    (tmp_path / "encryption.keys").unlink()
    done = allo(tmp_path, "chat", "--from", "marie", said="bonjour\n")
    assert done.returncode == 1 and "Traceback" not in done.stderr and "key" in done.stderr
    shutil.rmtree(tmp_path)
