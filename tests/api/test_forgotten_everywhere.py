"""« Oubliez-moi » reaches every table: one that is new fails here until somebody says what becomes of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, LargeBinary, func, select
from sqlalchemy.orm import Session

from api.base import Base, Sealing
from api.console_models import JournalEntry
from api.db import reading, writing
from api.models import Event
from api.personal_copy import personal_copy
from api.privacy import forget
from api.vault import Vault
from tests.api.fakes import START
from tests.api.lives import WORDS, a_life

# What becomes of each table's rows when their citizen is forgotten.
GOES = {
    "citizens", "addresses", "conversations", "messages", "runs", "handoffs", "case_moves", "case_notes",
    "deliveries", "link_codes", "calls",
}  # fmt: skip
EMPTIED = {"events": "stays for the figures, with no citizen"}
STAYS = {
    "journal": "who opened what: the account and the id of a case that is no more",
    "receipts": "a week: keyed digests and the last reply, so that a repeated message brings nothing back",
    "seen": "keyed digests of the providers' requests",
    "opt_outs": "STOP holds for ever: the blind index of a number",
    "link_tries": "a day: the blind index of who tried codes",
    "mediators": "the accounts of professionals",
    "mediator_places": "the accounts of professionals",
    "console_sessions": "the accounts of professionals",
    "places": "a public directory",
    "place_imports": "a public directory",
}
PERSONAL = {"citizens", "handoffs", "messages"}  # a row that points to one of them speaks of somebody


def tables() -> dict[str, Any]:
    return {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}


def counts(session: Session) -> dict[str, int]:
    return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables().items()}


def test_every_table_is_dealt_with() -> None:
    known = GOES | set(EMPTIED) | set(STAYS)
    assert set(tables()) == known, "say in this file what becomes of it when a citizen is forgotten"
    for name, table in tables().items():
        pointed = {key.column.table.name: key for key in table.__table__.foreign_keys}
        if set(pointed) & PERSONAL and name not in EMPTIED:
            assert name in GOES, f"{name} speaks of a citizen"
            assert any(pointed[to].ondelete == "CASCADE" for to in set(pointed) & PERSONAL), f"{name} would stay"
        if name in STAYS:
            sealed = {c.name for c in table.__table__.columns if isinstance(c.type, LargeBinary)}
            assert sealed <= {"reply_sealed", "totp_sealed", "alert_phone_sealed"}, f"{name} holds words"


def test_what_seals_is_found_by_its_name() -> None:
    for name, table in tables().items():
        sealed = [c.name for c in table.__table__.columns if isinstance(c.type, LargeBinary)]
        assert all(column.endswith("_sealed") for column in sealed), name
        assert not sealed or issubclass(table, Sealing), name


def test_everything_of_one_goes_and_all_of_the_other_stays(engine: Engine, vault: Vault) -> None:
    with writing(engine) as session:
        a_life(session, vault, START)
        alone = counts(session)
        other = a_life(session, vault, START, "+33687654321")
    assert all(alone[name] for name in GOES | set(EMPTIED)), "the life of the test has some of everything"
    assert forget(engine, vault, "06 12 34 56 78") == 1
    with reading(engine) as session:
        left = counts(session)
        assert {name: left[name] for name in GOES} == {name: alone[name] for name in GOES}
        owners = {owner for owner in session.scalars(select(Event.citizen_id))}
        assert owners == {other.citizen, None}
    assert forget(engine, vault, "+33687654321") == 1
    with reading(engine) as session:
        assert {name: counts(session)[name] for name in GOES} == dict.fromkeys(GOES, 0)


def test_the_figures_and_the_journal_say_why_the_case_is_no_more(engine: Engine, vault: Vault) -> None:
    with writing(engine) as session:
        life = a_life(session, vault, START)
        a_life(session, vault, START, "+33687654321", "closed")
    assert forget(engine, vault, "0612345678") == forget(engine, vault, "0687654321") == 1
    with reading(engine) as session:
        events = [(row.kind, row.detail, row.citizen_id) for row in session.scalars(select(Event))]
        assert events.count(("case_closed", "oublie", None)) == 1
        lines = [(row.action, row.handoff_id) for row in session.scalars(select(JournalEntry))]
        assert lines.count(("forgotten", life.case)) == 1 and len(lines) == 3


def test_a_copy_holds_all_that_is_kept_and_is_noted(engine: Engine, vault: Vault) -> None:
    with writing(engine) as session:
        a_life(session, vault, START)
        a_life(session, vault, START, "+33687654321")
    assert personal_copy(engine, vault, "+33600000000") == []
    (copy,) = personal_copy(engine, vault, "0612345678")
    assert set(copy) == (GOES | set(EMPTIED)) - {"citizens"}
    assert all(copy.values()), "no table is left out"
    said = str(copy)
    assert said.count(WORDS) >= 8
    assert "+33612345678" in said and "+33687654321" not in said
    with reading(engine) as session:
        assert list(session.scalars(select(JournalEntry.action))).count("copied") == 1
