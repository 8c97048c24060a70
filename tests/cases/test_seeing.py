"""What a mediator sees of their cases: the lists in order, the page, and only what may be read."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from api.case_models import Handoff
from api.cases.account import Account
from api.cases.phones import all_hidden, hidden
from api.cases.seeing import CasePage, Queue, case_page, queue
from api.channel_models import Delivery
from api.db import reading, writing
from api.models import Message
from bot.comfort import Comfort
from bot.talk import say_to_json
from flows.texts import Option, Say
from tests.cases.desk_kit import FIRST_STEP, Office

ANSWERS = {"caisse": {"question": "Qui ?", "answer": "cpam"}}
pytestmark = pytest.mark.one_database


def page(office: Office, account: Account, case: uuid.UUID) -> CasePage:
    """The page of a case."""
    with writing(office.engine) as session:
        return case_page(session, office.vault, account, case, office.now)


def lists(office: Office, account: Account) -> Queue:
    """The lists of an account."""
    with reading(office.engine) as session:
        return queue(session, office.vault, account, office.now)


@pytest.mark.both
def test_the_most_urgent_case_comes_first(office: Office) -> None:
    claire = office.account("Claire", territory=True)
    boss = office.account("Odile", role="coordinator")
    cases = {}
    for n, name in enumerate(("old", "new", "soon", "late", "due")):
        cases[name] = office.asks(who=f"+3361234562{n}")
        office.change(cases[name], answer_by=office.now + timedelta(days=9), due=date(2026, 12, 20))
        office.later()
    office.change(cases["soon"], answer_by=office.now)
    office.change(cases["late"], late_since=office.now, answer_by=None)
    office.change(cases["due"], due=date(2026, 11, 25), answer_by=office.case(cases["old"]).answer_by)
    office.change(cases["old"], answer_by=office.case(cases["old"]).answer_by)
    names = {id_: name for name, id_ in cases.items()}
    assert [names[row.id] for row in lists(office, claire).waiting] == ["late", "soon", "due", "old", "new"]
    found = lists(office, boss)
    assert [names[row.id] for row in found.late] == ["late"]
    assert [names[row.id] for row in found.waiting] == ["soon", "due", "old", "new"]


def test_a_line_says_why_how_where_and_since_when(office: Office) -> None:
    office.places("p1")
    claire = office.account("Claire", "p1")
    asked_at = office.now
    case = office.asks(mode="callback", callback_on="2026-11-24", callback_half="morning", due="2026-11-25")
    office.change(case, place_id="p1")
    (row,) = lists(office, claire).waiting
    assert (row.title, row.reason, row.mode, row.place, row.holder) == (
        "Carte Vitale", "asked", "callback", "Lieu p1", None,
    )  # fmt: skip
    assert (row.callback_on, row.callback_half, row.due) == (date(2026, 11, 24), "morning", date(2026, 11, 25))
    assert (row.waiting_since, row.late, row.unread) == (asked_at, False, False)
    taken_at = office.later()
    office.cases.take(claire, case)
    (mine,) = lists(office, claire).mine
    assert (mine.holder, mine.waiting_since, mine.unread) == ("Claire", taken_at, False)
    heard_at = office.later()
    office.change(case, heard_at=heard_at)
    (mine,) = lists(office, claire).mine
    assert (mine.waiting_since, mine.unread) == (heard_at, True)
    office.later()
    office.cases.reply(claire, case, "Bonjour", "r1")
    assert lists(office, claire).mine[0].unread is False
    released_at = office.later()
    office.cases.release(claire, case)
    assert lists(office, claire).waiting[0].waiting_since == released_at


def test_the_number_is_masked_until_the_case_is_held_and_again_once_it_is_closed(office: Office) -> None:
    claire, case = office.account("Claire", territory=True), office.asks(phone="+33612345678")
    seen = page(office, claire, case)
    assert (seen.phone, seen.number) == ("06 •• •• •• 78", None)
    office.cases.take(claire, case)
    seen = page(office, claire, case)
    assert (seen.phone, seen.number, seen.mine) == ("06 12 34 56 78", "+33612345678", True)
    office.cases.close(claire, case, "aide", None)
    seen = page(office, claire, case)
    assert (seen.phone, seen.number, seen.may, seen.talk) == ("06 •• •• •• 78", None, frozenset(), None)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "On peut vous rappeler au 06 12 34 00 02. À quel moment ?",
            "On peut vous rappeler au 06 •• •• •• 02. À quel moment ?",
        ),
        ("mon num 0612345678 ou +33 6 12 34 56 79", "mon num 06 •• •• •• 78 ou 06 •• •• •• 79"),
        ("06.12.34.56.78 code 60000", "06 •• •• •• 78 code 60000"),
        ("appelez le 3230, né le 12/03/1950, 635,71 €", "appelez le 3230, né le 12/03/1950, 635,71 €"),
    ],
)
def test_numbers_in_what_was_said_are_hidden(text: str, shown: str) -> None:
    assert all_hidden(text) == shown


def test_a_number_in_their_words_and_answers_is_whole_for_who_holds_the_case_only(office: Office) -> None:
    claire, number = office.account("Claire", territory=True), "06 12 34 56 78"
    answers = {"tel": {"question": "Quel numéro ?", "answer": number}}
    case = office.asks(consent="oui", answers=answers)
    owner = office.case(case).citizen_id
    with writing(office.engine) as session:
        asked = Say(f"C'est le {number} ?", options=(Option("ok", f"Oui, le {number}"),))
        for turn, (direction, value) in enumerate((("in", f"mon numéro : {number}"), ("out", say_to_json(asked))), 50):
            row = Message(
                id=uuid.uuid4(), citizen_id=owner, direction=direction, channel="sms", turn=turn, position=0,
                at=office.now,
            )  # fmt: skip
            row.seal(office.vault, "text_sealed", value)
            session.add(row)

    def shown() -> list[str]:
        seen = page(office, claire, case)
        said = [
            text for entry in seen.entries for text in (entry.text, *entry.options) if "•" in text or number in text
        ]
        return [*said, seen.answers["tel"]["answer"]]

    assert ["56" in text for text in shown()] == [False] * 4
    office.cases.take(claire, case)
    assert [number in text for text in shown()] == [True] * 4


def test_a_number_is_hidden_in_its_middle() -> None:
    assert hidden("+33123456789") == "01 •• •• •• 89"
    assert "470" not in hidden("+32470123456") and hidden("+32470123456").startswith("+32")
    assert hidden("1234") == "••••"


def test_answers_are_shown_with_consent_only(office: Office) -> None:
    claire, case = office.account("Claire", territory=True), office.asks(consent="oui", answers=ANSWERS)
    assert page(office, claire, case).answers == ANSWERS
    for consent in ("non", "pas_clair", None):
        office.change(case, consent=consent)
        assert page(office, claire, case).answers == {}


def test_an_access_need_is_shown_with_consent_only(office: Office) -> None:
    claire, talk = office.account("Claire", territory=True), office.talk()
    case = office.asks(talk=replace(talk, comfort=Comfort(access=("hearing",))), consent="oui")
    assert page(office, claire, case).comfort == ("access_hearing",)
    for consent in ("non", "pas_clair", None):
        office.change(case, consent=consent)
        assert page(office, claire, case).comfort == ()


def test_the_page_says_how_to_speak_to_them_and_what_may_be_done(office: Office) -> None:
    claire = office.account("Claire", territory=True)
    talk = replace(office.talk(), comfort=Comfort(pace=2, short=True, discreet=True), language="en")
    case = office.asks(talk=talk)
    seen = page(office, claire, case)
    assert (seen.comfort, seen.language, seen.channel) == (("slowest", "short", "discreet"), "en", "sms")
    assert seen.may == {"take", "note"} and seen.talk is None
    office.cases.take(claire, case)
    seen = page(office, claire, case)
    assert {"reply", "drive", "close", "ask_consent"} < seen.may and "take" not in seen.may
    assert seen.talk is not None and seen.talk.run == talk.run
    assert seen.row.step == FIRST_STEP and seen.recap["title"] == "Carte Vitale"


@pytest.mark.both
def test_the_conversation_says_who_spoke_and_what_became_of_it(office: Office) -> None:
    claire, case = office.account("Claire", territory=True), office.asks()
    office.cases.take(claire, case)
    office.later()
    reply = office.cases.reply(claire, case, "Bonjour Marie", "r1")

    def shown() -> list[tuple[str, str | None, str | None]]:
        return [(entry.who, entry.name, entry.state) for entry in page(office, claire, case).entries]

    office.received(case)
    assert shown() == [("assistant", None, "sent"), ("person", "Claire", "sent")]
    assert page(office, claire, case).entries[1].text == "Bonjour Marie"
    for state in ("queued", "sending", "delivered", "failed", "dropped"):
        with writing(office.engine) as session:
            session.execute(update(Delivery).where(Delivery.message_id == reply).values(state=state))
        assert shown()[1] == ("person", "Claire", {"sending": "queued"}.get(state, state))
    with writing(office.engine) as session:
        first = session.scalars(select(Delivery).where(Delivery.message_id == reply)).one()
        columns = {column.key: getattr(first, column.key) for column in Delivery.__table__.columns}
        columns |= {"id": uuid.uuid4(), "sequence": 9, "state": "delivered"}
        session.add(Delivery(**columns))
        first.state = "failed"
    assert shown()[1] == ("person", "Claire", "failed"), "a part of it did not arrive"
    with writing(office.engine) as session:
        session.get_one(Message, reply).seen_at = office.now
    assert shown()[1] == ("person", "Claire", "seen")


def test_notes_and_moves_name_who_made_them_even_once_the_account_is_gone(office: Office) -> None:
    claire, case = office.account("Claire", territory=True), office.asks()
    office.cases.take(claire, case)
    office.later()
    office.cases.note(claire, case, "Elle entend mal.\nParler fort.")
    boss = office.account("Odile", role="coordinator")
    seen = page(office, boss, case)
    assert [(note.who, note.text) for note in seen.notes] == [("Claire", "Elle entend mal.\nParler fort.")]
    assert [(move.kind, move.who) for move in seen.moves][-2:] == [("taken", "Claire"), ("noted", "Claire")]
    office.delete(claire)
    seen = page(office, boss, case)
    assert [(note.who, note.text) for note in seen.notes] == [(None, "Elle entend mal.\nParler fort.")]
    assert seen.row.holder is None


def test_what_was_reported_can_be_read_again(office: Office) -> None:
    claire, case = office.account("Claire", territory=True), office.asks()
    office.cases.take(claire, case)
    with writing(office.engine) as session:
        session.get_one(Handoff, case).seal(office.vault, "report_sealed", {"minutes": 15})
    office.cases.close(claire, case, "aide", None)
    assert page(office, claire, case).report == {"minutes": 15}
