"""Facts that depend on the day: the months of the quarterly declaration, the window of the monthly update."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from flows.computed import (
    COMPUTED,
    next_payment,
    opening_day,
    payment_day,
    quarterly_months,
    update_month,
    update_month_name,
    update_window,
)
from flows.library import Library


@pytest.mark.parametrize(
    ("month", "months"),
    [
        (1, "septembre, octobre et novembre"),
        (2, "octobre, novembre et décembre"),
        (3, "novembre, décembre et janvier"),
        (4, "décembre, janvier et février"),
        (5, "janvier, février et mars"),
        (6, "février, mars et avril"),
        (7, "mars, avril et mai"),
        (8, "avril, mai et juin"),
        (9, "mai, juin et juillet"),
        (10, "juin, juillet et août"),
        (11, "juillet, août et septembre"),
        (12, "août, septembre et octobre"),
    ],
)
def test_the_three_months_of_the_quarterly_declaration(month: int, months: str) -> None:
    for year in (2026, 2027, 2028):
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        assert quarterly_months(date(year, month, 1)) == quarterly_months(last) == months


@pytest.mark.parametrize(
    ("day", "months"),
    [
        (date(2026, 12, 3), "août, septembre et octobre"),
        (date(2026, 12, 31), "août, septembre et octobre"),
        (date(2027, 1, 1), "septembre, octobre et novembre"),
        (date(2027, 2, 28), "octobre, novembre et décembre"),
        (date(2028, 2, 29), "octobre, novembre et décembre"),
        (date(2028, 3, 1), "novembre, décembre et janvier"),
    ],
)
def test_the_quarterly_declaration_around_the_ends_of_years_and_months(day: date, months: str) -> None:
    assert quarterly_months(day) == COMPUTED["mois_dtr"](day) == months


def test_the_update_window_day_by_day_over_three_years() -> None:
    day = date(2026, 1, 1)
    while day < date(2029, 1, 1):
        opens = 26 if day.month == 2 else 28
        if day.day <= 15:
            expected: date | None = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
        else:
            expected = day.replace(day=1) if day.day >= opens else None
        assert update_month(day) == expected, day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "window", "month"),
    [
        (date(2026, 11, 15), "elle est ouverte jusqu'au 15 novembre, à minuit", "octobre"),
        (date(2026, 11, 16), "elle ouvre le 28 novembre", "novembre"),
        (date(2026, 11, 27), "elle ouvre le 28 novembre", "novembre"),
        (date(2026, 11, 28), "elle est ouverte jusqu'au 15 décembre, à minuit", "novembre"),
        (date(2026, 12, 31), "elle est ouverte jusqu'au 15 janvier, à minuit", "décembre"),
        (date(2027, 1, 1), "elle est ouverte jusqu'au 15 janvier, à minuit", "décembre"),
        (date(2027, 1, 16), "elle ouvre le 28 janvier", "janvier"),
        (date(2027, 2, 15), "elle est ouverte jusqu'au 15 février, à minuit", "janvier"),
        (date(2027, 2, 25), "elle ouvre le 26 février", "février"),
        (date(2027, 2, 26), "elle est ouverte jusqu'au 15 mars, à minuit", "février"),
        (date(2028, 2, 25), "elle ouvre le 26 février", "février"),
        (date(2028, 2, 29), "elle est ouverte jusqu'au 15 mars, à minuit", "février"),
        (date(2027, 3, 1), "elle est ouverte jusqu'au 15 mars, à minuit", "février"),
        (date(2027, 3, 16), "elle ouvre le 28 mars", "mars"),
    ],
)
def test_the_update_window_in_words(day: date, window: str, month: str) -> None:
    assert update_window(day) == COMPUTED["fenetre_actualisation"](day) == window
    assert update_month_name(day) == COMPUTED["mois_actualisation"](day) == month


def test_only_february_opens_on_the_26th() -> None:
    assert {month: opening_day(2028, month).day for month in range(1, 13)} == {
        m: 26 if m == 2 else 28 for m in range(1, 13)
    }


def test_the_next_payment_day_by_day_over_three_years() -> None:
    day = date(2026, 1, 1)
    while day < date(2029, 1, 1):
        paid = next_payment(day)
        assert paid.day == 5 and day <= paid, day
        assert (paid - day).days <= 30 and next_payment(paid) == paid
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 12, 5), "vers le 5 décembre"),
        (date(2026, 12, 6), "vers le 5 janvier"),
        (date(2028, 2, 29), "vers le 5 mars"),
    ],
)
def test_the_payment_day_in_words(day: date, said: str) -> None:
    assert payment_day(day) == said


def test_a_rule_is_said_only_as_long_as_it_was_checked(library: Library) -> None:
    fact = library.facts["mois_dtr"]
    assert fact.on(date(2026, 12, 3)) == "août, septembre et octobre"
    assert fact.sayable(date(2028, 2, 29)) and not fact.sayable(fact.review_before)
