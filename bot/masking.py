"""Takes out of a text what must never be stored: social security, bank and card numbers, passwords and codes.

Phone numbers, dates, amounts and postcodes stay: the assistant needs them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum import iban, luhn
from stdnum.exceptions import ValidationError
from stdnum.fr import nir

from bot.masking_words import ALLOCATAIRE, SECRETS, SPOKEN_RUN, is_secret, spoken_digits

LONG = 13  # digits in a row that nothing the assistant asks for ever has
GAP = r"[\s.\-_/·•‐‑–,\u200b\u2060]{0,3}"  # what people put between digits
MARKS = {
    "nir": "▮NIR▮",
    "iban": "▮IBAN▮",
    "card": "▮CARTE▮",
    "password": "▮SECRET▮",
    "number": "▮NUMÉRO▮",
}
Span = tuple[int, int]
Found = tuple[int, int, str]
Finder = Callable[[str], Iterator[Found]]


@dataclass(frozen=True)
class Masked:
    """A text that may be kept, and the kinds of what was taken out of it, once each, in order."""

    text: str
    kinds: tuple[str, ...] = ()


def _spread(pattern: str) -> str:
    """A pattern of single characters (`d` for a digit) with gaps allowed between them."""
    return GAP.join({"d": r"\d"}.get(part, part) for part in pattern.split())


MONTH = f"(?:0{GAP}[1-9]|1{GAP}[0-2]|[23]{GAP}\\d|4{GAP}[0-2]|[5-9]{GAP}\\d)"
NIR = re.compile(
    rf"(?<!\d)[1-478]{GAP}{_spread('d d')}{GAP}{MONTH}{GAP}(?:2{GAP}[AaBb]|{_spread('d d')})"
    rf"{GAP}{_spread('d d d d d d')}(?:{GAP}{_spread('d d')})?(?!\d)"
)
IBAN = re.compile(rf"(?<![^\W_])[A-Za-z]{{2}}{GAP}\d{GAP}\d(?:{GAP}[A-Za-z0-9]){{11,30}}")
FRENCH_IBAN = re.compile(rf"(?<![^\W_])[Ff]{GAP}[Rr](?:{GAP}\d){{12}}(?:{GAP}[A-Za-z0-9]){{11}}(?:{GAP}\d){{2}}(?!\d)")
FRENCH_RIB = re.compile(r"(?<!\d)(?P<secret>\d{5}[\s\-]\d{5}[\s\-][A-Za-z0-9]{11}[\s\-]\d{2})(?!\d)")
LONG_NUMBER = re.compile(rf"(?P<secret>\d{{{LONG},}})")
CLUSTER = re.compile(r"\d+(?:[\s.\-_\u200b\u2060]{1,3}\d+)*")
PHONE = re.compile(r"(?<![\d])(?:(?:\+|00)\s?33[\s.\-]?(?:\(0\)\s?)?[1-9]|0[1-9])(?:[\s.\-]?\d{2}){4}(?!\d)")
DATE = re.compile(r"(?<!\d)(?<!\d[./\-])\d{1,2}([./\-])(?:0?\d|1[0-2])\1\d{2}(?:\d{2})?(?!\d)(?![./\-]\d)")


def mask(text: str) -> Masked:
    """`text` with a mark in place of each number or secret that must not be kept."""
    kinds: dict[str, None] = {}
    ribs, longs, files = _all(FRENCH_RIB, "iban"), _all(LONG_NUMBER, "number"), _all(ALLOCATAIRE, "number")
    for find in (_ibans, ribs, _nirs, _cards, longs, files, _secrets, _spoken):
        text = _replaced(text, find, kinds)
    return Masked(text, tuple(kinds))


def _replaced(text: str, find: Finder, kinds: dict[str, None]) -> str:
    parts, done = [], 0
    for start, end, kind in find(_plain_digits(text)):
        parts += [text[done:start], MARKS[kind]]
        kinds.setdefault(kind)
        done = end
    return "".join((*parts, text[done:]))


def _plain_digits(text: str) -> str:
    """The text with ０１２ or ٠١٢ as 012, at the same places."""
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() and not c.isascii() else c for c in text)


def _ibans(text: str) -> Iterator[Found]:
    position = 0
    while match := IBAN.search(text, position):
        french = FRENCH_IBAN.match(text, match.start())
        end = french.end() if french else _iban_end(text, match)
        if end is not None:
            yield match.start(), end, "iban"
        position = end or match.start() + 1


def _iban_end(text: str, match: re.Match[str]) -> int | None:
    """Where the IBAN that begins at `match` ends: the longest valid one, as words may follow it."""
    places = [place for place in range(match.start(), match.end()) if text[place].isalnum()]
    for length in range(len(places), 14, -1):
        end = places[length - 1] + 1
        inside = not text[end : end + 1].isdigit()
        if inside and _valid(iban, "".join(text[place] for place in places[:length])):
            return end
    return None


def _nirs(text: str) -> Iterator[Found]:
    phones = [match.span() for match in PHONE.finditer(text)]
    position = 0
    while match := NIR.search(text, position):
        if any(_only_near(match, phone) for phone in phones):
            position = match.start() + 1
            continue
        end = _nir_end(match, phones)
        digits = _digits(text[match.start() : end])
        is_nir = len(digits) == 13 or _valid(nir, digits)
        yield match.start(), end, "nir" if is_nir else "card" if _valid(luhn, digits) else "number"
        position = end


def _nir_end(match: re.Match[str], phones: list[Span]) -> int:
    """The end of the match, without the two digits of a phone number said right after the 13 of a NIR."""
    places = [place for place in range(*match.span()) if match.string[place].isalnum()]
    return places[12] + 1 if any(places[13:] and start == places[13] for start, _ in phones) else match.end()


def _only_near(match: re.Match[str], phone: Span) -> bool:
    """True for digits that look like a NIR only because a phone number stands among them."""
    inside = phone[0] <= match.start() < phone[1]
    after = match.start() < phone[0] < match.end()
    return inside or (after and match.group()[1].isdigit())  # a NIR in pairs begins with one digit alone


def _cards(text: str) -> Iterator[Found]:
    kept = [match.span() for pattern in (PHONE, DATE) for match in pattern.finditer(text)]
    for cluster in CLUSTER.finditer(text):
        groups = [
            (cluster.start() + g.start(), cluster.start() + g.end()) for g in re.finditer(r"\d+", cluster.group())
        ]
        first = 0
        while first < len(groups):
            last = _card_end(text, groups, first, kept)
            if last is not None:
                yield groups[first][0], groups[last][1], "card"
            first = first + 1 if last is None else last + 1


def _card_end(text: str, groups: list[Span], first: int, kept: list[Span]) -> int | None:
    """The last group of the longest card number that begins with the group `first`."""
    found, digits = None, ""
    for last in range(first, len(groups)):
        digits += text[slice(*groups[last])]
        if len(digits) > 19:
            break
        if len(digits) >= LONG and _valid(luhn, digits) and _may_be_card(groups[first : last + 1], kept):
            found = last
    return found


def _may_be_card(groups: list[Span], kept: list[Span]) -> bool:
    """False for a phone number or a date with other numbers around it. A card written two by two may look like both."""
    start, end = groups[0][0], groups[-1][1]
    over = [span for span in kept if span[0] < end and start < span[1]]
    sizes = [group[1] - group[0] for group in groups[:-1]]
    as_printed = len(set(sizes)) == 1 or sizes[:2] == [4, 6]  # in equal groups, or 4-6-5 as American Express does
    return not over or (as_printed and all(start < span[0] for span in over))


def _all(shape: re.Pattern[str], kind: str) -> Finder:
    """Finds what its shape, or the word before it, is enough to tell."""
    return lambda text: ((*match.span("secret"), kind) for match in shape.finditer(text))


def _secrets(text: str) -> Iterator[Found]:
    done = 0
    for start, end in sorted(match.span("secret") for pattern in SECRETS for match in pattern.finditer(text)):
        if start >= done and is_secret(text[start:end]):
            yield start, end, "password"
            done = end


def _spoken(text: str) -> Iterator[Found]:
    """Numbers said in words, or half in words: read as digits, then held to the same rules."""
    for match in SPOKEN_RUN.finditer(text):
        digits = spoken_digits(match.group())
        if len(digits) < LONG:
            continue
        found = NIR.fullmatch(digits)
        if found or _valid(luhn, digits):
            yield *match.span(), "nir" if found else "card"


def _digits(text: str) -> str:
    return "".join(character.upper() for character in text if character.isalnum())


def _valid(kind: object, number: str) -> bool:
    try:
        kind.validate(number)  # type: ignore[attr-defined]
    except (ValidationError, ValueError):
        return False
    return True
