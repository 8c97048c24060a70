"""What may go wrong with a send, as a closed list, and what a provider's client must be able to do."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.channels.base import Rendered


class Problem(StrEnum):
    """Why a message did not leave, whatever the provider. The word is what is stored and counted."""

    THROTTLED = "throttled"  # too many at once: the provider says when to come back
    PROVIDER_DOWN = "provider_down"  # it answered 5xx, or took no connection: it has nothing of ours
    TIMEOUT = "timeout"  # no answer came: the message may have been accepted
    OPTED_OUT = "opted_out"  # the person wants nothing more there (STOP, bot blocked)
    BAD_NUMBER = "bad_number"  # nobody can be reached there
    REFUSED = "refused"  # the provider will never take this message
    NOT_CONFIGURED = "not_configured"  # this service has no account for the channel

    @property
    def retry(self) -> bool:
        """True when the same message may pass later."""
        return self in (Problem.THROTTLED, Problem.PROVIDER_DOWN, Problem.TIMEOUT)

    @property
    def of_address(self) -> bool:
        """True when nothing can be sent to that address, whatever the message."""
        return self in (Problem.OPTED_OUT, Problem.BAD_NUMBER)

    @property
    def uncertain(self) -> bool:
        """True when the message may have left all the same."""
        return self is Problem.TIMEOUT


class SendFailed(Exception):
    """A provider did not take a message. Carries no address and no words.

    `problem` is a `Problem` or its word (ValueError for any other); `retry_after` is in seconds, when the provider
    said how long to wait.
    """

    def __init__(self, problem: Problem | str, retry_after: float | None = None) -> None:
        self.problem = Problem(problem)
        self.retry_after = retry_after
        super().__init__(self.problem.value)


class Sender(Protocol):
    """A provider's client. Used from several threads at once; each call ends within `api.sending.claims.LEASE` / 2."""

    def send(self, to: str, rendered: Rendered, key: str) -> str:
        """Sends one message, and gives the provider's id of it.

        `key` is the same at each try of one message, for providers that know how to recognise it. Raises SendFailed;
        `timeout` only when the provider may have accepted the message.
        """

    def find(self, to: str, rendered: Rendered, since: datetime) -> str | None:
        """The provider's id of this very message if it was accepted since that moment.

        None when there is no such message, or when the provider cannot tell. Raises SendFailed when it must be asked
        again later.
        """
