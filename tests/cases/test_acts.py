"""What mediators do to a case: taking, answering, noting, driving, passing on, closing."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from api.case_models import Handoff
from api.cases.account import Account
from api.cases.acts import NotYours, Over, Refused, Taken
from api.cases.refusals import REFUSALS
from api.cases.report import Report
from api.cases.scope import may_open
from api.db import reading, writing
from api.models import Citizen, Message, Run
from api.sending.optouts import opt_out
from bot.messages import Inbound
from mediation.cases import CLOSINGS
from tests.cases.desk_kit import FIRST_STEP, MARIE, PROCEDURE, Office

ROOT = Path(__file__).parents[2]
TEXTS, CODE = ROOT / "flows" / "texts", ROOT / "api" / "cases"
REPORT = Report(date(2026, 11, 23), 15, ("aide_aux_demarches",))


def taken(office: Office, name: str = "Claire") -> tuple[Account, uuid.UUID]:
    """A case that an account of the territory has just taken, the citizen having read so."""
    account = office.account(name, territory=True)
    case = office.asks()
    office.cases.take(account, case)
    office.received(case)
    return account, case


def answers(office: Office, case: uuid.UUID) -> dict[str, object]:
    """What was answered in the run in hand."""
    run = office.talk_of(case).run
    assert run
    return dict(run.answers)


# Taking


def test_a_case_is_taken_and_the_citizen_is_told_by_first_name_once(office: Office) -> None:
    claire = office.account("Claire", territory=True)
    case = office.asks()
    before = office.case(case)
    office.later()
    office.cases.take(claire, case)
    after = office.case(case)
    assert (after.mediator_id, after.taken_at, after.status) == (claire.id, office.now, "open")
    assert after.answer_by and after.answer_by > office.now
    assert after.updated_at > before.updated_at
    told = office.received(case)
    assert len(told) == 1 and "Claire" in told[0]
    office.cases.take(claire, case)  # pressed twice
    assert office.received(case) == []
    assert office.moves(case) == [("taken", None)]
    assert office.journal() == [("claire", "taken")]
    assert office.events("case_taken") == ["live"]


def test_who_comes_second_is_told_who_was_first(office: Office) -> None:
    claire, paul = (office.account(name, territory=True) for name in ("Claire", "Paul"))
    case = office.asks()
    office.cases.take(claire, case)
    with pytest.raises(Taken) as error:
        office.cases.take(paul, case)
    assert error.value.by == "Claire"
    with pytest.raises(NotYours):  # for all the rest the case is out of sight
        office.cases.reply(paul, case, "Bonjour", "r1")
    assert office.case(case).mediator_id == claire.id


def test_what_only_who_holds_a_case_may_do_asks_to_take_it_first(office: Office) -> None:
    claire = office.account("Claire", territory=True)
    case = office.asks()
    for act in (
        lambda: office.cases.reply(claire, case, "Bonjour", "r1"),
        lambda: office.cases.drive(claire, case, "cpam", FIRST_STEP, False),
        lambda: office.cases.release(claire, case),
        lambda: office.cases.close(claire, case, "aide", REPORT),
    ):
        with pytest.raises(Refused) as error:
            act()
        assert error.value.name == "take_first"
    assert office.received(case) == [] and office.case(case).status == "open"


# Answering


def test_words_of_a_person_are_said_once_for_one_request(office: Office) -> None:
    claire, case = taken(office)
    office.later()
    first = office.cases.reply(claire, case, "  Bonjour Marie,\r\nje regarde. ", "r1")
    assert office.cases.reply(claire, case, "Bonjour Marie, je regarde.", "r1") == first
    second = office.cases.reply(claire, case, "Je regarde encore.", "r2")
    assert office.received(case) == ["Claire : Bonjour Marie,\nje regarde.", "Claire : Je regarde encore."]
    said = {row.id: row for row in office.said(case)}
    assert said[first].mediator_id == claire.id and said[first].case_id == case
    assert second != first and said[second].turn > said[first].turn
    held = office.case(case)
    assert (held.spoken_at, held.answer_by, held.updated_at) == (office.now, None, office.now)


def test_the_same_request_of_another_account_is_another_message(office: Office) -> None:
    claire, case = taken(office)
    paul = office.account("Paul", territory=True)
    first = office.cases.reply(claire, case, "Bonjour", "r1")
    office.cases.transfer(claire, case, paul.id, None, "")
    assert office.cases.reply(paul, case, "Bonjour", "r1") != first


def test_numbers_that_must_not_be_kept_are_masked_in_a_mediators_words_too(office: Office) -> None:
    claire, case = taken(office)
    office.cases.reply(claire, case, "Votre IBAN FR14 2004 1010 0505 0001 3M02 606 est bon", "r1")
    office.cases.note(claire, case, "NIR 2 69 05 49 588 157 80")
    assert "2004" not in office.received(case)[0]
    with reading(office.engine) as session:
        row = session.scalars(select(Message).where(Message.mediator_id == claire.id)).one()
        assert "2004" not in str(row.unseal(office.vault, "text_sealed"))


@pytest.mark.parametrize(("text", "name"), [(" \n", "empty_text"), ("a" * 2_001, "text_too_long")])
def test_words_that_are_none_or_too_long_are_refused(office: Office, text: str, name: str) -> None:
    claire, case = taken(office)
    for act in (lambda: office.cases.reply(claire, case, text, "r"), lambda: office.cases.note(claire, case, text)):
        with pytest.raises(Refused) as error:
            act()
        assert error.value.name == name


def test_who_wrote_stop_cannot_be_written_to_and_nothing_is_kept(office: Office) -> None:
    claire, case = taken(office)
    with writing(office.engine) as session:
        opt_out(session, office.vault, "sms", MARIE, "test", office.now)
    for act in (
        lambda: office.cases.reply(claire, case, "Bonjour", "r1"),
        lambda: office.cases.send_step(claire, case),
        lambda: office.cases.ask_consent(claire, case),
        lambda: office.cases.drive(claire, case, "cpam", FIRST_STEP, True),
    ):
        with pytest.raises(Refused) as error:
            act()
        assert error.value.name == "unreachable"
    assert [row for row in office.said(case) if row.mediator_id] == []
    assert answers(office, case) == {}
    office.cases.close(claire, case, "injoignable", REPORT)  # what need not be said can be done


def test_a_step_is_answered_in_the_citizens_place(office: Office) -> None:
    claire, case = taken(office)
    driven = office.cases.drive(claire, case, "cpam", FIRST_STEP, False)
    assert driven.understood and driven.shown and driven.shown.step == "probleme"
    assert office.received(case) == []
    assert answers(office, case) == {"caisse": "cpam"}
    with reading(office.engine) as session:
        run = session.scalars(select(Run)).one()
        assert (run.procedure, run.step, run.status) == (PROCEDURE, "probleme", "open")
        assert run.unseal(office.vault, "answers_sealed") == {"caisse": "cpam"}
    assert office.case(case).step == "probleme"
    assert office.moves(case)[-1] == ("driven", FIRST_STEP)
    office.cases.drive(claire, case, "perdue", "probleme", True)
    assert len(office.received(case)) == 1


def test_a_step_that_was_not_understood_changes_nothing(office: Office) -> None:
    claire, case = taken(office)
    driven = office.cases.drive(claire, case, "le chat est parti", FIRST_STEP, True)
    assert not driven.understood and driven.problem
    assert answers(office, case) == {} and office.received(case) == []
    assert ("driven", FIRST_STEP) not in office.moves(case)


def test_a_step_that_moved_meanwhile_is_not_answered(office: Office) -> None:
    claire, case = taken(office)
    office.cases.drive(claire, case, "cpam", FIRST_STEP, False)
    with pytest.raises(Refused) as error:  # the same button, pressed twice
        office.cases.drive(claire, case, "cpam", FIRST_STEP, False)
    assert error.value.name == "step_moved"
    assert answers(office, case) == {"caisse": "cpam"}


def test_the_step_that_waits_is_said_as_the_assistant_would(office: Office) -> None:
    claire, case = taken(office)
    office.cases.send_step(claire, case)
    told = office.received(case)
    assert len(told) == 1 and "CPAM" in told[0]
    assert office.journal()[-1] == ("claire", "sent_step")


def test_there_is_no_step_to_say_or_answer_outside_a_procedure(office: Office) -> None:
    claire, case = taken(office)
    with writing(office.engine) as session:
        place = office.place(session, case)
        place.talk_sealed = None
    for act in (
        lambda: office.cases.send_step(claire, case),
        lambda: office.cases.drive(claire, case, "cpam", FIRST_STEP, False),
    ):
        with pytest.raises(Refused) as error:
            act()
        assert error.value.name == "no_step"
    assert office.cases.shown(claire, case) is None


# The call-back


def test_a_half_day_is_set_told_and_written_down(office: Office) -> None:
    claire, case = taken(office)
    day = office.now.date() + timedelta(days=1)
    office.cases.schedule(claire, case, day, "morning")
    held = office.case(case)
    assert (held.mode, held.callback_on, held.callback_half) == ("callback", day, "morning")
    told = office.received(case)
    assert len(told) == 1 and "Claire" in told[0] and "24 novembre" in told[0]
    office.later()
    office.cases.called(claire, case, False)
    office.later()
    office.cases.called(claire, case, True)
    assert office.moves(case)[1:] == [("scheduled", "morning"), ("called", "missed"), ("called", "reached")]
    assert office.events("case_called") == ["missed", "reached"]
    assert office.received(case) == []


def test_a_half_day_that_is_past_or_unknown_is_refused(office: Office) -> None:
    claire, case = taken(office)
    for day, half, name in ((-1, None, "past_day"), (1, "night", "unknown_half")):
        with pytest.raises(Refused) as error:
            office.cases.schedule(claire, case, office.now.date() + timedelta(days=day), half)
        assert error.value.name == name
    office.cases.schedule(claire, case, office.now.date(), None)
    assert office.case(case).callback_half is None


# Passing on


def test_a_released_case_waits_again_and_the_assistant_is_back(office: Office) -> None:
    claire, case = taken(office)
    office.cases.release(claire, case)
    held = office.case(case)
    assert (held.status, held.mediator_id, held.taken_at, held.spoken_at) == ("open", None, None, None)
    assert held.answer_by and held.answer_by > office.now
    told = office.received(case)
    assert "Claire" in told[0] and "assistant" in told[0]
    assert office.moves(case)[-1] == ("given_back", None)
    office.cases.take(office.account("Paul", territory=True), case)


def test_a_colleague_holds_the_case_at_once_and_the_scope_moves_with_it(office: Office) -> None:
    claire, case = taken(office)
    paul = office.account("Paul", "elsewhere")
    office.cases.transfer(claire, case, paul.id, None, "Il connaît la dame")
    held = office.case(case)
    assert (held.mediator_id, held.taken_at) == (paul.id, office.now)
    told = office.received(case)
    assert len(told) == 1 and "Paul" in told[0]
    with reading(office.engine) as session:
        assert [may_open(session, account, case) for account in (claire, paul)] == [False, True]
    with pytest.raises(NotYours):
        office.cases.reply(claire, case, "Encore moi", "r9")
    office.cases.reply(paul, case, "Bonjour, ici Paul", "r1")


def test_a_case_given_to_a_place_waits_there(office: Office) -> None:
    office.places("p1")
    claire, case = taken(office)
    paul = office.account("Paul", "p1")
    office.cases.transfer(claire, case, None, "p1", "")
    held = office.case(case)
    assert (held.mediator_id, held.place_id) == (None, "p1")
    assert held.answer_by and held.answer_by > office.now
    assert "Lieu p1" in office.received(case)[0]
    office.cases.take(paul, case)


def test_a_case_goes_only_where_somebody_works(office: Office) -> None:
    office.places("empty", "left")
    claire, case = taken(office)
    gone = office.account("Paul", "left")
    office.disable(gone)
    admin = office.account("Ada", role="administrator")
    for colleague, place, name in (
        (gone.id, None, "unknown_colleague"),
        (admin.id, None, "unknown_colleague"),
        (uuid.uuid4(), None, "unknown_colleague"),
        (None, None, "unknown_colleague"),
        (claire.id, None, "held_already"),
        (None, "no-such-place", "unknown_place"),
        (None, "empty", "empty_place"),
        (None, "left", "empty_place"),
    ):
        with pytest.raises(Refused) as error:
            office.cases.transfer(claire, case, colleague, place, "")
        assert error.value.name == name
    assert office.case(case).mediator_id == claire.id and office.received(case) == []


def test_a_coordinator_gives_the_case_of_who_is_away_to_a_colleague(office: Office) -> None:
    _claire, case = taken(office)
    boss, paul = office.account("Odile", role="coordinator"), office.account("Paul")
    with pytest.raises(Taken) as error:
        office.cases.reply(boss, case, "Bonjour", "r1")
    assert error.value.by == "Claire"
    office.cases.transfer(boss, case, paul.id, None, "")
    assert office.case(case).mediator_id == paul.id


# The code that the citizen brings


def test_a_code_gives_the_case_whatever_the_scope(office: Office) -> None:
    case = office.asks(mode="place", code=True)
    code = office.code
    assert code and len(code) == 6 and code.isdigit()
    far = office.account("Paul", "far")
    assert office.cases.take_by_code(far, f" {code[:3]} {code[3:]} ") == case
    assert office.case(case).mediator_id == far.id
    assert office.cases.take_by_code(far, code) == case  # typed twice
    assert office.moves(case) == [("taken", "code")]
    near = office.account("Zoé", "near")  # the citizen went elsewhere in the end
    office.cases.take_by_code(near, code)
    assert office.case(case).mediator_id == near.id
    office.cases.close(near, case, "aide", REPORT)
    with pytest.raises(Refused) as error:
        office.cases.take_by_code(near, code)
    assert error.value.name == "wrong_code"


def test_wrong_codes_are_counted_and_then_even_the_right_one_waits(office: Office) -> None:
    case = office.asks(code=True)
    code = office.code or ""
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    paul, other = office.account("Paul"), office.account("Zoé")
    for n in range(5):
        with pytest.raises(Refused) as error:
            office.cases.take_by_code(paul, wrong if n % 2 else "12")
        assert error.value.name == "wrong_code"
    with pytest.raises(Refused) as error:
        office.cases.take_by_code(paul, code)
    assert error.value.name == "too_many_codes"
    assert office.cases.take_by_code(other, code) == case
    assert office.journal().count(("paul", "wrong_code")) == 5
    office.later(11)
    assert office.cases.take_by_code(paul, code) == case


def test_an_administrator_takes_nothing(office: Office) -> None:
    office.asks(code=True)
    with pytest.raises(NotYours):
        office.cases.take_by_code(office.account("Ada", role="administrator"), office.code or "")


# Closing


@pytest.mark.parametrize("resume", [False, True])
def test_a_closed_case_never_opens_again_and_a_new_request_is_a_new_case(office: Office, resume: bool) -> None:
    claire, case = taken(office)
    run = office.talk_of(case).run
    office.cases.close(claire, case, "aide", REPORT, resume)
    ended = office.case(case)
    assert (ended.status, ended.closing, ended.closed_at) == ("closed", "aide", office.now)
    assert (ended.answer_by, ended.code_digest, ended.mediator_id) == (None, None, claire.id)
    with reading(office.engine) as session:
        assert session.get_one(Handoff, case).unseal(office.vault, "report_sealed") == REPORT.to_json()
    told = office.received(case)
    assert any("assistant" in text for text in told)
    assert any("CPAM" in text for text in told) is resume  # the step that waits is said when it is handed back there
    assert office.talk_of(case).run == run
    assert office.moves(case)[-1] == ("closed", "aide")
    assert office.events("case_closed") == ["aide"]
    for act in (
        lambda: office.cases.take(claire, case),
        lambda: office.cases.reply(claire, case, "Encore", "r9"),
        lambda: office.cases.close(claire, case, "refus", REPORT),
        lambda: office.cases.transfer(claire, case, claire.id, None, ""),
    ):
        with pytest.raises(Over):
            act()
    office.later()
    again = office.asks()
    assert again != case
    assert (office.case(case).status, office.case(again).status) == ("closed", "open")


def test_a_closing_is_a_word_of_the_shared_vocabulary(office: Office) -> None:
    claire, case = taken(office)
    for word in ("oublie", "fini", ""):
        with pytest.raises(Refused) as error:
            office.cases.close(claire, case, word, REPORT)
        assert error.value.name == "unknown_closing"
    assert office.case(case).status == "open" and "oublie" in CLOSINGS


def test_a_coordinator_may_close_a_case_that_nobody_holds(office: Office) -> None:
    case, boss = office.asks(), office.account("Odile", role="coordinator")
    office.cases.close(boss, case, "sans_suite", None)
    assert office.case(case).closing == "sans_suite"


# The consent


@pytest.mark.parametrize(("said", "consent"), [("oui", "oui"), ("non", "non"), ("je ne sais pas trop", "pas_clair")])
def test_the_citizen_answers_whether_what_was_said_before_may_be_read(
    office: Office, understanding: object, said: str, consent: str
) -> None:
    claire, case = taken(office)
    office.cases.ask_consent(claire, case)
    told = office.received(case)
    assert len(told) == 1 and "Claire" in told[0]
    office.later()
    office.conversations(understanding).receive(Inbound("sms", MARIE, said, "m1", office.now))
    kept = office.case(case)
    assert (kept.consent, kept.reason, kept.mediator_id) == (consent, "asked", claire.id)


def test_who_agreed_is_not_asked_again(office: Office) -> None:
    claire, case = taken(office)
    office.change(case, consent="oui")
    with pytest.raises(Refused) as error:
        office.cases.ask_consent(claire, case)
    assert error.value.name == "consent_given"


# All of them


def test_a_case_that_is_forgotten_is_no_case_any_more(office: Office) -> None:
    claire, case = taken(office)
    with writing(office.engine) as session:
        owner = session.scalars(select(Citizen)).one()
        session.delete(owner)
    for act in (
        lambda: office.cases.reply(claire, case, "Bonjour", "r1"),
        lambda: office.cases.take(claire, case),
        lambda: office.cases.close(claire, case, "aide", REPORT),
    ):
        with pytest.raises(NotYours):
            act()


def test_each_refusal_has_a_sentence_for_mediators() -> None:
    said = yaml.safe_load((TEXTS / "mediateur_dossier.yaml").read_text(encoding="utf-8"))["dossier"]["said"]
    assert [name for name in REFUSALS if not said.get(name)] == []
    raised = {name for path in CODE.glob("*.py") for name in re.findall(r'Refused\(\s*"(\w+)"', path.read_text())}
    assert raised <= set(REFUSALS)
