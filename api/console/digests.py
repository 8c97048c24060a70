"""Keyed digests: what a token, a cookie or a form is recognised by, without keeping it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

TOKEN_BYTES = 32


@dataclass(frozen=True)
class Digests:
    """Digests of one service. With another secret key none matches: links, sessions and forms end."""

    key: bytes

    @classmethod
    def of(cls, secret_key: str) -> Digests:
        """The digests of a service, from its ALLO_SECRET_KEY."""
        return cls(hashlib.sha256(f"console\n{secret_key}".encode()).digest())

    def digest(self, purpose: str, value: str) -> str:
        """The digest of `value` for one purpose, in hexadecimal. Digests of two purposes never match."""
        return hmac.new(self.key, f"{purpose}\n{value}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def matches(self, purpose: str, value: str, digest: str) -> bool:
        """True when `digest` is that of `value`; takes as long whatever differs."""
        return hmac.compare_digest(self.digest(purpose, value).encode(), digest.encode("utf-8", "replace"))


def new_token() -> str:
    """A fresh secret that nobody guesses, safe in an address and in a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)
