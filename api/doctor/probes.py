"""Asks the public address as a stranger would: the webhooks must be there, and refuse what nobody signed."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import httpx

from api.doctor import addresses
from api.doctor.findings import Finding, Status, fix, ok, skip
from api.settings import Settings

SECONDS = 10.0
FORBIDDEN = 403
NOT_OURS = (404, 405, 410)
OTHER_LOCKS = (401, 407)


def probes(settings: Settings, address: Finding, offline: bool) -> Iterator[Finding]:
    """One empty, unsigned request to each webhook in use; `address` is what was found of the public address.

    Nothing is sent that could make a turn, should a route take it.
    """
    paths = [addresses.TELEGRAM] if addresses.telegram_webhook_wanted(settings) else []
    paths += [addresses.SMS, addresses.VOICE] if addresses.twilio_wanted(settings) else []
    if not paths:
        return
    if offline or address.status is Status.FIX:
        yield skip("probe", "offline") if offline else skip("probe", "address_first")
        return
    with httpx.Client(timeout=SECONDS, follow_redirects=False) as client:
        for path in paths:
            try:
                status = client.post(addresses.webhook(settings, path)).status_code
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                yield _unreached(error)
                return  # the same host: the others would say the same
            yield _meaning(status, path)


def _meaning(status: int, path: str) -> Finding:
    if status == FORBIDDEN:
        return ok("probe", "refuses", path=path)
    if 200 <= status < 300:
        return fix("probe", "open", path=path)
    if 300 <= status < 400:
        return fix("probe", "redirects", path=path)
    if status in NOT_OURS:
        return fix("probe", "not_there", path=path, status=str(status))
    if status in OTHER_LOCKS:
        return fix("probe", "locked", path=path, status=str(status))
    if status >= 500:
        return fix("probe", "down", path=path, status=str(status))
    return fix("probe", "strange", path=path, status=str(status))


def _unreached(error: Exception) -> Finding:
    if isinstance(error, httpx.TimeoutException):
        return fix("probe", "slow")
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return fix("probe", "certificate")
        cause = cause.__cause__ or cause.__context__
    return fix("probe", "unreachable")
