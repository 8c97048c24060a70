"""One try of one message: asks the provider first when it may have it already. No transaction is open here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from api.sending.backoff import MOST_DOUBTS
from api.sending.errors import Problem, Sender, SendFailed
from api.sending.letters import Letter

log = structlog.get_logger("allo.sending")


@dataclass(frozen=True)
class Outcome:
    """What a try gave: the provider's id, or why not. `doubt`: it may have left in this very try."""

    provider_id: str | None = None
    why: SendFailed | None = None
    doubt: bool = False


def attempt(letter: Letter, sender: Sender | None, known: Callable[[str, str], bool]) -> Outcome:
    """Tries to send; `known` tells whether an id is already the one of another message. Never raises SendFailed."""
    if sender is None:
        return Outcome(why=SendFailed(Problem.NOT_CONFIGURED))
    if letter.doubts:
        try:
            found = sender.find(letter.to, letter.rendered, letter.since)
        except Exception as error:
            # Not known yet: sending now could repeat it.
            return Outcome(why=SendFailed(Problem.TIMEOUT, getattr(error, "retry_after", None)))
        if found is not None and not known(letter.channel, found):
            return Outcome(found)
        if letter.doubts >= MOST_DOUBTS:
            return Outcome(why=SendFailed(Problem.TIMEOUT))
    return _sent(letter, sender)


def _sent(letter: Letter, sender: Sender) -> Outcome:
    try:
        return Outcome(sender.send(letter.to, letter.rendered, letter.key))
    except SendFailed as why:
        return Outcome(why=why, doubt=why.problem.uncertain)
    except Exception as bug:  # a fault of ours: the message may have left before it
        log.error("sender_fault", channel=letter.channel, error=type(bug).__name__)
        return Outcome(why=SendFailed(Problem.TIMEOUT), doubt=True)
