"""The named conditions a condition may use. A closed table: there is no expression language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flows.model import Condition

UNKNOWN = "inconnu"


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _is(value: Any, wanted: Any, _day: date) -> bool:
    return bool(value == wanted)


def _is_one_of(value: Any, wanted: Any, _day: date) -> bool:
    return value in wanted


def _at_least(value: Any, wanted: Any, _day: date) -> bool:
    number = _number(value)
    return number is not None and number >= wanted


def _less_than(value: Any, wanted: Any, _day: date) -> bool:
    number = _number(value)
    return number is not None and number < wanted


def _days_ago_at_least(value: Any, wanted: Any, day: date) -> bool:
    try:
        return bool((day - date.fromisoformat(str(value))).days >= wanted)
    except ValueError:
        return False


def department(postcode: str) -> str:
    """The département of a French postcode: 2 digits, 3 overseas (« 97400 » → « 974 »), 2A/2B as « 20 »."""
    return postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]


def _department_in(value: Any, wanted: Any, _day: date) -> bool:
    return department(str(value)) in wanted


def _unknown(value: Any, _wanted: Any, _day: date) -> bool:
    return bool(value == UNKNOWN)


CONDITIONS: dict[str, Callable[[Any, Any, date], bool]] = {
    "is_": _is,
    "is_one_of": _is_one_of,
    "at_least": _at_least,
    "less_than": _less_than,
    "days_ago_at_least": _days_ago_at_least,
    "department_in": _department_in,
    "unknown": _unknown,
}


def used(condition: Condition) -> list[str]:
    """The names of the conditions that a condition sets."""
    return [name for name in CONDITIONS if getattr(condition, name) is not None]


def holds(condition: Condition, value: Any, day: date) -> bool:
    """True when every condition of `condition` holds for `value` on `day`; a missing answer holds nothing."""
    if value is None:
        return False
    return all(CONDITIONS[name](value, getattr(condition, name), day) for name in used(condition))
