"""What is fetched from an identity provider: its description, its keys, its signed tokens."""

from __future__ import annotations

import time
from typing import Any

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

TIMEOUT = 5.0  # seconds, for each answer
KEPT_FOR = 600.0  # seconds
SIGNATURES = ["RS256", "PS256", "ES256"]  # never those of a shared secret, nor none


class ProviderDown(Exception):
    """The provider does not answer, or not as agreed."""


class Untrusted(Exception):
    """What came back cannot be believed: a code, a state, a nonce, a signature or a claim is not the one expected."""


class Wire:
    """Fetches, and keeps for ten minutes what does not change."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}

    def fetched(self, address: str, fresh: bool = False) -> dict[str, Any]:
        """The JSON object at an address. Raises ProviderDown."""
        at, found = self._kept.get(address, (0.0, None))
        if found is None or fresh or time.monotonic() - at > KEPT_FOR:
            found = as_json(call("GET", address))
            self._kept[address] = (time.monotonic(), found)
        return found

    def opened(self, token: str, keys: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Header and claims of a token signed by a key found at the address `keys`. Raises ProviderDown, Untrusted.

        The keys are fetched again once: the provider may have changed them.
        """
        for fresh in (False, True):
            try:
                ring = KeySet.import_key_set(self.fetched(keys, fresh))  # type: ignore[arg-type]
                read = jwt.decode(token, ring, algorithms=SIGNATURES)
            except (JoseError, ValueError, TypeError, KeyError):
                continue
            return dict(read.header), dict(read.claims)
        raise Untrusted


def call(method: str, address: str, **what: Any) -> httpx.Response:
    """The answer to a request. Raises Untrusted when the provider refuses it, ProviderDown when it does not answer."""
    try:
        response = httpx.request(method, address, timeout=TIMEOUT, **what)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ProviderDown from error
    if response.is_client_error:
        raise Untrusted
    if not response.is_success:
        raise ProviderDown
    return response


def as_json(response: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer. Raises ProviderDown when it is none."""
    try:
        read = response.json()
    except ValueError as error:
        raise ProviderDown from error
    if not isinstance(read, dict):
        raise ProviderDown
    return read
