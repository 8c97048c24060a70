"""The second factor: codes of an authenticator app (TOTP), and recovery codes for the day the phone is lost."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyotp
import segno

from api.console_models import Mediator
from api.vault import Vault

ISSUER = "Allo Demarches"  # plain letters: some apps show accents badly
COLUMN = "totp_sealed"
PERIOD = 30  # seconds
RECOVERY_CODES = 8
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else


@dataclass(frozen=True)
class Factor:
    """What is kept, sealed: the app's secret, whether one code proved it, digests of the recovery codes left."""

    secret: str
    confirmed: bool
    recovery: tuple[str, ...] = ()


@dataclass(frozen=True)
class Enrolment:
    """What the page shows to add the account to an app: a QR code (SVG), the same as a link, and the key to type."""

    svg: str
    address: str
    key: str


def factor_of(mediator: Mediator, vault: Vault) -> Factor | None:
    """The factor of an account, None when it never began to add one."""
    kept: dict[str, Any] | None = mediator.unseal(vault, COLUMN)
    return Factor(kept["secret"], kept["confirmed"], tuple(kept["recovery"])) if kept else None


def enrolled(mediator: Mediator, vault: Vault) -> bool:
    """True when the account has an app that proved itself."""
    factor = factor_of(mediator, vault)
    return factor is not None and factor.confirmed


def start(mediator: Mediator, vault: Vault) -> Factor:
    """The secret to add to an app; the same one until it is confirmed, so that a reloaded page stays true."""
    factor = factor_of(mediator, vault)
    if factor is None:
        factor = Factor(pyotp.random_base32(), confirmed=False)
        _keep(mediator, vault, factor)
    return factor


def enrolment(mediator: Mediator, factor: Factor) -> Enrolment:
    """What the page shows of a secret not confirmed yet."""
    address = pyotp.TOTP(factor.secret).provisioning_uri(name=mediator.email, issuer_name=ISSUER)
    svg = segno.make(address, error="m").svg_inline(border=4, omitsize=True, light="#fff")
    return Enrolment(str(svg), address, " ".join(re.findall(".{1,4}", factor.secret)))


def confirm(mediator: Mediator, vault: Vault, code: str, at: datetime) -> tuple[str, ...] | None:
    """The recovery codes, to show once, if `code` is right; else None. The row must be locked by the caller."""
    factor = factor_of(mediator, vault)
    if factor is None or factor.confirmed or not _take_step(mediator, factor, code, at):
        return None
    return renew(mediator, vault, factor)


def renew(mediator: Mediator, vault: Vault, factor: Factor) -> tuple[str, ...]:
    """Fresh recovery codes, to show once; the older ones stop working."""
    codes = tuple(f"{_part()}-{_part()}-{_part()}" for _ in range(RECOVERY_CODES))
    _keep(mediator, vault, replace(factor, confirmed=True, recovery=tuple(map(_digest, codes))))
    return codes


def accept(mediator: Mediator, vault: Vault, code: str, at: datetime) -> bool:
    """True for a code of the app or a recovery code, each once. The row must be locked by the caller."""
    factor = factor_of(mediator, vault)
    if factor is None or not factor.confirmed:
        return False
    if _take_step(mediator, factor, code, at):
        return True
    digest = _digest(code)
    if digest not in factor.recovery:
        return False
    left = tuple(kept for kept in factor.recovery if kept != digest)
    _keep(mediator, vault, replace(factor, recovery=left))
    return True


def _take_step(mediator: Mediator, factor: Factor, code: str, at: datetime) -> bool:
    """Checks a code of the app, one step early or late allowed, and marks its step as used."""
    typed = re.sub(r"\s", "", code)
    totp, now = pyotp.TOTP(factor.secret, interval=PERIOD), int(at.timestamp()) // PERIOD
    for step in (now - 1, now, now + 1):
        right = hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode("utf-8", "replace"))
        if right and step > (mediator.totp_step or 0):
            mediator.totp_step = step
            return True
    return False


def _keep(mediator: Mediator, vault: Vault, factor: Factor) -> None:
    kept = {"secret": factor.secret, "confirmed": factor.confirmed, "recovery": list(factor.recovery)}
    mediator.seal(vault, COLUMN, kept)


def _part() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(4))


def _digest(code: str) -> str:
    """Of a code as typed: capitals, spaces and dashes do not count."""
    return hashlib.sha256(re.sub(r"[\s-]", "", code).casefold().encode("utf-8", "replace")).hexdigest()
