"""The code that a citizen brings to a place: six figures, of which only the keyed digest is kept."""

from __future__ import annotations

import re
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.case_models import Handoff
from api.vault import Vault
from mediation.cases import OPEN

DIGITS = 6


def fresh_code(session: Session, vault: Vault, case: Handoff) -> str:
    """A code that opens this case, and no other; the one it had before stops working."""
    while True:
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        taken = select(Handoff.id).where(Handoff.code_digest == _digest(vault, code))
        if session.scalar(taken) is None:
            case.code_digest = _digest(vault, code)
            return code


def case_of_code(session: Session, vault: Vault, code: str) -> Handoff | None:
    """The open case of a code as it was typed (« 123 456 »), None when it opens none."""
    figures = re.sub(r"\D", "", code)
    if len(figures) != DIGITS:
        return None
    found = select(Handoff).where(Handoff.code_digest == _digest(vault, figures), Handoff.status == OPEN)
    return session.scalars(found).one_or_none()


def _digest(vault: Vault, code: str) -> str:
    return vault.receipt("case_code", "", code)
