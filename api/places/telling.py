"""How a place is told: why it comes up, out loud, and as a text message. Words: flows/texts/places.yaml."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.places.wording import (
    TEXTS,
    access_of,
    capital,
    check_of,
    doubt_of,
    kilometres_of,
    opening_of,
    pairs,
    phone_of,
    when_of,
    words,
)
from flows.dates import FRENCH
from flows.gsm7 import segments
from mediation.hours import Opening, hour_in_words
from mediation.nearest import Ranked
from mediation.streets import spoken_address

__all__ = ["TEXTS", "Telling", "kilometres_of", "opening_of", "phone_of", "tell", "why_of"]

MOST_SMS = 2
NAME_KEPT = 60  # letters of a name, in a message too long


@dataclass(frozen=True)
class Telling:
    """A place in words: one sentence on why, what a voice says, and a message of two SMS at most.

    `card` is that message below the reason, which says of access what the message alone has to. `whole` is what a voice
    says to who will read nothing: with the street, and the number in pairs.
    """

    why: str
    spoken: str
    sms: str
    card: str = ""
    whole: str = ""


def tell(
    near: Ranked,
    at: datetime,
    organisme: str | None = None,
    documents: Sequence[str] = (),
    language: str = FRENCH,
) -> Telling:
    """`near` in words, at the moment `at` (with a time zone). `documents`: what the procedure asks to bring."""
    why, access = why_of(near, at, organisme, language), _access(near, at, language)
    card = _sms(near, at, documents, language, [])
    sms = _sms(near, at, documents, language, access) if access else card
    return Telling(why, _spoken(near, at, language), sms, card, _whole(near, at, language))


def why_of(near: Ranked, at: datetime, organisme: str | None = None, language: str = FRENCH) -> str:
    """« Ce lieu France services aide pour la CAF, et il est ouvert maintenant. »"""
    texts = words(language)
    why, body = texts["why"], texts["bodies"].get(organisme or "")
    said_for = why["for_body"].format(body=body) if body else why["for_all"]
    helps, helps_well = _either(why, "helps", near.why.helps)
    more, more_well = _either(why, "more", near.why.more)
    joined = why["alike" if helps_well == more_well else "unlike"] if more else ""
    sentence = why["sentence"].format(helps=helps, joined=joined, more=more)
    return str(sentence).format(**{"body": body or "", "for": said_for, **_values(near, at, language)})


def _values(near: Ranked, at: datetime, language: str) -> dict[str, str]:
    """What the texts of reasons may name."""
    closes = hour_in_words(near.times.closes, language) if near.times.closes else ""
    access = {"access": access_of(near.why.access, language), "check": check_of(near, language)}
    return {"when": when_of(near, at, language), "km": kilometres_of(near, language), "closes": closes, **access}


def _either(texts: dict[str, Any], kind: str, name: str) -> tuple[str, bool]:
    """The text called `name`, and whether it speaks for the place."""
    if name in texts[f"{kind}_badly"]:
        return texts[f"{kind}_badly"][name], False
    return (texts[kind][name] if name else ""), True


def _spoken(near: Ranked, at: datetime, language: str) -> str:
    """What it takes to choose: nobody remembers two numbers. They come with the place that is chosen."""
    said = words(language)["spoken"]
    named, far = said["place"].format(name=near.place.name, commune=near.place.commune), kilometres_of(near, language)
    distance = [said["far"].format(km=far)] if far and not near.own else []
    return " ".join((named, *distance, *_access(near, at, language), opening_of(near, at, language, brief=True)))


def _whole(near: Ranked, at: datetime, language: str) -> str:
    """With the street; the pairs of the number one by one, to be written down. No more than is needed to go there."""
    said, place = words(language)["spoken"], near.place
    address = spoken_address(place.address)
    named = said["address" if address else "place"].format(name=place.name, commune=place.commune, address=address)
    phone = ", ".join(pairs(phone_of(near)))
    opening = opening_of(near, at, language, brief=True)
    return " ".join((named, *_access(near, at, language), opening, _number(phone, language)))


def _access(near: Ranked, at: datetime, language: str) -> list[str]:
    """What it says of the access that the person needs, if they need any."""
    if not near.why.access:
        return []
    said = _either(words(language)["why"], "more", near.why.more)[0]
    return [f"{capital(said.format(**_values(near, at, language)))}."]


def _number(phone: str, language: str) -> str:
    said = words(language)["spoken"]
    return str(said["phone"].format(phone=phone) if phone else said["no_phone"])


def _sms(near: Ranked, at: datetime, documents: Sequence[str], language: str, access: list[str]) -> str:
    """Name, address, hours, phone and what to bring, as much as two SMS hold; the phone is never cut."""
    place, texts = near.place, words(language)["sms"]
    phone, hours = phone_of(near), _hours(near, at, language)
    address = ", ".join(part for part in (place.address, f"{place.postcode} {place.commune}".strip()) if part)
    kept = [texts["phone"].format(phone=phone)] if phone else []
    if not phone and place.appointment:
        kept = [texts["appointment"].format(url=place.appointment)]
    hours_line = [texts["hours"].format(hours=hours)] if hours else []
    bring = [texts["bring"].format(documents=", ".join(documents))] if documents else []
    short_name = place.name[:NAME_KEPT]
    tries = (
        [place.name, address, *access, *hours_line, *kept, *bring],
        [place.name, address, *access, *hours_line, *kept],
        [short_name, address, *access, *hours_line, *kept],
        [short_name, address[-NAME_KEPT:], *kept],
    )
    fitting = (text for lines in tries if segments(text := "\n".join(lines)) <= MOST_SMS)
    return next(fitting, f"{short_name}\n{address[-NAME_KEPT:]}")


def _hours(near: Ranked, at: datetime, language: str) -> str:
    """The hours of today when it is open or opens again today, else of the day it opens next, and any doubt on them."""
    moment = at if near.times.open_now else near.times.next_opening
    if moment is None:
        return ""
    opening = Opening.of(near.place)
    hours = opening.in_words(opening.local(moment).date(), language, spoken=False)
    doubt = doubt_of(near, language)
    return f"{hours} ({doubt})" if hours and doubt else hours or ""
