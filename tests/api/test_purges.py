"""Each kind of data goes on its day, not the day before: cases, contacts, sessions, accounts, journal."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import DBAPIError

from api.case_models import CaseMove, CaseNote, Handoff
from api.channel_models import Delivery
from api.cli.purge_words import WORDS as PURGE_WORDS
from api.cli.purge_words import purge_words
from api.console_models import ConsoleSession, JournalEntry, Mediator
from api.db import reading, writing
from api.models import Event
from api.privacy import Purged, purge
from api.settings import Settings
from api.vault import Vault
from tests.api.fakes import START
from tests.api.lives import Life, a_life

Count = Callable[[str], int]
HOUR = timedelta(hours=1)


def on_day(engine: Engine, settings: Settings, day: int) -> tuple[dict[str, int], dict[str, int]]:
    """What a purge did an hour before the end of so many days, then an hour after."""
    moment = START + timedelta(days=day)
    return tuple(  # type: ignore[return-value]
        {name: count for name, count in asdict(purge(engine, settings, at)).items() if count}
        for at in (moment - HOUR, moment + HOUR)
    )


def the_case(engine: Engine) -> Handoff:
    with reading(engine) as session:
        return session.scalars(select(Handoff)).one()


@pytest.fixture
def closed(engine: Engine, vault: Vault) -> Life:
    """A life whose case was closed at START. Its tokens, sessions and requests ended then too."""
    with writing(engine) as session:
        return a_life(session, vault, START, status="closed")


def test_a_closed_case_is_emptied_then_deleted(
    closed: Life, engine: Engine, vault: Vault, settings: Settings, count: Count
) -> None:
    purge(engine, settings, START + timedelta(days=1))  # sessions, codes
    before, after = on_day(engine, settings, 30)
    assert (before, after) == ({}, {"answers": 2, "contacts": 1})
    case = the_case(engine)
    assert (case.phone_sealed, case.answers_sealed) == (None, None)
    recap = case.unseal(vault, "recap_sealed")
    assert "commune" not in recap and recap["title"] == "RSA", "what was done stays, where they live does not"
    assert case.unseal(vault, "report_sealed") and count("case_notes") == 1
    before, after = on_day(engine, settings, 90)
    assert (before, after) == ({}, {"messages": 2, "deliveries": 1, "traces": 1})
    before, after = on_day(engine, settings, 180)
    assert (before, after) == ({}, {"handoffs": 1})
    assert [count(table) for table in ("handoffs", "case_moves", "case_notes")] == [0, 0, 0]
    assert count("citizens") == 1


def test_the_delay_of_the_number_is_a_setting(closed: Life, engine: Engine, settings: Settings) -> None:
    soon = settings.model_copy(update={"keep_case_phone_days": 7})
    assert on_day(engine, soon, 7)[1] == {"contacts": 1}
    assert the_case(engine).answers_sealed


def test_an_untouched_case_is_closed_then_goes_like_the_others(
    engine: Engine, vault: Vault, settings: Settings
) -> None:
    with writing(engine) as session:
        life = a_life(session, vault, START)
    before, after = on_day(engine, settings, 180)
    assert "untouched" not in before and after == {"untouched": 1}
    case = the_case(engine)
    assert (case.status, case.closing, case.answer_by) == ("closed", "sans_suite", None)
    with reading(engine) as session:
        moves = select(CaseMove.detail).where(CaseMove.handoff_id == life.case, CaseMove.kind == "closed")
        assert list(session.scalars(moves)) == ["sans_suite"]
        assert session.scalars(select(Event).where(Event.kind == "case_closed")).one().detail == "sans_suite"
        assert "closed" in session.scalars(select(JournalEntry.action)).all()
    assert on_day(engine, settings, 210) == ({}, {})
    assert on_day(engine, settings, 211)[0] == {"contacts": 1, "answers": 1}
    assert on_day(engine, settings, 361)[0]["handoffs"] == 1


LATER = START + timedelta(days=100)


@pytest.mark.parametrize(
    "touch",
    [
        update(Handoff).values(heard_at=LATER),
        update(Handoff).values(spoken_at=LATER),
        update(Handoff).values(updated_at=LATER),
        update(Handoff).values(callback_on=(START + timedelta(days=190)).date()),
        update(CaseMove).values(at=LATER),
        update(CaseNote).values(at=LATER),
    ],
    ids=["heard", "spoken", "updated", "call to come", "move", "note"],
)
def test_a_case_that_somebody_touched_stays_open(engine: Engine, vault: Vault, settings: Settings, touch: Any) -> None:
    with writing(engine) as session:
        a_life(session, vault, START)
        session.execute(touch)
    assert "untouched" not in on_day(engine, settings, 180)[1]
    assert the_case(engine).status == "open"
    on_day(engine, settings, 280)
    assert the_case(engine).status == "closed"


def test_the_last_word_to_who_is_forgotten_does_not_wait_for_ever(
    closed: Life, engine: Engine, settings: Settings, count: Count
) -> None:
    with writing(engine) as session:
        session.execute(update(Delivery).values(citizen_id=None))
    assert count("deliveries") == 2
    before, after = on_day(engine, settings, 1)
    assert "deliveries" not in before and after["deliveries"] == 2


def test_a_session_of_the_console_goes_when_it_is_over(
    closed: Life, engine: Engine, settings: Settings, count: Count
) -> None:
    with writing(engine) as session:
        session.execute(update(ConsoleSession).values(expires_at=START + timedelta(days=1)))
    before, after = on_day(engine, settings, 1)
    assert "sessions" not in before and after["sessions"] == 1 and count("console_sessions") == 0


def test_an_alert_number_stays_only_as_long_as_an_alert_needs_it(
    closed: Life, engine: Engine, settings: Settings
) -> None:
    assert purge(engine, settings, START).alert_phones == 0
    for change in ({"alert": "email"}, {"alert": "sms", "active": False}):
        with writing(engine) as session:
            session.execute(update(Mediator).values(**change, alert_phone_sealed=b"x"))
        assert purge(engine, settings, START).alert_phones == 1
    with reading(engine) as session:
        assert session.scalars(select(Mediator)).one().alert_phone_sealed is None


def test_a_disabled_account_goes_a_year_after_its_last_visit(
    engine: Engine, vault: Vault, settings: Settings, count: Count
) -> None:
    with writing(engine) as session:
        a_life(session, vault, START)
        session.execute(update(Mediator).values(active=False))
        session.execute(update(Handoff).values(updated_at=START + timedelta(days=300)))  # held, and still alive
    assert "accounts" not in on_day(engine, settings, 365)[1], "who holds an open case is not deleted"
    with writing(engine) as session:
        session.execute(update(Handoff).values(status="closed", closed_at=START + timedelta(days=365)))
    before, after = on_day(engine, settings, 365)
    assert "accounts" not in before and after["accounts"] == 1
    assert [count(table) for table in ("mediators", "mediator_places", "console_sessions")] == [0, 0, 0]
    assert the_case(engine).mediator_id is None and count("case_notes") == 1, "what they wrote stays with the case"


def test_an_account_in_use_stays(closed: Life, engine: Engine, settings: Settings, count: Count) -> None:
    purge(engine, settings, START + timedelta(days=2000))
    assert count("mediators") == 1


def a_line(session: Any, at: datetime) -> None:
    session.add(JournalEntry(at=at, who="nadia@exemple.fr", action="opened", handoff_id=uuid.uuid4()))


def test_the_journal_is_kept_a_year(engine: Engine, settings: Settings, count: Count) -> None:
    now = datetime.now(UTC)  # the database compares with its own clock
    with writing(engine) as session:
        for days in (364, 366):
            a_line(session, now - timedelta(days=days))
    assert purge(engine, settings, now).journal == 1
    assert count("journal") == 1


def test_the_database_refuses_to_shorten_the_journal_below_six_months(
    engine: Engine, settings: Settings, count: Count
) -> None:
    now = datetime.now(UTC)
    with writing(engine) as session:
        for days in (1, 179, 181):
            a_line(session, now - timedelta(days=days))
    tampered = settings.model_copy(update={"keep_journal_days": 1})
    assert purge(engine, tampered, now).journal == 1
    for change in (delete(JournalEntry), update(JournalEntry).values(who="x")):
        with pytest.raises(DBAPIError), writing(engine) as session:
            session.execute(change)
    assert count("journal") == 2


def test_what_a_purge_did_is_said_in_words() -> None:
    assert set(PURGE_WORDS) == set(asdict(Purged()))
    assert purge_words(Purged()) == "There was nothing to delete."
    assert purge_words(Purged(messages=3, journal=1)) == "3 messages deleted.\n1 lines of the journal deleted."
