"""Who is there: available by their own word, present while their page asks for news, and only at work."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from api.cases.presence import gone, helped, seen, set_available, staffed
from api.console_models import Mediator
from api.db import reading, writing
from tests.cases.clock_kit import Town, quiet_town  # noqa: F401 - a fixture


@pytest.fixture
def town(quiet_town: Town) -> Town:  # noqa: F811
    """Monday, ten o'clock."""
    quiet_town.at("2026-11-23 10:00")
    return quiet_town


def there(town: Town) -> bool:
    """Whether somebody could answer now."""
    with reading(town.engine) as session:
        return staffed(session, town.now, town.territory)


def test_a_minute_after_the_last_news_of_the_page_nobody_is_there(town: Town) -> None:
    ana = town.mediator("Ana", "a")
    assert not there(town)
    with writing(town.engine) as session:
        seen(session, ana, town.now)
    found = []
    for seconds in (0, 59, 1):
        town.now += timedelta(seconds=seconds)
        found.append(there(town))
    assert found == [True, True, False]


def test_who_says_no_or_leaves_is_not_there(town: Town) -> None:
    ana = town.mediator("Ana", territory=True)
    found = []
    for step in (
        lambda session: seen(session, ana, town.now),
        lambda session: set_available(session, ana, False),
        lambda session: set_available(session, ana, True),
        lambda session: gone(session, ana),
    ):
        with writing(town.engine) as session:
            step(session)
        found.append(there(town))
    assert found == [True, False, True, False]


def test_an_open_page_at_night_is_nobody(town: Town) -> None:
    ana = town.mediator("Ana", "a")
    found = []
    for at in ("2026-11-23 16:59", "2026-11-23 17:00", "2026-11-25 10:00", "2026-12-25 10:00"):
        town.at(at)
        with writing(town.engine) as session:
            seen(session, ana, town.now)
        found.append(there(town))
    assert found == [True, False, True, False]


@pytest.mark.parametrize(
    "columns", [{}, {"active": False, "territory": True}, {"role": "administrator", "territory": True}]
)
def test_who_has_no_queue_is_nobody(town: Town, columns: dict[str, Any]) -> None:
    ana = town.mediator("Ana", **columns)
    with writing(town.engine) as session:
        seen(session, ana, town.now)
    assert not there(town)


def test_who_can_help_one_day_may_sign_in_and_sees_cases(town: Town) -> None:
    """Present or not, available or not."""

    def able() -> bool:
        with reading(town.engine) as session:
            return helped(session)

    opened = {"password_hash": "x", "territory": True}
    nobody = [{"password_hash": None}, {"territory": False}, {"active": False}, {"role": "administrator"}]
    for number, columns in enumerate(nobody):
        town.mediator(f"Nobody{number}", **{**opened, **columns})
    assert not able()
    somebody: list[dict[str, Any]] = [
        {"available": False}, {"password_hash": None, "oidc_subject": "x"}, {"territory": False, "role": "coordinator"},
    ]  # fmt: skip
    for number, columns in enumerate(somebody):
        one = town.mediator(f"Somebody{number}", **{**opened, **columns})
        assert able(), columns
        _disable(town, one)
        assert not able()
    town.mediator("Ana", "a", password_hash="x")
    assert able(), "an account of a place"


def _disable(town: Town, account: uuid.UUID) -> None:
    with writing(town.engine) as session:
        session.get_one(Mediator, account).active = False
