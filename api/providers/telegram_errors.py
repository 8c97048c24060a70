"""What Telegram's refusals mean for a message that waits."""

from __future__ import annotations

from concurrent.futures import CancelledError
from datetime import timedelta

import httpx
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from api.sending.errors import Problem, SendFailed

# Nobody behind that chat any more, said as a bad request.
GONE = ("chat not found", "peer_id_invalid", "user not found", "user is deactivated")
# The connection was never made, or no answer could be expected from it: Telegram has nothing of ours.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)


def failure(error: BaseException) -> SendFailed:
    """The failure to raise for an error of a call, whatever it is. Keeps nothing of the error's text."""
    if isinstance(error, RetryAfter):
        return SendFailed(Problem.THROTTLED, retry_after=in_seconds(error.retry_after))
    return SendFailed(_problem(error))


def in_seconds(period: int | float | timedelta) -> float:
    """A period of the library, which gives a number or a timedelta according to its settings."""
    return period.total_seconds() if isinstance(period, timedelta) else float(period)


def _problem(error: BaseException) -> Problem:
    if isinstance(error, InvalidToken):
        return Problem.NOT_CONFIGURED
    if isinstance(error, Forbidden):
        return Problem.OPTED_OUT
    if isinstance(error, BadRequest):  # a kind of NetworkError for the library, so it is asked about first
        return Problem.OPTED_OUT if any(said in error.message.lower() for said in GONE) else Problem.REFUSED
    if isinstance(error, NetworkError):
        return _of_network(error)
    unreadable = type(error) is TelegramError  # « OK », then something that is no answer of Telegram
    return Problem.TIMEOUT if unreadable or isinstance(error, TimeoutError | CancelledError) else Problem.REFUSED


def _of_network(error: NetworkError) -> Problem:
    """A timeout is said only where the message may have been taken."""
    cause = error.__cause__
    answered = not isinstance(cause, httpx.HTTPError)
    return Problem.PROVIDER_DOWN if answered or isinstance(cause, NOT_SENT) else Problem.TIMEOUT
