"""Encryption of what citizens say: sealed values that open only in their own row, and a blind index of addresses.

Keys are written one a line (or separated by commas), in a file or in ALLO_ENCRYPTION_KEYS:

    # comment
    1:<32 bytes in base64>
    2:<32 bytes in base64>

The highest number seals; all of them open. The lowest one stays for ever: the blind index is derived from it,
so that addresses are found again after a rotation.

A sealed value is: 1 byte, the key's number; 12 bytes, the nonce; the AES-256-GCM ciphertext and its tag.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
from collections.abc import Mapping
from hashlib import sha256

import phonenumbers
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
KEYS_HEADER = "# number:key. The highest number seals. Never remove the lowest one, and keep a copy elsewhere.\n"
INDEX_PURPOSE = b"allo blind index v1"
# One person, one conversation: a text message and a call from the same number come from the same address.
PHONE_SPACE = "phone"
PHONE_CHANNELS = frozenset({"sms", "voice"})


class VaultError(ValueError):
    """A key that cannot be used, or a value that does not open."""


def new_key_line(number: int) -> str:
    """A fresh key, as a line of the key file."""
    return f"{number}:{base64.b64encode(os.urandom(KEY_BYTES)).decode()}"


def parse_keys(text: str) -> dict[int, bytes]:
    """The keys by number. Raises VaultError, without quoting any of the text."""
    keys: dict[int, bytes] = {}
    bare = re.sub(r"#.*", "", text)
    for position, entry in enumerate(filter(None, re.split(r"[\s,]+", bare)), 1):
        number, _, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not number.isdecimal() or not 1 <= int(number) <= 255 or len(key) != KEY_BYTES:
            raise VaultError(f"key {position} is not written as number:base64 of {KEY_BYTES} bytes, number 1 to 255.")
        if int(number) in keys:
            raise VaultError(f"two keys have the number {int(number)}.")
        keys[int(number)] = key
    if not keys:
        raise VaultError("there is no key.")
    return keys


class Vault:
    """Seals and opens values with a ring of numbered keys."""

    def __init__(self, keys: Mapping[int, bytes]) -> None:
        self._ciphers = {number: AESGCM(key) for number, key in keys.items()}
        self.newest = max(keys)
        derive = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=INDEX_PURPOSE)
        self._index_key = derive.derive(keys[min(keys)])

    @classmethod
    def from_text(cls, text: str) -> Vault:
        """The vault of a key file's text."""
        return cls(parse_keys(text))

    def seal(self, text: str, *context: str) -> bytes:
        """`text` encrypted; it opens with the same context only (table, column, row id)."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self.newest].encrypt(nonce, text.encode("utf-8"), _associated(context))
        return bytes([self.newest]) + nonce + sealed

    def open(self, blob: bytes, *context: str) -> str:
        """The text of a sealed value. Raises VaultError when the key, the context or the bytes are not right."""
        cipher = self._ciphers.get(blob[0]) if blob else None
        if cipher is None:
            raise VaultError("the key of a stored value is not in the key ring.")
        nonce, sealed = blob[1 : 1 + NONCE_BYTES], blob[1 + NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, sealed, _associated(context)).decode("utf-8")
        except (InvalidTag, ValueError):
            raise VaultError("a stored value does not open: it was changed, moved, or sealed by another key.") from None

    def rotate(self, blob: bytes, *context: str) -> bytes | None:
        """The value sealed again by the newest key; None when it already is."""
        if blob and blob[0] == self.newest:
            return None
        return self.seal(self.open(blob, *context), *context)

    def index(self, channel: str, address: str) -> str:
        """What an address is looked up by: says nothing of the address to who lacks the key."""
        return self._digest("address", space(channel), normalise(channel, address))

    def receipt(self, channel: str, address: str, provider_id: str) -> str:
        """What a message is recognised by when it comes again, even after its citizen was forgotten."""
        return self._digest("message", channel, normalise(channel, address), provider_id)

    def _digest(self, *parts: str) -> str:
        return hmac.new(self._index_key, _associated(parts), sha256).hexdigest()


def space(channel: str) -> str:
    """The space an address lives in: phone numbers are the same address by text message and by voice."""
    return PHONE_SPACE if channel in PHONE_CHANNELS else channel


def normalise(channel: str, address: str) -> str:
    """The one way to write an address: +33… for a phone number, without spaces around for the others."""
    return _phone(address.strip()) if channel in PHONE_CHANNELS or channel == PHONE_SPACE else address.strip()


def _phone(address: str) -> str:
    try:
        number = phonenumbers.parse(address, "FR")
    except phonenumbers.NumberParseException:
        return address.casefold()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _associated(parts: tuple[str, ...]) -> bytes:
    """The parts as bytes, each with its length: ("ab", "c") and ("a", "bc") differ."""
    encoded = [part.encode("utf-8") for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
