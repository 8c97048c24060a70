"""What a check found, without any words: those are in flows/texts/doctor.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """How a check ended."""

    OK = "ok"
    FIX = "fix"
    SKIP = "skip"  # does not concern this service, or could not be looked at


@dataclass(frozen=True)
class Finding:
    """One line: `check` and `case` name its words, `values` stand in them. Never holds a secret."""

    check: str
    status: Status
    case: str
    values: Mapping[str, str] = field(default_factory=dict)


def ok(check: str, case: str, **values: str) -> Finding:
    """All is well."""
    return Finding(check, Status.OK, case, values)


def fix(check: str, case: str, **values: str) -> Finding:
    """Somebody must do something; the words say what."""
    return Finding(check, Status.FIX, case, values)


def skip(check: str, case: str, **values: str) -> Finding:
    """Nothing to look at; the words say why."""
    return Finding(check, Status.SKIP, case, values)
