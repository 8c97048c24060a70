"""Who sees which case: each role, each act and each page, on one's own case and on a foreign one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from api.case_models import Handoff
from api.cases import journal
from api.cases.account import Account, Role
from api.cases.acts import Cases, NotYours, Refused
from api.cases.rights import allowed
from api.cases.scope import may_open, visible
from api.cases.seeing import case_page, queue, revision
from api.db import reading, writing
from api.models import Message
from tests.cases.desk_kit import FIRST_STEP, Office


def _page(office: Office, account: Account, case: uuid.UUID) -> object:
    with writing(office.engine) as session:
        return case_page(session, office.vault, account, case, office.now)


ACTS: dict[str, Callable[[Office, Account, uuid.UUID], Any]] = {
    "take": lambda o, a, c: o.cases.take(a, c),
    "reply": lambda o, a, c: o.cases.reply(a, c, "Bonjour", "r1"),
    "note": lambda o, a, c: o.cases.note(a, c, "Rappeler"),
    "shown": lambda o, a, c: o.cases.shown(a, c),
    "drive": lambda o, a, c: o.cases.drive(a, c, "cpam", FIRST_STEP, True),
    "send_step": lambda o, a, c: o.cases.send_step(a, c),
    "release": lambda o, a, c: o.cases.release(a, c),
    "transfer": lambda o, a, c: o.cases.transfer(a, c, a.id, None, ""),
    "schedule": lambda o, a, c: o.cases.schedule(a, c, o.now.date(), None),
    "called": lambda o, a, c: o.cases.called(a, c, True),
    "close": lambda o, a, c: o.cases.close(a, c, "aide", None),
    "ask_consent": lambda o, a, c: o.cases.ask_consent(a, c),
    "page": _page,
}
FOREIGN = ("held", "elsewhere", "nowhere", "closed", "cancelled")


def test_every_act_is_walked_through() -> None:
    public = {name for name in dir(Cases) if not name.startswith("_")}
    assert public - {"take_by_code"} == ACTS.keys() - {"page"}


def foreign(office: Office, kind: str) -> uuid.UUID:
    """A case that a mediator of place p1 has nothing to do with."""
    case = office.asks(who=f"+3361234560{FOREIGN.index(kind)}")
    if kind == "elsewhere":
        office.change(case, place_id="p2")
    if kind == "nowhere":
        office.change(case, place_id=None)
    if kind in ("held", "closed"):
        office.change(case, place_id="p2")
        other = office.account("Paul", "p2")
        office.cases.take(other, case)
        if kind == "closed":
            office.cases.close(other, case, "aide", None)
            office.change(case, place_id="p1")  # even in their queue: who held it is not told any more
    if kind == "cancelled":  # by the citizen, while it waited at p1
        office.change(case, place_id="p1")
        office.asks(who=f"+3361234560{FOREIGN.index(kind)}", closed=True, cancelled=True)
    return case


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_case_is_no_case_for_a_mediator(office: Office, kind: str) -> None:
    claire = office.account("Claire", "p1")
    case = foreign(office, kind)
    before, said, lines = office.case(case), len(office.said(case)), office.journal()
    for name, act in ACTS.items():
        with pytest.raises(NotYours):
            act(office, claire, case)
            pytest.fail(f"{name} was done")
    after = office.case(case)
    assert (after.updated_at, after.mediator_id, after.status) == (before.updated_at, before.mediator_id, before.status)
    assert len(office.said(case)) == said
    assert office.journal() == lines


def test_an_administrator_sees_no_case_and_one_that_does_not_exist_is_said_so_too(office: Office) -> None:
    case, ada = office.asks(), office.account("Ada", role="administrator", territory=True)
    claire, boss = office.account("Claire", territory=True), office.account("Odile", role="coordinator")
    for name, act in ACTS.items():
        for account, wanted in ((ada, case), (ada, uuid.uuid4()), (claire, uuid.uuid4()), (boss, uuid.uuid4())):
            with pytest.raises(NotYours):
                act(office, account, wanted)
                pytest.fail(f"{name} was done")
    assert office.journal() == []


def test_who_holds_a_case_may_do_all(office: Office) -> None:
    claire = office.account("Claire", "p1")
    for n, name in enumerate(sorted(ACTS.keys() - {"take", "transfer"})):
        case = office.asks(who=f"+33612345{n:03d}")
        office.change(case, place_id="p1")
        office.cases.take(claire, case)
        ACTS[name](office, claire, case)


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)  # the table is pure
def test_what_the_page_offers_is_what_is_allowed(office: Office) -> None:
    """Each act that is not offered is refused, each one offered is done: for all who may see the case."""
    roles: list[tuple[str, Role]] = [("holder", "mediator"), ("boss", "coordinator"), ("near", "mediator")]
    for who, role in roles:
        for act in sorted(ACTS.keys() - {"page", "shown"}):
            account = office.account(who, "p1", role=role)
            other = office.account("Paul", "p2")
            for held_by in (account, other, None):
                case = office.asks(who=f"+336{uuid.uuid4().int % 10**8:08d}")
                office.change(case, place_id="p1", mediator_id=held_by.id if held_by else None)
                with reading(office.engine) as session:
                    if not may_open(session, account, case):
                        continue
                offered = act in allowed(account, office.case(case))
                assert _done(office, act, account, case) is offered, (role, act, held_by and held_by.name)


HOLDS = {"reply", "note", "drive", "send_step", "release", "transfer", "schedule", "called", "close"}


@pytest.mark.parametrize(
    ("role", "held_by", "consent", "may"),
    [
        ("mediator", "me", "oui", HOLDS),
        ("mediator", "me", "non", HOLDS | {"ask_consent"}),
        ("mediator", "me", None, HOLDS | {"ask_consent"}),
        ("coordinator", "me", "oui", HOLDS),
        ("mediator", None, "oui", {"take", "note"}),
        ("mediator", "another", "oui", {"note"}),
        ("coordinator", None, "oui", {"take", "note", "transfer", "close"}),
        ("coordinator", "another", None, {"note", "transfer", "close", "release"}),
        ("administrator", None, "oui", set()),
        ("administrator", "me", "oui", set()),
    ],
)
def test_who_may_do_what(role: Role, held_by: str | None, consent: str | None, may: set[str]) -> None:
    me = Account(uuid.uuid4(), "a@exemple.fr", "Ana", role)
    holder = {"me": me.id, "another": uuid.uuid4()}.get(held_by or "")
    assert allowed(me, Handoff(status="open", mediator_id=holder, consent=consent)) == may
    assert allowed(me, Handoff(status="closed", mediator_id=holder, consent=consent)) == set()


def _done(office: Office, act: str, account: Account, case: uuid.UUID) -> bool:
    try:
        ACTS[act](office, account, case)
    except Refused as error:
        return error.name == "held_already" and act == "transfer" and office.case(case).mediator_id == account.id
    except Exception:
        return False
    return act != "take" or ("taken", None) in office.moves(case)


def test_queues_show_what_is_in_scope_only(office: Office) -> None:
    cases = {name: office.asks(who=f"+3361234561{n}") for n, name in enumerate(("p1", "p2", "none", "held"))}
    for name in ("p1", "p2"):
        office.change(cases[name], place_id=name)
    other = office.account("Paul", territory=True)
    office.cases.take(other, cases["held"])
    office.change(cases["held"], place_id="p1")
    seen: dict[str, set[str]] = {}
    accounts = {
        "claire": office.account("Claire", "p1"),
        "team": office.account("Zoé", territory=True),
        "both": office.account("Léa", "p1", "p2", territory=True),
        "nobody": office.account("Max"),
        "boss": office.account("Odile", role="coordinator"),
        "admin": office.account("Ada", "p1", role="administrator", territory=True),
    }
    names = {id_: name for name, id_ in cases.items()}
    with reading(office.engine) as session:
        for who, account in accounts.items():
            found = queue(session, office.vault, account, office.now)
            seen[who] = {names[row.id] for row in (*found.mine, *found.waiting, *found.late)}
    assert seen == {
        "claire": {"p1"},
        "team": {"none"},
        "both": {"p1", "p2", "none"},
        "nobody": set(),
        "boss": {"p1", "p2", "none"},
        "admin": set(),
    }
    with reading(office.engine) as session:
        assert may_open(session, accounts["boss"], cases["held"])
        assert not may_open(session, accounts["both"], cases["held"])
        assert str(visible(accounts["admin"]).compile()) in ("false", "0 = 1")


def test_the_digest_moves_for_who_sees_the_case_and_for_nobody_else(office: Office) -> None:
    claire, far = office.account("Claire", "p1"), office.account("Paul", "p2")

    def digests() -> tuple[str, str]:
        with reading(office.engine) as session:
            return revision(session, claire), revision(session, far)

    empty = digests()
    case = office.asks()
    office.change(case, place_id="p1")
    opened = digests()
    assert opened[0] != empty[0] and opened[1] == empty[1]
    office.later()
    office.cases.take(claire, case)
    held = digests()
    office.later()
    office.cases.reply(claire, case, "Bonjour", "r1")
    said = digests()  # it may have left already: that is another digest, or the next one
    office.received(case)
    sent = digests()
    office.change(case, heard_at=office.later())
    heard = digests()
    assert len({opened[0], held[0], sent[0], heard[0]}) == 4 and said[0] not in (opened[0], held[0], heard[0])
    assert {held[1], said[1], sent[1], heard[1]} == {empty[1]}
    assert digests() == heard


def test_nothing_but_words_of_a_person_in_charge_is_read_without_consent(office: Office) -> None:
    claire, case = office.account("Claire", territory=True), office.asks()
    owner = office.case(case).citizen_id
    with writing(office.engine) as session:
        for turn, (text, about) in enumerate((("avant", None), ("pendant", case)), 50):
            row = Message(
                id=uuid.uuid4(), citizen_id=owner, direction="in", channel="sms", turn=turn, position=0,
                at=office.now, case_id=about,
            )  # fmt: skip
            row.seal(office.vault, "text_sealed", text)
            session.add(row)

    def read() -> list[str]:
        with writing(office.engine) as session:
            return [entry.text for entry in case_page(session, office.vault, claire, case, office.now).entries]

    for consent in (None, "non", "pas_clair"):
        office.change(case, consent=consent)
        assert read() == ["pendant"]
    office.change(case, consent="oui")
    assert read() == ["avant", "pendant"]


def test_the_journal_is_not_for_mediators(office: Office) -> None:
    claire, boss = office.account("Claire"), office.account("Odile", role="coordinator")
    ada = office.account("Ada", role="administrator")
    with reading(office.engine) as session:
        with pytest.raises(NotYours):
            journal.read(session, claire)
        assert [journal.read(session, account).lines for account in (boss, ada)] == [(), ()]
