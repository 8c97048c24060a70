"""Forget, export and purge; rotation of the keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from api.case_models import Handoff
from api.conversations import Conversations
from api.db import reading, writing
from api.keys import check_keys, rotate_keys
from api.models import Message, Run
from api.privacy import Purged, export, forget, purge
from api.settings import Settings
from api.vault import Vault, VaultError, new_key_line
from tests.api.fakes import START, FakeDialogue, FakeUnderstanding, inbound

Count = Callable[[str], int]
NOTHING = Purged()


def days(number: float) -> datetime:
    return START + timedelta(days=number)


@pytest.fixture
def lived(conversations: Conversations) -> Conversations:
    """One citizen with some of everything."""
    for n, words in enumerate(("start rsa", "say mille", "person 0612345678 mille", "end done", "start apl")):
        conversations.receive(inbound(words, f"m{n}"))
    return conversations


@pytest.mark.parametrize("channel", [None, "voice"])
def test_an_operator_forgets_an_address(
    lived: Conversations, engine: Engine, vault: Vault, count: Count, channel: str | None
) -> None:
    lived.receive(inbound("a", "n1", "+33699999999"))
    assert forget(engine, vault, "06 12 34 56 78", channel) == 1
    assert forget(engine, vault, "06 12 34 56 78", channel) == 0
    assert [count(t) for t in ("citizens", "addresses", "messages", "runs", "handoffs")] == [1, 1, 3, 0, 0]
    assert count("events") > 1


def test_forgetting_on_any_channel_finds_an_address_whatever_it_is(
    lived: Conversations, engine: Engine, vault: Vault
) -> None:
    lived.receive(inbound("a", "n1", "abc", "web"))
    assert forget(engine, vault, "abc") == 1


def test_what_is_kept_is_told_in_counts_and_dates(lived: Conversations, engine: Engine, vault: Vault) -> None:
    assert export(engine, vault, "+33600000000") == []
    (known,) = export(engine, vault, "0612345678", "sms")
    assert (known["since"], known["messages"], len(known["addresses"])) == (START, 15, 1)
    assert sorted((run["procedure"], run["status"]) for run in known["runs"]) == [("apl", "open"), ("rsa", "done")]
    assert [case["status"] for case in known["handoffs"]] == ["open"]
    assert "mille" not in str(known)
    assert "0612345678" not in str(known)


def test_each_kind_is_purged_on_its_day(
    lived: Conversations, engine: Engine, settings: Settings, count: Count, vault: Vault
) -> None:
    with writing(engine) as session:
        case = session.scalars(select(Handoff)).one()
        case.status, case.closed_at = "closed", days(1)
    assert purge(engine, settings, days(29)) == NOTHING
    assert purge(engine, settings, days(30.5)).answers == 1
    emptied = purge(engine, settings, days(31.5))
    assert (emptied.answers, emptied.contacts) == (1, 1), "those shown in the case, and its number"
    with reading(engine) as session:
        runs = {run.procedure: run.unseal(vault, "answers_sealed") for run in session.scalars(select(Run))}
    assert runs == {"rsa": None, "apl": {}}  # the run in hand keeps its own
    assert purge(engine, settings, days(89)) == NOTHING
    assert purge(engine, settings, days(91)).messages == 15
    assert lived.history("sms", "+33612345678") == []
    assert purge(engine, settings, days(180.5)) == NOTHING
    assert purge(engine, settings, days(181.5)).handoffs == 1
    assert lived.receive(inbound("say deux", "m9", minutes=60 * 24 * 200)).says[0].text == "tour 6"
    assert purge(engine, settings, days(729)).citizens == 0
    assert purge(engine, settings, days(200 + 731)).citizens == 1
    assert [count(t) for t in ("citizens", "addresses", "conversations", "messages", "runs")] == [0] * 5
    assert count("events") > 0


def test_the_memory_of_forgotten_messages_lasts_a_week(
    lived: Conversations, engine: Engine, settings: Settings, count: Count
) -> None:
    lived.receive(inbound("forget", "m9"))
    assert count("receipts") == 6
    assert purge(engine, settings, days(6)).receipts == 0
    assert purge(engine, settings, days(8)).receipts == 6


def test_rotation_seals_everything_again_and_the_old_key_is_not_needed(
    lived: Conversations, engine: Engine, vault: Vault, settings: Settings
) -> None:
    lived.receive(inbound("a", "n1", "abc", "web"))
    lived.receive(inbound("forget", "n2", "abc", "web"))
    ring = f"{settings.encryption_keys.get_secret_value()}\n{new_key_line(2)}"
    both = Vault.from_text(ring)
    after = Conversations(engine, both, FakeDialogue().reply_to, FakeUnderstanding())
    before = after.history("sms", "+33612345678")
    assert rotate_keys(engine, both) > 20
    assert rotate_keys(engine, both) == 0
    assert after.history("sms", "+33612345678") == before
    assert after.receive(inbound("b", "m9")).says[0].text == "tour 6"
    assert after.receive(inbound("forget", "n2", "abc", "web")).says[0].text == "tour 2"
    with pytest.raises(VaultError):
        Conversations(engine, vault, FakeDialogue().reply_to, FakeUnderstanding()).history("sms", "+33612345678")


def test_a_value_moved_to_another_row_is_not_read(lived: Conversations, engine: Engine, vault: Vault) -> None:
    with writing(engine) as session:
        first, second = session.scalars(
            select(Message).where(Message.direction == "in").order_by(Message.turn).limit(2)
        )
        first.text_sealed = second.text_sealed
    with reading(engine) as session, pytest.raises(VaultError):
        session.scalars(select(Message).where(Message.turn == 1, Message.position == 0)).one().unseal(
            vault, "text_sealed"
        )


def test_serving_with_the_keys_of_another_database_is_refused(
    conversations: Conversations, engine: Engine, vault: Vault
) -> None:
    other = Vault.from_text(new_key_line(1))
    check_keys(engine, other)  # an empty database takes any key
    conversations.receive(inbound("a", "1"))
    check_keys(engine, vault)
    with pytest.raises(VaultError):
        check_keys(engine, other)
