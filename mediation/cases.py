"""The words of a case: why it was opened, how help is wanted, what may happen to it, how it ends."""

from __future__ import annotations

SAFETY = "safety"  # may be in danger: first in each list
REASONS = ("asked", "stuck", "unclear", SAFETY, "no_equipment", "expired_fact", "outcome", "silence", "other")

OPEN, CLOSED = "open", "closed"

# Written here and now; called back at a half-day; met at a place; a call already passed on.
LIVE, CALLBACK, PLACE, TRANSFER = "live", "callback", "place", "transfer"
MODES = (LIVE, CALLBACK, PLACE, TRANSFER)

YES, NO, UNCLEAR = "oui", "non", "pas_clair"
CONSENTS = (YES, NO, UNCLEAR)

MORNING, AFTERNOON = "morning", "afternoon"
HALVES = (MORNING, AFTERNOON)

# `rerouted`: by the clock, nobody took it; `timed_out`: who took it stayed silent; `given_back`: who took it cannot go
# on; `left`: the citizen went back to the assistant; `late`: nobody left to ask; `asked_consent`: to read what was said
# before.
MOVES = (
    "opened", "routed", "rerouted", "late", "taken", "given_back", "timed_out", "left", "transferred",
    "driven", "called", "scheduled", "asked_consent", "noted", "closed", "reminded",
)  # fmt: skip

CLOSINGS = ("aide", "rendez_vous", "reoriente", "injoignable", "refus", "sans_suite", "oublie")
"""How a case ends, said by a mediator; `oublie` is written by the machine, when the citizen wants to be forgotten."""

FORGOTTEN = "oublie"
SAID_CLOSINGS = tuple(word for word in CLOSINGS if word != FORGOTTEN)
"""The closings that a person may choose."""
