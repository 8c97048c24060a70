"""Phone numbers as people say them, and which ones read SMS."""

from __future__ import annotations

import phonenumbers

FRANCE = 33
MOBILE = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


def can_text(phone: str | None) -> bool:
    """True for a number that reads SMS: a mobile one."""
    if not phone:
        return False
    try:
        number = phonenumbers.parse(phone, "FR")
    except phonenumbers.NumberParseException:
        return False
    # A whole French range is mobile (06, 07), whatever part of it a table of operators knows.
    french = number.country_code == FRANCE and str(number.national_number)[0] in "67"
    return french or phonenumbers.number_type(number) in MOBILE


def spaced(phone: str) -> str:
    """A number as it is read and said, by pairs: 06 12 34 56 78."""
    try:
        number = phonenumbers.parse(phone, "FR")
    except phonenumbers.NumberParseException:
        return phone
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, form.NATIONAL if number.country_code == FRANCE else form.INTERNATIONAL)
