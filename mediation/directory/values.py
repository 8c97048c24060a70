"""Single values of a row: postcode, code of a commune, phone, addresses of the web, day. None: not usable."""

from __future__ import annotations

import re
from datetime import date, datetime
from urllib.parse import urlsplit

import phonenumbers

POSTCODE = re.compile(r"\d{5}")
INSEE = re.compile(r"(?:[013-9]\d|2[AB1-9])\d{3}")
FRENCH = re.compile(r"\+33[1-9]\d{8}")
EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
MAX_URL = 1_000
NUMBERS = 5  # phone numbers looked at in one cell
UNKNOWN_YEARS = (1969, 1970)  # how a date of zero seconds is written, a time zone to the west of it or not
OVERSEAS = {
    "971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT", "977": "BL", "978": "MF",
    "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip


def postcode(text: str) -> str | None:
    """Five digits, the zero that a spreadsheet took away put back."""
    digits = re.sub(r"\.0$|^F-|[ .]", "", text)
    if digits.isascii() and digits.isdigit() and len(digits) == 4:
        digits = f"0{digits}"
    return digits if POSTCODE.fullmatch(digits) and digits[:2] != "00" and digits.isascii() else None


def insee(text: str, postcode: str) -> str | None:
    """The code of a commune, the zero that a spreadsheet took away put back.

    A code of the mainland with a postcode overseas is that of a namesake: there is a Mont-Dore on two oceans.
    """
    code = re.sub(r"\.0$", "", text).upper()
    code = f"0{code}" if len(code) == 4 and code.isdigit() else code
    if not code.isascii() or not INSEE.fullmatch(code):
        return None
    return code if code.startswith(("97", "98")) == postcode.startswith(("97", "98")) else None


def phone(text: str, postcode: str) -> str | None:
    """The first number that exists, in E.164; without an international prefix it is one of the postcode's region."""
    region = OVERSEAS.get(postcode[:3], "FR")
    for part in re.split(r"[|;,/]| ou ", text)[:NUMBERS]:
        written = part.strip()
        if FRENCH.fullmatch(written):
            return written
        for where in dict.fromkeys((region, "FR", "RE")):  # Mayotte and Réunion share a prefix
            number = parsed(written, where)
            if number is not None:
                return number
    return None


def parsed(text: str, region: str) -> str | None:
    """A number of that region in E.164."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def emails(text: str) -> tuple[list[str], list[str]]:
    """The addresses that look like one, and the others."""
    parts = [part.strip().removeprefix("mailto:") for part in re.split(r"[|;,\s]+", text) if part.strip()]
    good = list(dict.fromkeys(part for part in parts if EMAIL.fullmatch(part) and len(part) <= 254))
    return good, [part for part in parts if part not in good]


def url(text: str) -> str | None:
    """The first web address; « https:// » is added where it was left out. Nothing else than the web is kept."""
    for part in text.split("|"):
        written = part.strip()
        if re.match(r"www\.|[\w-]+(\.[\w-]+)+(/|$)", written):
            written = f"https://{written}"
        if is_web(written):
            return written
    return None


def is_web(address: str) -> bool:
    """True for an address that a page may link to."""
    if len(address) > MAX_URL or re.search(r"[\s\"'<>\\`]", address):
        return False
    try:
        split = urlsplit(address)
        return split.scheme in ("http", "https") and "@" not in split.netloc and is_host(split.hostname)
    except ValueError:
        return False


def is_host(name: str | None) -> bool:
    """True for a name that the whole internet could know."""
    return name is not None and HOST.fullmatch(name) is not None


def day(text: str) -> date | None:
    """A day written as « 2024-04-02 », with or without an hour, or as « 02/04/2024 »."""
    for form, written in (("%Y-%m-%d", text[:10]), ("%d/%m/%Y", text[:10])):
        try:
            return datetime.strptime(written, form).date()
        except ValueError:
            continue
    return None
