"""Sealed values open only where they were sealed; addresses are found without being readable."""

from __future__ import annotations

import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.vault import Vault, VaultError, new_key_line, parse_keys

ONE, TWO = new_key_line(1), new_key_line(2)
PLACE = ("messages", "text_sealed", "row-1")
vault = Vault.from_text(ONE)


@given(st.text(), st.lists(st.text(max_size=20), max_size=4))
def test_what_is_sealed_opens_again(text: str, context: list[str]) -> None:
    assert vault.open(vault.seal(text, *context), *context) == text


def test_the_same_words_never_look_the_same() -> None:
    assert vault.seal("oui", *PLACE) != vault.seal("oui", *PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("runs", *PLACE[1:]),
        (PLACE[0], "reply_sealed", PLACE[2]),
        (*PLACE[:2], "row-2"),
        ("messagestext_sealed", "row-1"),
        (),
    ],
)
def test_a_value_moved_elsewhere_does_not_open(elsewhere: tuple[str, ...]) -> None:
    with pytest.raises(VaultError):
        vault.open(vault.seal("oui", *PLACE), *elsewhere)


def test_a_value_changed_or_cut_does_not_open() -> None:
    blob = vault.seal("oui", *PLACE)
    for bad in (blob[:-1], blob[:20], b"", b"\x01", blob[:-1] + bytes([blob[-1] ^ 1]), b"\x07" + blob[1:]):
        with pytest.raises(VaultError):
            vault.open(bad, *PLACE)


def test_the_newest_key_seals_and_the_old_ones_still_open() -> None:
    both = Vault.from_text(f"{TWO}\n{ONE}")
    old, new = vault.seal("oui", *PLACE), both.seal("oui", *PLACE)
    assert (old[0], new[0]) == (1, 2)
    assert both.open(old, *PLACE) == both.open(new, *PLACE) == "oui"
    with pytest.raises(VaultError, match="key ring"):
        vault.open(new, *PLACE)
    turned = both.rotate(old, *PLACE)
    assert turned and turned[0] == 2 and both.open(turned, *PLACE) == "oui"
    assert both.rotate(new, *PLACE) is None


def test_addresses_are_found_after_a_rotation_and_only_with_the_key() -> None:
    both = Vault.from_text(f"{ONE},{TWO}")
    assert both.index("sms", "+33612345678") == vault.index("sms", "+33612345678")
    assert vault.index("sms", "+33612345678") != Vault.from_text(TWO).index("sms", "+33612345678")


@pytest.mark.parametrize(
    "written", ["06 12 34 56 78", "0612345678", "+33 6 12 34 56 78", " 0033612345678", "06.12.34.56.78"]
)
def test_a_phone_number_is_the_same_however_it_is_written(written: str) -> None:
    assert vault.index("voice", written) == vault.index("sms", "+33612345678")


def test_channels_do_not_share_addresses_but_phone_and_sms() -> None:
    indexes = {vault.index(channel, "0612345678") for channel in ("sms", "voice", "web", "telegram")}
    assert len(indexes) == 3
    assert vault.index("web", "aB") != vault.index("web", "ab")


def test_a_receipt_tells_channel_address_and_id_apart() -> None:
    receipts = {
        vault.receipt(*parts)
        for parts in (("web", "a", "1"), ("web", "b", "1"), ("web", "a", "2"), ("telegram", "a", "1"))
    }
    assert len(receipts) == 4


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing",
        "motdepasse",
        "0:" + ONE.partition(":")[2],
        "256:" + ONE.partition(":")[2],
        "1:" + base64.b64encode(os.urandom(16)).decode(),
        f"{ONE}\n{ONE}",
        "un:" + ONE.partition(":")[2],
        "1:&é",
    ],
)
def test_a_key_ring_that_cannot_be_used_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(VaultError) as refused:
        parse_keys(text)
    assert not text or text not in str(refused.value)


def test_a_key_file_may_have_comments_and_blank_lines() -> None:
    assert list(parse_keys(f"# one, two: three\n\n{ONE}  # mine\n{TWO}\n")) == [1, 2]
