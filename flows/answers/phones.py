"""Reads a French phone number, typed or spoken, and keeps it in the international form."""

from __future__ import annotations

import re

import phonenumbers

from flows.answers.numbers import small_digits
from flows.answers.reading import NOTHING, Reading

# Métropole first, then overseas: to the library, a number of La Réunion is no number of « FR ».
REGIONS = ("FR", "RE", "GP", "MQ", "GF", "YT")
CALLING_CODES = frozenset(phonenumbers.country_code_for_region(region) for region in REGIONS)

CALLABLE = (
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    phonenumbers.PhoneNumberType.VOIP,
)


def read_phone(text: str) -> Reading:
    """The number in E.164 (« 06 12 34 56 78 » → « +33612345678 »), metropolitan or overseas."""
    for said in (text, _glued(text)):
        for region in REGIONS:
            for match in phonenumbers.PhoneNumberMatcher(said, region):
                if phonenumbers.number_type(match.number) not in CALLABLE:
                    return Reading(problem="phone_not_callable")
                return Reading(phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164))
    figures = re.sub(r"\D", "", text) or _glued(text)
    return Reading(problem="phone_length") if 6 <= len(figures) <= 14 else NOTHING


def callable_number(address: str) -> str | None:
    """A number written by a provider, in E.164 when it is one of France (overseas too) that can be called back."""
    try:
        number = phonenumbers.parse(address, None)
    except phonenumbers.NumberParseException:
        return None
    if number.country_code not in CALLING_CODES or phonenumbers.number_type(number) not in CALLABLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _glued(text: str) -> str:
    """The figures of a spoken number, end to end: « zéro six douze… » and « six douze… » give the same."""
    spoken = re.findall(r"\d+|zero|zéro", small_digits(text.lower()))
    figures = "".join("0" if part.startswith("z") else part for part in spoken)
    return figures if figures.startswith("0") or len(figures) != 9 else f"0{figures}"
