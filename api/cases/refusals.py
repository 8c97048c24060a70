"""Why an act on a case is refused: each becomes one clear sentence on the mediator's page."""

from __future__ import annotations

REFUSALS = (
    "take_first",  # nobody holds it: it must be taken before
    "wrong_code",
    "too_many_codes",
    "step_moved",  # the citizen or somebody else went on meanwhile
    "no_step",  # no procedure is under way
    "unreachable",  # no channel to write to this person
    "empty_text",
    "text_too_long",
    "unknown_colleague",
    "unknown_place",
    "empty_place",  # nobody with an active account works there
    "held_already",  # transferred to who holds it
    "past_day",
    "bad_day",  # too far away to be promised
    "unknown_half",
    "unknown_closing",
    "consent_given",
)
"""The names that `Refused` carries: the texts of the console have a sentence for each."""


class CaseError(Exception):
    """An act that cannot be done."""


class NotYours(CaseError):
    """No such case for this account: whether one exists is not told."""


class Taken(CaseError):
    """Somebody else holds it. `by` is their first name, None when their account is gone."""

    def __init__(self, by: str | None) -> None:
        super().__init__("the case is held by somebody else")
        self.by = by


class Over(CaseError):
    """The case is closed, for ever."""


class Refused(CaseError):
    """It cannot be done so. `name` is one of REFUSALS."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
