"""Nobody in charge any more, old news, a half-day that is over: the citizen is never left between two chairs."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from api.cases.account import account_of
from api.cases.refusals import Refused
from api.cases.scope import may_open
from api.channel_models import Delivery
from api.console_models import Mediator
from api.db import reading, writing
from tests.cases.clock_kit import Town, place, quiet_town  # noqa: F401 - a fixture
from tests.cases.desk_kit import Office

CALL = {"mode": "callback", "callback_on": "2026-11-23", "callback_half": "afternoon"}
pytestmark = pytest.mark.one_database


@pytest.fixture
def town(quiet_town: Town) -> Town:  # noqa: F811
    """Somebody works in Beauvais and in a place further away, on a Monday morning."""
    quiet_town.directory(place("a"), place("b", 10))
    for name in "ab":
        quiet_town.mediator(f"De{name}", name)
    quiet_town.at("2026-11-23 10:00")
    return quiet_town


class TestWhoHeldItIsNoMore:
    @pytest.mark.parametrize("change", [{"active": False}, {"role": "administrator"}])
    def test_the_case_goes_on_at_once_to_others_though_nobody_owes_a_word(
        self, town: Town, change: dict[str, object]
    ) -> None:
        case, ana = town.asks_here(), town.account("Ana", "a")
        town.cases.take(ana, case)
        town.cases.reply(ana, case, "Bonjour.", "1")
        town.received(case)
        assert town.tick("2026-11-23 10:05") == 0
        with writing(town.engine) as session:
            for name, value in change.items():
                setattr(session.get_one(Mediator, ana.id), name, value)
        assert [town.tick(f"2026-11-23 10:0{minute}") for minute in (6, 7)] == [1, 0]
        assert town.case(case).mediator_id is None
        [told] = town.received(case)
        assert "Ana n'a pas pu" in told and "de nouveau moi" in told

    def test_a_deleted_account_leaves_no_case_without_a_clock(self, town: Town) -> None:
        case, ana = town.asks_here(), town.account("Ana", "a")
        town.cases.take(ana, case)
        town.cases.reply(ana, case, "Bonjour.", "1")
        town.received(case)
        town.delete(ana)
        assert [town.tick(f"2026-11-23 10:0{minute}") for minute in (6, 7)] == [1, 0]
        assert town.case(case).answer_by is not None
        assert len(town.received(case)) == 1


class TestNewsThatIsOld:
    def test_what_the_clock_had_to_say_is_not_said_once_somebody_has_the_case(self, town: Town) -> None:
        town.settings = town.settings.model_copy(update={"pushes_a_day": 1})
        Town.__post_init__(town)
        case, ana = town.asks_here(), town.account("Ana", "b", territory=True)
        town.tick("2026-11-23 10:15")
        assert len(town.received(case)) == 1
        town.tick("2026-11-23 10:30")  # late; told tomorrow, for it would be one push too many
        town.at("2026-11-23 10:40")
        town.cases.take(ana, case)
        town.outbox.drain(town.case(case).citizen_id)
        town.at("2026-11-24 10:00")
        assert [one for one in town.received(case) if "responsable" in one] == []
        with reading(town.engine) as session:
            assert "dropped" in set(session.scalars(select(Delivery.state)))


class TestAHalfDayThatIsOver:
    def test_a_call_is_not_promised_for_this_morning_in_the_afternoon(self, office: Office) -> None:
        ana = office.account("Ana", territory=True)
        case = office.asks(mode="callback")
        office.cases.take(ana, case)
        office.now += timedelta(hours=5)  # three in the afternoon
        with pytest.raises(Refused, match="past_day"):
            office.cases.schedule(ana, case, date(2026, 11, 23), "morning")
        office.cases.schedule(ana, case, date(2026, 11, 23), "afternoon")
        assert office.case(case).answer_by is not None

    def test_nor_for_another_century(self, office: Office) -> None:
        ana = office.account("Ana", territory=True)
        case = office.asks(mode="callback")
        office.cases.take(ana, case)
        for day in (date(9999, 12, 31), date(2028, 11, 23)):
            with pytest.raises(Refused, match="bad_day"):
                office.cases.schedule(ana, case, day, None)


@pytest.mark.both
class TestAQueueThatNobodySees:
    def test_what_no_place_took_stays_where_somebody_sees_it(self, town: Town) -> None:
        case = town.asks_here()
        for at in ("10:15", "10:30"):
            town.tick(f"2026-11-23 {at}")
        row = town.case(case)
        assert row.late_since is not None and seen_by(town, case) == ["Deb"]
        town.asks_here(callback_on="2026-11-25", mode="callback")  # the citizen says more: it is not lost either
        assert len(seen_by(town, case)) == 1
        assert town.case(case).late_since == row.late_since, "it waits no less for that"

    def test_without_a_commune_a_place_has_it(self, town: Town) -> None:
        town.asks_here()
        case = town.asks_here(who="+33612345679", commune=None)
        assert seen_by(town, case) == ["Deb"]  # the least busy
        town.mediator("Chef", role="coordinator")
        other = town.asks_here(who="+33612345670", commune=None)
        assert seen_by(town, other) == ["Chef"]


def seen_by(town: Town, case: uuid.UUID) -> list[str]:
    """Who sees a case."""
    with reading(town.engine) as session:
        accounts = [account_of(session, row) for row in session.scalars(select(Mediator).order_by(Mediator.email))]
        return [account.name for account in accounts if may_open(session, account, case)]


class TestCodesTriedByMany:
    def test_patience_does_not_open_a_case(self, office: Office) -> None:
        ana = office.account("Ana")
        office.asks(mode="place", code=True)
        wrong = "000000" if office.code != "000000" else "000001"
        refusals = []
        for _ in range(60):
            office.later(3)
            with pytest.raises(Refused) as refused:
                office.cases.take_by_code(ana, wrong)
            refusals.append(refused.value.name)
        assert refusals.count("wrong_code") <= 30

    def test_nor_do_many_accounts(self, office: Office) -> None:
        office.asks(mode="place", code=True)
        wrong = "000000" if office.code != "000000" else "000001"
        refusals = []
        for number in range(30):
            account = office.account(f"Ana{number}")
            for _ in range(4):
                with pytest.raises(Refused) as refused:
                    office.cases.take_by_code(account, wrong)
                refusals.append(refused.value.name)
        assert refusals.count("wrong_code") <= 60
