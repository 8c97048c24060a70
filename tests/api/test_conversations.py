"""A message is handled once, all of it or nothing, one at a time for each citizen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from api.case_models import Handoff
from api.conversations import Conversations, StorageDown
from api.db import make_engine, reading, writing
from api.models import Event, Message, Run
from api.vault import Vault
from bot.messages import Inbound, Reply
from tests.api.fakes import START, FakeDialogue, FakeUnderstanding, inbound

TABLES = ("citizens", "addresses", "conversations", "messages", "runs", "events", "handoffs", "receipts")
Count = Callable[[str], int]


def said(reply: Reply) -> str:
    return reply.says[0].text


def together(work: Callable[[Inbound], Reply], messages: list[Inbound]) -> list[Reply]:
    """Each message in a thread of its own, all let go at the same moment."""
    barrier = threading.Barrier(len(messages))

    def go(message: Inbound) -> Reply:
        barrier.wait(10)
        return work(message)

    with ThreadPoolExecutor(len(messages)) as pool:
        return list(pool.map(go, messages))


def test_the_talk_goes_on_from_one_message_to_the_next(conversations: Conversations) -> None:
    assert [said(conversations.receive(inbound("a", str(n)))) for n in range(3)] == ["tour 1", "tour 2", "tour 3"]


def test_a_repeated_message_gets_the_same_reply_and_changes_nothing(
    conversations: Conversations, dialogue_double: FakeDialogue, count: Count
) -> None:
    first = conversations.receive(inbound("ask bonjour", "m1"))
    conversations.receive(inbound("b", "m2"))
    before = [count(table) for table in TABLES]
    assert conversations.receive(inbound("ask bonjour", "m1", minutes=3)) == first
    assert [count(table) for table in TABLES] == before
    assert said(conversations.receive(inbound("c", "m3"))) == "tour 3"


def test_the_same_id_on_another_channel_or_from_someone_else_is_another_message(conversations: Conversations) -> None:
    conversations.receive(inbound("a", "1", "abc", "web"))
    assert said(conversations.receive(inbound("a", "1", "xyz", "web"))) == "tour 1"
    assert said(conversations.receive(inbound("a", "1", "abc", "telegram"))) == "tour 1"


def test_the_same_message_at_the_same_moment_is_handled_once(conversations: Conversations, count: Count) -> None:
    replies = together(conversations.receive, [inbound("start rsa", "m1")] * 6)
    assert all(reply == replies[0] for reply in replies)
    assert count("citizens") == count("addresses") == count("runs") == 1
    assert count("messages") == 3


def test_two_messages_at_once_are_both_handled_one_after_the_other(conversations: Conversations, count: Count) -> None:
    replies = together(conversations.receive, [inbound("a", f"m{n}") for n in range(6)])
    assert sorted(map(said, replies)) == [f"tour {n}" for n in range(1, 7)]
    assert count("citizens") == 1


def test_two_services_on_one_database_do_not_lose_each_other(
    engine: Engine, vault: Vault, dialogue_double: FakeDialogue, understanding: FakeUnderstanding, count: Count
) -> None:
    engines = [make_engine(engine.url.render_as_string(hide_password=False)) for _ in range(3)]
    services = [Conversations(one, vault, dialogue_double.reply_to, understanding) for one in engines]

    def work(message: Inbound) -> Reply:
        return services[int(message.provider_id) % 3].receive(message)

    replies = together(work, [inbound("a", str(n)) for n in range(6)])
    assert sorted(map(said, replies)) == [f"tour {n}" for n in range(1, 7)]
    assert (count("citizens"), count("messages")) == (1, 18)
    for one in engines:
        one.dispose()


def test_messages_that_need_rasa_do_not_lose_each_other(conversations: Conversations) -> None:
    replies = together(conversations.receive, [inbound(f"ask mot{n}", f"m{n}") for n in range(5)])
    assert sorted(map(said, replies)) == [f"tour {n}" for n in range(1, 6)]
    assert {reply.intent for reply in replies} == {f"MOT{n}" for n in range(5)}


def test_rasa_is_asked_with_no_transaction_open(
    engine: Engine, vault: Vault, dialogue_double: FakeDialogue, understanding: FakeUnderstanding
) -> None:
    other = make_engine(str(engine.url.render_as_string(hide_password=False)))

    class Slow(FakeUnderstanding):
        def parse(self, text: str) -> str:
            with writing(other) as session:  # would wait for ever, were a lock held
                session.execute(select(Message).with_for_update())
            return str(super().parse(text))

    asked = Slow()
    reply = Conversations(engine, vault, dialogue_double.reply_to, asked).receive(inbound("ask deux mots", "1"))
    assert (reply.intent, asked.parsed) == ("DEUX MOTS", ["deux", "mots"])
    assert said(reply) == "tour 1"
    other.dispose()


def test_a_dialogue_that_keeps_asking_for_the_same_reading_is_stopped(engine: Engine, vault: Vault) -> None:
    fake = FakeDialogue()
    conversations = Conversations(engine, vault, lambda i, t, u: fake.reply_to(i, t, {}), FakeUnderstanding())
    with pytest.raises(RuntimeError, match="asks again"):
        conversations.receive(inbound("ask mot", "1"))


@pytest.mark.parametrize("first_message", [True, False])
def test_a_failure_leaves_nothing_and_the_same_message_then_works(
    conversations: Conversations, engine: Engine, count: Count, first_message: bool
) -> None:
    if not first_message:
        conversations.receive(inbound("start rsa", "m0"))
    before = [count(table) for table in TABLES]

    def crash(session: Session) -> None:
        raise ConnectionAbortedError

    event.listen(Session, "before_commit", crash)
    try:
        with pytest.raises(ConnectionAbortedError):
            conversations.receive(inbound("person 0612345678 mille", "m1"))
    finally:
        event.remove(Session, "before_commit", crash)
    assert [count(table) for table in TABLES] == before
    assert said(conversations.receive(inbound("person 0612345678 mille", "m1"))) == f"tour {1 if first_message else 2}"
    assert count("handoffs") == 1


def test_a_dialogue_that_fails_goes_up_and_stores_nothing(conversations: Conversations, count: Count) -> None:
    with pytest.raises(ZeroDivisionError):
        conversations.receive(inbound("fail", "m1"))
    assert [count(table) for table in TABLES] == [0] * len(TABLES)


def test_the_same_number_goes_on_by_voice_and_by_text_message(conversations: Conversations, count: Count) -> None:
    conversations.receive(inbound("start rsa", "1", "+33612345678", "sms"))
    assert said(conversations.receive(inbound("say oui", "1", "06 12 34 56 78", "voice"))) == "tour 2"
    assert (count("citizens"), count("runs")) == (1, 1)


def test_the_runs_follow_the_talk(conversations: Conversations, engine: Engine, vault: Vault) -> None:
    for n, words in enumerate(
        ("start rsa", "say mille", "start apl", "say deux", "end stop", "start rsa", "start caf")
    ):
        conversations.receive(inbound(words, str(n), minutes=n))
    with reading(engine) as session:
        runs = list(session.scalars(select(Run).order_by(Run.started_at)))
        seen = [(run.procedure, run.step, run.status, bool(run.ended_at)) for run in runs]
        answers = runs[0].unseal(vault, "answers_sealed"), runs[1].unseal(vault, "answers_sealed")
    assert seen == [
        ("rsa", "etape_0", "abandoned", True),  # begun again from the start
        ("apl", "etape_0", "stopped", True),
        ("rsa", "debut", "parked", False),
        ("caf", "debut", "open", False),
    ]
    assert answers == ({"etape_0": "mille"}, {"etape_0": "deux"})


@pytest.mark.parametrize(
    ("ended", "status"), [("done", "done"), ("stop", "stopped"), ("handoff", "handoff"), ("procedure", "done")]
)
def test_a_run_ends_as_the_dialogue_says(conversations: Conversations, engine: Engine, ended: str, status: str) -> None:
    conversations.receive(inbound("start rsa", "1"))
    conversations.receive(inbound(f"end {ended}", "2", minutes=5))
    with reading(engine) as session:
        run = session.scalars(select(Run)).one()
    assert (run.status, (run.ended_at or START) > run.started_at) == (status, True)


def test_a_citizen_has_one_open_case_brought_up_to_date(
    conversations: Conversations, engine: Engine, vault: Vault, count: Count
) -> None:
    conversations.receive(inbound("person 0612345678 mille", "1"))
    conversations.receive(inbound("person -", "2", minutes=5))
    with writing(engine) as session:
        case = session.scalars(select(Handoff)).one()
        assert case.unseal(vault, "recap_sealed") == {"tried": ["-"]}
        assert case.unseal(vault, "phone_sealed") == "0612345678"  # a number once given is not lost
        assert case.answers_sealed is None  # the consent is that of the latest request
        assert case.due and case.due.isoformat() == "2026-03-04"
        assert (case.created_at, case.updated_at > case.created_at) == (START, True)
        case.status, case.closed_at = "closed", START
    conversations.receive(inbound("person 0612345678", "3", minutes=9))
    assert count("handoffs") == 2


def test_events_hold_ids_and_never_a_sentence(conversations: Conversations, engine: Engine) -> None:
    conversations.receive(inbound("jean,dupont", "1"))
    conversations.receive(inbound("start rsa", "2"))
    with reading(engine) as session:
        kept = [
            (row.kind, row.procedure, row.step, row.detail)
            for row in session.scalars(select(Event).order_by(Event.kind))
        ]
    assert kept[0] == ("run_started", "rsa", "debut", None)
    assert sorted(str(row[3]) for row in kept[1:]) == ["None", "start"]


def test_history_gives_both_sides_in_order_and_the_last_fifty(conversations: Conversations) -> None:
    assert conversations.history("sms", "+33612345678") == []
    for n in range(20):
        conversations.receive(inbound(f"mot{n} suite", f"m{n}", minutes=n))
    past = conversations.history("sms", "0612345678")
    assert len(past) == 50
    assert [one.text for one in past[-3:]] == ["mot19 suite", "tour 20", "bonjour suite"]
    assert [one.citizen for one in past[-3:]] == [True, False, False]
    assert past[-1].say and past[-1].say.options[0].words == ("ouais",)
    assert past[-1].at == inbound("", "", minutes=19).at
    assert conversations.history("sms", "0699999999") == []


def test_an_empty_first_message_is_not_shown_again(conversations: Conversations) -> None:
    conversations.receive(replace(inbound("", "m1"), text=""))
    assert [one.citizen for one in conversations.history("sms", "+33612345678")] == [False, False]


def test_forgetting_deletes_everything_at_once_and_for_good(
    conversations: Conversations, engine: Engine, count: Count
) -> None:
    conversations.receive(inbound("start rsa", "m1"))
    conversations.receive(inbound("person 0612345678 mille", "m2"))
    conversations.receive(inbound("a", "n1", "autre", "web"))
    events = count("events")
    gone = conversations.receive(inbound("forget moi", "m3"))
    others = {"citizens": 1, "addresses": 1, "conversations": 1, "messages": 3, "runs": 0, "handoffs": 0}
    assert {table: count(table) for table in others} == others
    assert count("events") == events + 2  # they were forgotten, and their case ended so
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM events WHERE citizen_id IS NOT NULL")).scalar_one() == 1
    # Repeats, of that message or of those before, bring nothing back.
    assert conversations.receive(inbound("forget moi", "m3")) == gone
    assert conversations.receive(inbound("start rsa", "m1")) == gone
    assert {table: count(table) for table in others} == others
    assert conversations.history("sms", "+33612345678") == []
    assert said(conversations.receive(inbound("bonjour", "m4"))) == "tour 1"


def test_forgetting_while_another_message_waits(conversations: Conversations, count: Count) -> None:
    conversations.receive(inbound("a", "m1"))
    together(conversations.receive, [inbound("forget", "m2"), inbound("b", "m3")])
    assert count("citizens") <= 1  # forgotten before or after the other one, never half
    assert count("messages") in (0, 3)


def test_a_database_that_does_not_answer_is_told_apart(
    vault: Vault, dialogue_double: FakeDialogue, understanding: FakeUnderstanding, engine: Engine
) -> None:
    gone = engine.url.set(database=f"{engine.url.database}_gone/allo")
    if engine.dialect.name == "sqlite":
        down = make_engine(engine.url.render_as_string())
        without_keys = make_engine(engine.url.render_as_string(), foreign_keys=False)
        with without_keys.begin() as connection:
            for table in TABLES:
                connection.exec_driver_sql(f"DROP TABLE {table}")
        without_keys.dispose()
    else:
        down = make_engine(gone.render_as_string(hide_password=False))
    conversations = Conversations(down, vault, dialogue_double.reply_to, understanding)
    with pytest.raises(StorageDown):
        conversations.receive(inbound("a", "1"))
    with pytest.raises(StorageDown):
        conversations.history("sms", "+33612345678")
    down.dispose()
