"""How a place is told: why it comes up, out loud, and as a text message. Words: flows/texts/places.yaml."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import phonenumbers
import yaml
from babel.dates import format_date

import flows
from flows.dates import in_words
from flows.gsm7 import segments
from mediation.hours import Opening, hour_in_words
from mediation.nearest import Ranked

TEXTS = Path(flows.__file__).parent / "texts" / "places.yaml"
MOST_SMS = 2
TONIGHT = timedelta(hours=18)  # an hour alone says when it closes only up to then
NAME_KEPT = 60  # letters of a name, in a message too long


@dataclass(frozen=True)
class Telling:
    """A place in words: one sentence on why, what a voice says, and a message of two SMS at most."""

    why: str
    spoken: str
    sms: str


def tell(near: Ranked, at: datetime, organisme: str | None = None, documents: Sequence[str] = ()) -> Telling:
    """`near` in words, at the moment `at` (with a time zone). `documents`: what the procedure asks to bring."""
    return Telling(why_of(near, at, organisme), _spoken(near, at), _sms(near, at, documents))


def why_of(near: Ranked, at: datetime, organisme: str | None = None) -> str:
    """« Ce lieu France services aide pour la CAF, et il est ouvert maintenant. »"""
    words = _words()["why"]
    body = _words()["bodies"].get(organisme or "")
    said_for = words["for_body"].format(body=body) if body else words["for_all"]
    closes = hour_in_words(near.times.closes) if near.times.closes else ""
    values = {"body": body or "", "for": said_for, "when": _when(near, at), "km": kilometres_of(near), "closes": closes}
    helps, helps_well = _either(words, "helps", near.why.helps)
    more, more_well = _either(words, "more", near.why.more)
    joined = words["alike" if helps_well == more_well else "unlike"] if more else ""
    sentence = words["sentence"].format(helps=helps, joined=joined, more=more)
    return str(sentence).format(**values)


def _either(words: dict[str, Any], kind: str, name: str) -> tuple[str, bool]:
    """The text called `name`, and whether it speaks for the place."""
    if name in words[f"{kind}_badly"]:
        return words[f"{kind}_badly"][name], False
    return (words[kind][name] if name else ""), True


def kilometres_of(near: Ranked) -> str:
    """« 12 kilomètres », « moins d'un kilomètre »; empty when it is not known."""
    words = _words()["kilometres"]
    if near.distance_km is None:
        return ""
    count = round(near.distance_km)
    return str(words["less" if count == 0 else "one" if count == 1 else "many"]).format(km=count)


def opening_of(near: Ranked, at: datetime) -> str:
    """Whether it is open, or when it opens, and how far this can be relied on."""
    words, times = _words()["opening"], near.times
    if times.open_now:
        closes = times.closes if times.closes and times.closes - at < TONIGHT else None
        name = "open_unverified" if times.unverified else "open_until" if closes else "open_now"
        said = words[name].format(hour=hour_in_words(closes) if closes else "")
    elif times.next_opening:
        said = words["opens"].format(when=_when(near, at))
    else:
        said = words["unknown" if times.open_now is None else "closed_for_long"]
    doubt = doubt_of(near)
    if not doubt and times.open_now is not None:
        return str(said)
    first = _words()["call_first" if near.place.phone else "ask_first"]
    return " ".join(part for part in (said, doubt and f"{doubt[0].upper()}{doubt[1:]}.", first) if part)


def doubt_of(near: Ranked) -> str:
    """« horaires non vérifiés depuis mars 2023 »; empty when the hours were looked at not long ago, or are unknown."""
    if not near.times.unverified:
        return ""
    if near.times.since is None:
        return str(_words()["unverified"])
    month = format_date(near.times.since, "MMMM y", locale="fr")
    return str(_words()["unverified_since"]).format(month=month)


def phone_of(near: Ranked) -> str:
    """The number as people dial it in France, « 03 44 00 00 00 »; empty when there is none."""
    if not near.place.phone:
        return ""
    try:
        number = phonenumbers.parse(near.place.phone)
    except phonenumbers.NumberParseException:
        return near.place.phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def _when(near: Ranked, at: datetime) -> str:
    """« demain à 9 heures », in the place's own time; empty when no opening is known."""
    words, opens = _words()["when"], near.times.next_opening
    if opens is None:
        return ""
    days = (opens.date() - at.astimezone(opens.tzinfo).date()).days
    name = {0: "today", 1: "tomorrow"}.get(days, "this_week" if days < 7 else "later")
    weekday, day = (in_words(opens, form) for form in ("EEEE", "EEEE d MMMM"))
    return str(words[name]).format(hour=hour_in_words(opens), weekday=weekday, day=day)


def _spoken(near: Ranked, at: datetime) -> str:
    words, phone, far = _words()["spoken"], phone_of(near), kilometres_of(near)
    said = [words["place"].format(name=near.place.name, commune=near.place.commune)]
    said += [words["far"].format(km=far)] if far and not near.own else []
    said += [opening_of(near, at), words["phone"].format(phone=phone) if phone else words["no_phone"]]
    return " ".join(said)


def _sms(near: Ranked, at: datetime, documents: Sequence[str]) -> str:
    """Name, address, hours, phone and what to bring, as much as two SMS hold; the phone is never cut."""
    place, words = near.place, _words()["sms"]
    phone, hours = phone_of(near), _hours(near, at)
    address = ", ".join(part for part in (place.address, f"{place.postcode} {place.commune}".strip()) if part)
    kept = [words["phone"].format(phone=phone)] if phone else []
    if not phone and place.appointment:
        kept = [words["appointment"].format(url=place.appointment)]
    hours_line = [words["hours"].format(hours=hours)] if hours else []
    bring = [words["bring"].format(documents=", ".join(documents))] if documents else []
    short_name = place.name[:NAME_KEPT]
    tries = (
        [place.name, address, *hours_line, *kept, *bring],
        [place.name, address, *hours_line, *kept],
        [short_name, address, *hours_line, *kept],
        [short_name, address[-NAME_KEPT:], *kept],
    )
    fitting = (text for lines in tries if segments(text := "\n".join(lines)) <= MOST_SMS)
    return next(fitting, f"{short_name}\n{address[-NAME_KEPT:]}")


def _hours(near: Ranked, at: datetime) -> str:
    """The hours of today when it is open or opens again today, else of the day it opens next, and any doubt on them."""
    moment = at if near.times.open_now else near.times.next_opening
    if moment is None:
        return ""
    opening = Opening.of(near.place)
    hours = opening.in_words(opening.local(moment).date(), spoken=False)
    doubt = doubt_of(near)
    return f"{hours} ({doubt})" if hours and doubt else hours or ""


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    return words
