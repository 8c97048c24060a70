"""What is said to a citizen apart from any turn: on which channel, once, in order, and what became of it."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from api.cases.entries import states_of
from api.cases.speaking import Speaker
from api.channel_models import Delivery
from api.citizens import locked_citizen, new_citizen
from api.conversations import Conversations
from api.db import reading, writing
from api.models import Address, Conversation, Message
from api.records import talk_of
from api.sending.optouts import opt_out
from bot.messages import Inbound
from bot.talk import Asked, Talk
from flows.texts import Say
from tests.cases.desk_kit import MARIE, Office

LANDLINE = "+33399001234"
NIGHT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # three in the morning in Paris
DISCREET = Talk(greeted=True, comfort=replace(Talk().comfort, discreet=True))
WORDS = (Say("Bonjour, avez-vous votre carte ?"),)


def comes(office: Office, channel: str, address: str, at: datetime | None = None) -> uuid.UUID:
    """A citizen who wrote or called once; their id."""
    moment = at or office.now
    inbound = Inbound(channel, address, "bonjour", uuid.uuid4().hex, moment)
    with writing(office.engine) as session:
        citizen = locked_citizen(session, office.vault, channel, address)
        citizen = citizen or new_citizen(session, office.vault, inbound)
        session.execute(
            update(Conversation).where(Conversation.citizen_id == citizen.id).values(channel=channel, updated_at=moment)
        )
        return citizen.id


def also_at(office: Office, citizen: uuid.UUID, channel: str, address: str) -> None:
    """Another address of the same citizen."""
    row = Address(
        id=uuid.uuid4(), citizen_id=citizen, channel=channel, created_at=office.now,
        blind_index=office.vault.index(channel, address),
    )  # fmt: skip
    row.seal(office.vault, "address_sealed", address)
    with writing(office.engine) as session:
        session.add(row)


def says(office: Office, citizen: uuid.UUID, words: Any = WORDS, **about: Any) -> uuid.UUID | None:
    """Says it, in one transaction."""
    with writing(office.engine) as session:
        return office.speaker.say(session, citizen, words, office.now, **about)


def left(office: Office, citizen: uuid.UUID) -> list[tuple[str, str]]:
    """What left since the last look, and by which channel."""
    office.outbox.drain(citizen)
    return [(letter.channel, letter.rendered.text) for letter in office.mailbox.take()]


def state(office: Office, *messages: uuid.UUID | None) -> list[str]:
    ids = [message for message in messages if message]
    with reading(office.engine) as session:
        rows = list(session.scalars(select(Message).where(Message.id.in_(ids))))
        found = states_of(session, rows)
    return [found[id_] for id_ in ids]


def reachable(office: Office, citizen: uuid.UUID) -> str | None:
    with reading(office.engine) as session:
        return office.speaker.reachable(session, citizen)


@pytest.mark.parametrize(
    ("channel", "address", "way"),
    [
        ("sms", MARIE, "sms"),
        ("telegram", "123456", "telegram"),
        ("web", "w" * 22, "web"),
        ("voice", MARIE, "sms"),
        ("voice", LANDLINE, None),
        ("voice", "call:CA123", None),
        ("terminal", "somebody", None),
    ],
)
def test_words_go_where_the_citizen_was_last_heard(office: Office, channel: str, address: str, way: str | None) -> None:
    citizen = comes(office, channel, address)
    assert reachable(office, citizen) == way
    message = says(office, citizen)
    assert (message is None) == (way is None)
    sent = left(office, citizen)
    assert [one for one, _ in sent] == ([way] if way in ("sms", "telegram") else [])


def test_stop_is_respected_and_another_channel_is_tried(office: Office) -> None:
    citizen = comes(office, "sms", MARIE)
    with writing(office.engine) as session:
        opt_out(session, office.vault, "sms", MARIE, "person", office.now)
    assert reachable(office, citizen) is None and says(office, citizen) is None and left(office, citizen) == []
    also_at(office, citizen, "web", "w" * 22)
    assert reachable(office, citizen) == "web"
    also_at(office, citizen, "telegram", "42")
    assert reachable(office, citizen) == "telegram"


def test_a_caller_on_a_landline_is_reached_on_a_page_they_joined(office: Office) -> None:
    citizen = comes(office, "voice", LANDLINE)
    also_at(office, citizen, "web", "w" * 22)
    assert reachable(office, citizen) == "web"


def test_the_first_name_stands_before_the_words_of_a_person_where_nothing_else_shows_it(office: Office) -> None:
    claire = office.account("Claire")
    citizen = comes(office, "sms", MARIE)
    message = says(office, citizen, mediator=claire.id)
    assert left(office, citizen) == [("sms", "Claire : Bonjour, avez-vous votre carte ?")]
    with reading(office.engine) as session:
        row = session.get_one(Message, message)
        assert row.unseal(office.vault, "text_sealed")["text"] == WORDS[0].text, "the page shows the name by itself"
        assert (row.mediator_id, row.direction, row.in_reply_to) == (claire.id, "out", None)


def test_long_words_leave_in_several_sms_with_one_fate(office: Office) -> None:
    claire, citizen = office.account("Claire"), comes(office, "sms", MARIE)
    message = says(office, citizen, (Say("Voici une longue phrase pour vous. " * 40),), mediator=claire.id)
    assert state(office, message) == ["queued"]
    assert len(left(office, citizen)) > 3 and state(office, message) == ["sent"]
    with writing(office.engine) as session:
        rows = list(session.scalars(select(Delivery).where(Delivery.message_id == message)))
        for row in rows:
            row.state = "delivered"
    assert state(office, message) == ["delivered"]
    with writing(office.engine) as session:
        session.get_one(Delivery, rows[0].id).state = "failed"
    assert state(office, message) == ["failed"], "one part that failed is what the mediator must know"


def test_on_the_page_it_is_sent_until_the_page_fetches_it(office: Office) -> None:
    citizen = comes(office, "web", "w" * 22)
    first, second = says(office, citizen), says(office, citizen)
    assert state(office, first, second) == ["sent", "sent"]
    page = office.conversations(None)
    assert [said.text for said in page.pushed("web", "w" * 22, "1.1")] == [WORDS[0].text]
    assert state(office, first, second) == ["sent", "seen"]
    page.history("web", "w" * 22)
    assert state(office, first) == ["seen"]


def test_what_is_pushed_is_shown_to_its_citizen_only_and_after_what_was_seen(office: Office) -> None:
    claire = office.account("Claire")
    mine, other = comes(office, "web", "w" * 22), comes(office, "web", "x" * 22)
    says(office, mine, mediator=claire.id)
    page: Conversations = office.conversations(None)
    said = page.pushed("web", "w" * 22, "")
    assert [(one.person, one.id) for one in said] == [("Claire", "1.1")]
    assert page.pushed("web", "w" * 22, "1.1") == [] == page.pushed("web", "x" * 22, "")
    assert page.pushed("web", "nobody", "") == [] and other != mine
    for wrong in ("a.b", "1", "1.1.1", "-1.2", "9" * 30, "1.٣"):
        assert [one.id for one in page.pushed("web", "w" * 22, wrong)] == ["1.1"]


def test_two_who_speak_at_once_say_each_thing_once_in_an_order(office: Office) -> None:
    citizen = comes(office, "sms", MARIE)
    barrier = threading.Barrier(6)

    def one(number: int) -> uuid.UUID | None:
        barrier.wait(10)
        return says(office, citizen, (Say(f"numero {number}"),))

    with ThreadPoolExecutor(6) as pool:
        ids = list(pool.map(one, range(6)))
    assert len(set(ids)) == 6
    assert sorted(text for _, text in left(office, citizen)) == [f"numero {n}" for n in range(6)]
    with reading(office.engine) as session:
        turns = list(session.scalars(select(Message.turn).where(Message.citizen_id == citizen)))
        revision = session.scalar(select(Conversation.revision).where(Conversation.citizen_id == citizen))
    assert sorted(turns) == list(range(1, 7)) and revision == 6


def test_nothing_is_said_when_the_transaction_fails(office: Office) -> None:
    citizen = comes(office, "sms", MARIE)
    with pytest.raises(ZeroDivisionError), writing(office.engine) as session:
        office.speaker.say(session, citizen, WORDS, office.now)
        raise ZeroDivisionError
    assert left(office, citizen) == []
    with reading(office.engine) as session:
        assert session.scalars(select(Message)).all() == []


@pytest.mark.parametrize(("news", "waits"), [("late", True), ("timed_out", True), ("taken", False)])
def test_what_the_clock_tells_waits_for_the_morning_what_a_person_does_is_told_at_once(
    office: Office, news: Any, waits: bool
) -> None:
    citizen = comes(office, "sms", MARIE)
    office.now = NIGHT
    answer = office.dialogue.tell(news, Talk(greeted=True), "sms", office.now, name="Claire", place="", mode="live")
    says(office, citizen, answer)
    assert bool(left(office, citizen)) != waits
    office.now = NIGHT + timedelta(hours=8)
    assert bool(left(office, citizen)) == waits


def test_the_talk_after_an_answer_is_kept_even_where_nobody_can_be_reached(office: Office) -> None:
    citizen = comes(office, "voice", LANDLINE)
    asked = Talk(greeted=True, asked=Asked("callback_phone"), case={"reason": "asked"})
    answer = office.dialogue.tell("taken", asked, "voice", office.now, name="Claire", mode="callback")
    assert says(office, citizen, answer) is None
    assert kept(office, citizen).asked is None


def test_after_a_person_s_words_a_yes_is_for_them(office: Office) -> None:
    """« Oubliez-moi », then the person asks something: « oui » must not erase everything."""
    claire, citizen = office.account("Claire"), comes(office, "sms", MARIE)
    keeps(office, citizen, Talk(greeted=True, asked=Asked("forget")))
    says(office, citizen)
    assert kept(office, citizen).asked == Asked("forget"), "the assistant's own word changes nothing"
    says(office, citizen, mediator=claire.id)
    assert kept(office, citizen).asked is None


def test_on_a_phone_that_others_read_only_a_word_is_sent_first(office: Office) -> None:
    speaker = Speaker(office.vault, office.outbox, office.dialogue.library)
    office.speaker = speaker
    claire, citizen = office.account("Claire"), comes(office, "sms", MARIE)
    keeps(office, citizen, DISCREET)
    office.later(2)
    says(office, citizen, mediator=claire.id)
    assert "Claire" in left(office, citizen)[0][1], "they are writing to each other right now"
    office.later(2)
    says(office, citizen, mediator=claire.id)
    assert left(office, citizen)[0][1].startswith("Un message vous attend")
    assert [say.text for say in kept(office, citizen).more] == [f"Claire : {WORDS[0].text}"]


def test_who_has_just_hung_up_is_not_holding_the_screen(office: Office) -> None:
    office.speaker = Speaker(office.vault, office.outbox, office.dialogue.library)
    claire, citizen = office.account("Claire"), comes(office, "voice", MARIE)
    keeps(office, citizen, DISCREET)
    says(office, citizen, mediator=claire.id)
    assert [text.split(".")[0] for _, text in left(office, citizen)] == ["Un message vous attend"]


def keeps(office: Office, citizen: uuid.UUID, talk: Talk) -> None:
    with writing(office.engine) as session:
        place = session.scalars(select(Conversation).where(Conversation.citizen_id == citizen)).one()
        place.seal(office.vault, "talk_sealed", talk.to_json())


def kept(office: Office, citizen: uuid.UUID) -> Talk:
    with reading(office.engine) as session:
        place = session.scalars(select(Conversation).where(Conversation.citizen_id == citizen)).one()
        return talk_of(office.vault, place)
