"""Passwords: kept as argon2 digests, and refused when anybody would guess them."""

from __future__ import annotations

import threading
import unicodedata
from dataclasses import dataclass
from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST, LONGEST = 12, 200
FEW_LETTERS = 5
PERIOD = 6
LEFT_OVER = 6
ROWS = ("abcdefghijklmnopqrstuvwxyz", "0123456789", "azertyuiopqsdfghjklmwxcvbn", "qwertyuiopasdfghjklzxcvbnm")
COMMON = ("motdepasse", "password", "allodemarches", "mediateur", "mediatrice", "azerty", "qwerty", "bonjour")
# At once: each check takes 19 MiB, and a flood of them must not take the memory of the service.
AT_ONCE = 4
ROOM = threading.BoundedSemaphore(AT_ONCE)
HASHES = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1),))


@dataclass(frozen=True)
class Checked:
    """Whether the password is right, and its new digest when it was made with older parameters."""

    right: bool
    fresh: str | None = None


class Passwords:
    """Makes and checks digests: argon2id with 19 MiB, two passes, one lane."""

    def __init__(self) -> None:
        self._nobody = _digest_of_nobody()

    def digest(self, password: str) -> str:
        """What is kept of a password."""
        with ROOM:
            return HASHES.hash(_same(password))

    def check(self, password: str, digest: str | None) -> Checked:
        """Compares. Without a digest (no such account, or no password yet) it takes as long, and is never right."""
        with ROOM:
            try:
                right, fresh = HASHES.verify_and_update(_same(password)[:LONGEST], digest or self._nobody)
            except UnknownHashError:
                right, fresh = False, None
        return Checked(right and digest is not None, fresh if right and digest is not None else None)


@cache
def _digest_of_nobody() -> str:
    return HASHES.hash("nobody has this password")


def weakness(password: str, email: str) -> str | None:
    """Why a new password is refused, as the name of a sentence; None when it is fine."""
    text = _same(password)
    if len(text) < SHORTEST:
        return "password_short"
    if len(text) > LONGEST:
        return "password_long"
    low, address = text.casefold().strip(), email.casefold()
    person = address.partition("@")[0]
    if low == address or (len(person) > 3 and len(low.replace(address, "").replace(person, "")) < LEFT_OVER):
        return "password_email"
    return "password_easy" if _repeats(low) or _follows(low) or _is_common(low) else None


def _same(password: str) -> str:
    """One way to write it, whatever the keyboard: an é may come as one character or as two."""
    return unicodedata.normalize("NFKC", password)


def _repeats(text: str) -> bool:
    periodic = any(text == (text[:n] * len(text))[: len(text)] for n in range(1, PERIOD + 1))
    return periodic or len(set(text)) < FEW_LETTERS


def _follows(text: str) -> bool:
    turns = [row * (len(text) // len(row) + 2) for row in ROWS]
    return any(text in turn or text in turn[::-1] for turn in turns)


def _is_common(text: str) -> bool:
    """A common word with figures or signs around it."""
    letters = "".join(letter for letter in text if letter.isalpha())
    return any(letters in (word, word * 2) for word in COMMON)
