"""The journal: every opening and act, once, without words of the citizen; nobody changes it."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from api.cases import journal
from api.cases.account import Account
from api.cases.seeing import case_page, queue
from api.console_models import JournalEntry
from api.db import StorageDown, reading, writing
from tests.cases.desk_kit import FIRST_STEP, Office

BOSS = Account(uuid.uuid4(), "odile@exemple.fr", "Odile", "coordinator")


def test_an_opening_is_written_once_in_ten_minutes_for_each_account_and_case(office: Office) -> None:
    claire, paul = (office.account(name, territory=True) for name in ("Claire", "Paul"))
    case, other = office.asks(), office.asks(who="+33612345679")

    def opens(account: Account, wanted: uuid.UUID) -> None:
        with writing(office.engine) as session:
            case_page(session, office.vault, account, wanted, office.now)

    for _ in range(3):
        opens(claire, case)
    opens(paul, case)
    opens(claire, other)
    office.later(9)
    opens(claire, case)
    assert office.journal() == [("claire", "opened"), ("paul", "opened"), ("claire", "opened")]
    office.later(2)
    opens(claire, case)
    assert len(office.journal()) == 4
    with reading(office.engine) as session:
        queue(session, office.vault, claire, office.now)
    assert len(office.journal()) == 4  # to look at a list is to open nothing


def test_every_act_is_written_with_no_word_of_the_citizen_or_mediator(office: Office) -> None:
    claire, case = office.account("Claire", territory=True), office.asks()
    paul = office.account("Paul", territory=True)
    cases = office.cases
    cases.take(claire, case)
    cases.reply(claire, case, "Bonjour zygomatique", "r1")
    cases.note(claire, case, "note zygomatique")
    cases.drive(claire, case, "cpam", FIRST_STEP, False)
    cases.send_step(claire, case)
    cases.schedule(claire, case, office.now.date(), None)
    cases.called(claire, case, True)
    cases.ask_consent(claire, case)
    cases.transfer(claire, case, paul.id, None, "raison zygomatique")
    cases.release(paul, case)
    cases.take(paul, case)
    cases.close(paul, case, "aide", None)
    assert [action for _who, action in office.journal()] == [
        "taken", "replied", "noted", "driven", "sent_step", "scheduled", "called", "asked_consent", "transferred",
        "given_back", "taken", "closed",
    ]  # fmt: skip
    with reading(office.engine) as session:
        lines = journal.read(session, BOSS, case_id=case).lines
        assert all("zygomatique" not in f"{line.detail}{line.action}" for line in lines)
        assert {line.case_id for line in lines} == {case}


def test_pages_of_fifty_the_newest_first_and_by_case_or_account(office: Office) -> None:
    claire = office.account("Claire")
    case = uuid.uuid4()
    with writing(office.engine) as session:
        for n in range(120):
            journal.write(session, claire, f"act{n}", case if n % 2 else None, at=office.later())
        journal.write(session, None, "closed", case, "aide", office.later())
    with reading(office.engine) as session:
        first, last, after = (journal.read(session, BOSS, page) for page in (1, 3, 9))
        assert (len(first.lines), first.more, first.lines[0].who) == (50, True, journal.MACHINE)
        assert (len(last.lines), last.more, last.lines[-1].action) == (21, False, "act0")
        assert after.lines == ()
        assert len(journal.read(session, BOSS, 0).lines) == 50
        assert len(journal.read(session, BOSS, 2, case_id=case).lines) == 11
        assert journal.read(session, BOSS, who=claire.email.upper()).lines[0].action == "act119"
        assert journal.read(session, BOSS, who="nobody").lines == ()


@pytest.mark.parametrize("statement", [update(JournalEntry).values(who="x"), delete(JournalEntry)])
def test_the_database_itself_refuses_to_change_a_line(office: Office, statement: object) -> None:
    claire = office.account("Claire")
    with writing(office.engine) as session:
        journal.write(session, claire, "opened")
    with pytest.raises((DBAPIError, StorageDown)), writing(office.engine) as session:
        session.execute(statement)  # type: ignore[call-overload]
    assert office.journal() == [("claire", "opened")]


def test_a_line_is_not_replaced_either(office: Office) -> None:
    claire = office.account("Claire")
    with writing(office.engine) as session:
        journal.write(session, claire, "opened")
    over = "INSERT OR REPLACE" if office.engine.dialect.name == "sqlite" else "INSERT"
    statement = text(f"{over} INTO journal (id, at, who, action) SELECT id, at, 'x', action FROM journal")
    with pytest.raises((DBAPIError, StorageDown)), writing(office.engine) as session:
        session.execute(statement)
    assert office.journal() == [("claire", "opened")]


def test_who_is_looked_for_may_be_any_text(office: Office) -> None:
    with reading(office.engine) as session:
        for who in ("\x00", "a\x00b", "%", "'; --", "é" * 5000):
            assert journal.read(session, BOSS, who=who).lines == ()
        assert journal.read(session, BOSS, page=10**30).lines == ()
