"""A citizen asks for a person: one open case, brought up to date, in the right queue, and nothing kept in excess."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from api.case_models import CaseMove, Handoff
from api.cases.refusals import Refused
from api.db import reading, writing
from mediation.cases import CLOSED, OPEN
from tests.cases.desk_kit import FIRST_STEP, PROCEDURE, Office

BEAUVAIS = "60057"
pytestmark = pytest.mark.one_database


def opened_moves(office: Office, case: uuid.UUID) -> list[tuple[str, str | None]]:
    """All that happened to a case, and where."""
    with reading(office.engine) as session:
        rows = session.scalars(select(CaseMove).where(CaseMove.handoff_id == case).order_by(CaseMove.at))
        return [(row.kind, row.place_id) for row in rows]


def sealed(office: Office, case: uuid.UUID, column: str) -> Any:
    """A sealed value of a case."""
    with reading(office.engine) as session:
        return session.get_one(Handoff, case).unseal(office.vault, column)


@pytest.mark.both
def test_a_request_opens_one_case_and_the_next_ones_bring_it_up_to_date(office: Office) -> None:
    first = office.asks(mode=None, phone="+33612345678", due="2026-11-25")
    case = office.case(first)
    assert (case.status, case.reason, case.mode, case.consent) == (OPEN, "asked", None, None)
    assert (case.procedure, case.step, case.due) == (PROCEDURE, FIRST_STEP, date(2026, 11, 25))
    assert case.answer_by and case.answer_by > office.now
    office.later()
    again = office.asks(mode="callback", callback_on="2026-11-24", callback_half="afternoon", consent="non")
    assert again == first
    case = office.case(first)
    assert (case.mode, case.callback_on, case.callback_half) == ("callback", date(2026, 11, 24), "afternoon")
    assert (case.consent, case.updated_at) == ("non", office.now)
    assert sealed(office, first, "phone_sealed") == "+33612345678"  # a number once given stays
    assert [kind for kind, _place in opened_moves(office, first)].count("opened") == 1


def test_what_was_known_stays_until_they_change_their_mind(office: Office) -> None:
    case = office.asks(mode="callback", callback_on="2026-11-24", callback_half="morning", due="2026-11-25")
    office.asks(mode="callback")
    kept = office.case(case)
    assert (kept.callback_on, kept.callback_half, kept.due) == (date(2026, 11, 24), "morning", date(2026, 11, 25))
    for mode in ("live", "place"):
        office.change(case, callback_on=date(2026, 11, 24), callback_half="morning")
        office.asks(mode=mode)
        kept = office.case(case)
        assert (kept.mode, kept.callback_on, kept.callback_half) == (mode, None, None), "no call is waited for"


def test_who_may_be_in_danger_stays_first_though_they_ask_again(office: Office) -> None:
    case = office.asks(reason="safety")
    office.asks(reason="asked", mode="callback")
    assert (office.case(case).reason, office.case(case).mode) == ("safety", "callback")


def test_who_says_the_same_again_waits_no_longer_for_it(office: Office) -> None:
    office.places("p1")
    office.account("Claire", "p1")
    case = office.asks(mode="callback", commune=BEAUVAIS)
    before = office.case(case)
    office.later(45)
    office.asks(mode="callback", commune=BEAUVAIS)
    after = office.case(case)
    assert (after.answer_by, after.place_id) == (before.answer_by, before.place_id)


def test_answers_are_kept_with_the_yes_and_go_with_the_no(office: Office) -> None:
    answers = {"caisse": {"question": "Qui ?", "answer": "cpam"}}
    case = office.asks(consent="oui", answers=answers)
    assert sealed(office, case, "answers_sealed") == answers
    office.asks()  # asked again for a person, not asked again for the answers
    assert (office.case(case).consent, sealed(office, case, "answers_sealed")) == ("oui", answers)
    office.asks(consent="pas_clair")
    assert (office.case(case).consent, sealed(office, case, "answers_sealed")) == ("pas_clair", None)
    office.asks(consent="peut-être un jour")  # no word of ours
    assert office.case(case).consent == "pas_clair"


def test_the_commune_is_kept_only_when_it_was_asked_to_help_there(office: Office) -> None:
    case = office.asks(recap={"channel": "sms", "commune": BEAUVAIS, "place": "p9"})
    assert sealed(office, case, "recap_sealed") == {"channel": "sms"}
    office.asks(recap={"channel": "sms"}, commune=BEAUVAIS)
    assert sealed(office, case, "recap_sealed") == {"channel": "sms", "commune": BEAUVAIS}
    office.asks(recap={"channel": "sms"})
    assert sealed(office, case, "recap_sealed")["commune"] == BEAUVAIS


def test_the_queue_is_that_of_the_commune_then_of_the_place_they_chose(office: Office) -> None:
    office.places("p1", "p2")
    office.account("Claire", "p1")
    office.account("Paul", "p2")
    office.account("Odile", role="coordinator")
    case = office.asks(mode=None)
    assert office.case(case).place_id is None  # nobody knows where they are yet
    office.later()
    office.asks(mode="callback", commune=BEAUVAIS)
    near = office.case(case).place_id
    assert near in ("p1", "p2")
    office.later()
    other = "p2" if near == "p1" else "p1"
    office.asks(mode="place", place=other, commune=BEAUVAIS)
    assert office.case(case).place_id == other
    office.later()
    office.asks(mode="place", place="nobody-there", commune=BEAUVAIS)
    assert office.case(case).place_id in ("p1", "p2")
    kinds = [kind for kind, _place in opened_moves(office, case)]
    assert kinds[0] == "opened" and set(kinds[1:]) == {"routed"}


def test_a_case_in_charge_stays_where_it_is(office: Office) -> None:
    office.places("p1")
    office.account("Claire", "p1")
    paul = office.account("Paul", territory=True)
    case = office.asks()
    office.cases.take(paul, case)
    office.later()
    office.asks(mode="callback", commune=BEAUVAIS)
    held = office.case(case)
    assert (held.mediator_id, held.place_id, held.mode) == (paul.id, None, "callback")


def test_a_call_that_was_passed_on_is_a_closed_case(office: Office) -> None:
    case = office.asks(mode="transfer", closed=True, code=True)
    ended = office.case(case)
    assert (ended.status, ended.closing, ended.answer_by, ended.code_digest) == (CLOSED, "aide", None, None)
    assert office.code is None
    assert [kind for kind, _place in opened_moves(office, case)] == ["opened", "closed"]
    assert office.asks() != case


def test_who_wants_nobody_any_more_was_not_helped(office: Office) -> None:
    case = office.asks()
    office.asks(closed=True, cancelled=True)
    assert (office.case(case).status, office.case(case).closing) == (CLOSED, "sans_suite")


def test_a_place_chosen_before_a_call_is_not_gone_to(office: Office) -> None:
    case = office.asks(mode="place", place="p2", commune=BEAUVAIS)
    assert sealed(office, case, "recap_sealed")["place"] == "p2"
    office.asks(mode=None)
    assert sealed(office, case, "recap_sealed")["place"] == "p2"
    office.asks(mode="callback")
    assert "place" not in sealed(office, case, "recap_sealed")


@pytest.mark.both
def test_a_code_opens_one_case(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter((7, 7, 8))
    monkeypatch.setattr("api.cases.codes.secrets.randbelow", lambda below: next(drawn))
    first = office.asks(code=True)
    second = office.asks(who="+33612345679", code=True)
    account = office.account("Paul")
    assert [office.cases.take_by_code(account, code) for code in ("000007", "000008")] == [first, second]


def test_a_code_is_six_figures_kept_as_a_digest_and_renewed(office: Office) -> None:
    case = office.asks(code=True)
    first = office.code or ""
    assert first.isdigit() and len(first) == 6
    assert first not in str(office.case(case).code_digest)
    office.asks(code=True)
    account = office.account("Paul")
    if office.code != first:  # one time in a million
        with pytest.raises(Refused, match="wrong_code"):
            office.cases.take_by_code(account, first)
    assert office.cases.take_by_code(account, office.code or "") == case


def test_only_words_of_ours_are_kept_in_clear(office: Office) -> None:
    case = office.asks(
        reason="je suis malade et seule",
        recap={"procedure": "ma carte est perdue", "step": "au secours"},
        mode="à la maison",
        callback_on="2026-11-24",
        callback_half="tôt",
    )
    kept = office.case(case)
    assert (kept.reason, kept.procedure, kept.step, kept.mode, kept.callback_half) == ("other", None, None, None, None)
    with writing(office.engine) as session:
        assert b"secours" not in (session.get_one(Handoff, case).recap_sealed or b"")
