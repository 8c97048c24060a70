"""Facts that depend on the day: computed, never written by hand. Fact files name them as `rule`, with a source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from babel.dates import get_month_names

FRENCH = "fr"
_CONTENT = Path(__file__).parent


@cache
def _sentences(language: str) -> dict[str, str]:
    french = _CONTENT / "texts" / "computed.yaml"
    other = _CONTENT / "languages" / language / "computed.yaml"
    said = yaml.safe_load(french.read_text(encoding="utf-8"))
    return {**said, **(yaml.safe_load(other.read_text(encoding="utf-8")) if other.exists() else {})}


def _said(name: str, language: str, **values: str) -> str:
    return _sentences(language)[name].format(**values)


@cache
def _months(language: str) -> dict[int, str]:
    return dict(get_month_names("wide", locale=language))


def _day_and_month(number: int, day: date, language: str) -> str:
    return f"{number} {_months(language)[day.month]}"


def _shift(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def quarterly_months(day: date, language: str = FRENCH) -> str:
    """The three months declared to the CAF in the month of `day`: M-4, M-3 and M-2.

    Source: DILA F2882 (« en mars : novembre, décembre, janvier »).
    """
    first, second, third = (_months(language)[_shift(day, -n).month] for n in (4, 3, 2))
    return _said("months", language, first=first, second=second, third=third)


def opening_day(year: int, month: int) -> date:
    """The day the monthly update of `month` opens: the 28th, in February the 26th (DILA F1637)."""
    return date(year, month, 26 if month == 2 else 28)


def update_month(day: date) -> date | None:
    """First day of the month that can be declared to France Travail on `day`, None when the window is shut.

    The window of a month goes from its opening day to the 15th of the next month (DILA F1637).
    """
    if day >= opening_day(day.year, day.month):
        return day.replace(day=1)
    return _shift(day, -1) if day.day <= 15 else None


def update_window(day: date, language: str = FRENCH) -> str:
    """What is true of the monthly update on `day`, in words."""
    month = update_month(day)
    if month is None:
        start = opening_day(day.year, day.month)
        return _said("window_shut", language, day=_day_and_month(start.day, start, language))
    return _said("window_open", language, day=_day_and_month(15, _shift(month, 1), language))


def update_month_name(day: date, language: str = FRENCH) -> str:
    """The month to declare on `day`, or the next one to be declared."""
    return _months(language)[(update_month(day) or day).month]


def next_payment(day: date) -> date:
    """The next monthly payment of the CAF: the 5th (read in PA26, without what happens on a day off)."""
    return day.replace(day=5) if day.day <= 5 else _shift(day, 1).replace(day=5)


def payment_day(day: date, language: str = FRENCH) -> str:
    """About when the CAF pays next, in words: the 5th may be a Sunday or a holiday."""
    paid = next_payment(day)
    return _said("payment", language, day=_day_and_month(paid.day, paid, language))


COMPUTED: dict[str, Callable[..., str]] = {
    "mois_dtr": quarterly_months,
    "fenetre_actualisation": update_window,
    "mois_actualisation": update_month_name,
    "paiement_caf": payment_day,
}
