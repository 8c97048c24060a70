"""The cases from the command line: listed with what may be read, closed for ever with a word of the vocabulary."""

from __future__ import annotations

import json
import uuid

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from api.case_models import CaseMove, Handoff
from api.cli.failures import Told
from api.cli.operations import handoffs
from api.db import reading
from api.settings import Settings
from tests.cases.desk_kit import Office

ANSWERS = {"caisse": {"question": "Qui ?", "answer": "cpam"}}


@pytest.fixture(autouse=True)
def same_service(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line works on the service of the test."""
    monkeypatch.setenv("ALLO_HOME", str(settings.home))
    monkeypatch.setenv("ALLO_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("ALLO_ENCRYPTION_KEYS", settings.encryption_keys.get_secret_value())


def run(*arguments: str) -> str:
    """What the command prints. Raises what it fails with."""
    done = CliRunner().invoke(handoffs, [*arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_open_cases_are_listed_with_answers_only_when_the_citizen_agreed(office: Office) -> None:
    quiet = office.asks(consent="oui", answers=ANSWERS)
    office.change(quiet, consent="non")
    agreed = office.asks(who="+33612345679", consent="oui", answers=ANSWERS)
    claire = office.account("Claire", territory=True)
    office.cases.take(claire, agreed)
    listed = {case["id"]: case for case in map(json.loads, run("list", "--json").splitlines())}
    assert listed[str(quiet)]["answers"] is None and listed[str(agreed)]["answers"] == ANSWERS
    assert (listed[str(agreed)]["holder"], listed[str(quiet)]["holder"]) == ("Claire", None)
    assert "Carte Vitale" in run("list") and "Claire" in run("list")


@pytest.mark.parametrize(("options", "closing"), [((), "sans_suite"), (("--closing", "injoignable"), "injoignable")])
def test_a_case_is_closed_once_and_written_down(office: Office, options: tuple[str, ...], closing: str) -> None:
    case = office.asks(code=True)
    run("close", str(case), *options)
    ended = office.case(case)
    assert (ended.status, ended.closing, ended.answer_by, ended.code_digest) == ("closed", closing, None, None)
    with reading(office.engine) as session:
        moves = session.scalars(select(CaseMove).where(CaseMove.kind == "closed")).all()
        assert [(move.handoff_id, move.detail, move.mediator_id) for move in moves] == [(case, closing, None)]
    assert office.journal() == [("-", "closed")]
    assert office.events("case_closed") == [closing]
    with pytest.raises(Told, match="no open case"):
        run("close", str(case))
    assert run("list", "--json") == ""


def test_what_is_no_case_or_no_closing_is_said_in_one_sentence(office: Office) -> None:
    case = office.asks()
    for wrong in ("no-such-case", str(uuid.uuid4())):
        with pytest.raises(Told, match="no open case"):
            run("close", wrong)
    for closing in ("oublie", "fini"):
        with pytest.raises(Told, match="no such closing"):
            run("close", str(case), "--closing", closing)
    with reading(office.engine) as session:
        assert session.get_one(Handoff, case).status == "open"
