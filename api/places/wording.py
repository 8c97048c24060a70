"""The parts of what is told of a place: how far, when it opens, its number, its access. Words: texts/places.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import phonenumbers
import yaml
from babel.dates import format_date

import flows
from flows.dates import FRENCH, in_words
from mediation.hours import hour_in_words
from mediation.nearest import Ranked
from mediation.ranking.words import words as standard_words

CONTENT = Path(flows.__file__).parent
TEXTS = CONTENT / "texts" / "places.yaml"
FIGURES = 10
TONIGHT = timedelta(hours=18)  # an hour alone says when it closes only up to then


@cache
def translated(language: str) -> bool:
    """True when places are told in that language."""
    return _texts(language).is_file()


@cache
def words(language: str = FRENCH) -> dict[str, Any]:
    """The texts in `language`; what is not translated stays in French."""
    french: dict[str, Any] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    return _over(french, yaml.safe_load(_texts(language).read_text(encoding="utf-8"))) if language != FRENCH else french


def _texts(language: str) -> Path:
    return CONTENT / "languages" / language / TEXTS.name


def _over(french: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _over(said, texts.get(name) or {}) if isinstance(said, dict) else texts.get(name) or said
        for name, said in french.items()
    }


def kilometres_of(near: Ranked, language: str = FRENCH) -> str:
    """« 12 kilomètres », « moins d'un kilomètre »; empty when it is not known."""
    said = words(language)["kilometres"]
    if near.distance_km is None:
        return ""
    count = round(near.distance_km)
    return str(said["less" if count == 0 else "one" if count == 1 else "many"]).format(km=count)


def opening_of(near: Ranked, at: datetime, language: str = FRENCH, brief: bool = False) -> str:
    """Whether it is open, or when it opens, and how far this can be relied on; when `brief`, not since when."""
    texts, times = words(language), near.times
    opening = texts["opening"]
    if times.open_now:
        closes = times.closes if times.closes and times.closes - at < TONIGHT else None
        name = "open_unverified" if times.unverified else "open_until" if closes else "open_now"
        said = opening[name].format(hour=hour_in_words(closes, language) if closes else "")
    elif times.next_opening:
        said = opening["opens"].format(when=when_of(near, at, language))
    else:
        said = opening["unknown" if times.open_now is None else "closed_for_long"]
    doubt = str(texts["unverified"]) if brief and times.unverified else doubt_of(near, language)
    if not doubt and times.open_now is not None:
        return str(said)
    first = "" if _to_check(near, language) else texts["call_first" if _may_be_called(near) else "ask_first"]
    if brief and times.open_now:
        doubt = ""  # « d'après ses horaires » says it
    return " ".join(part for part in (said, doubt and f"{capital(doubt)}.", first) if part)


def doubt_of(near: Ranked, language: str = FRENCH) -> str:
    """« horaires non vérifiés depuis mars 2023 »; empty when the hours were looked at not long ago, or are unknown."""
    if not near.times.unverified:
        return ""
    if near.times.since is None:
        return str(words(language)["unverified"])
    month = format_date(near.times.since, "MMMM y", locale=language)
    return str(words(language)["unverified_since"]).format(month=month)


def phone_of(near: Ranked) -> str:
    """The number as people dial it in France, « 03 44 00 00 00 »; empty when there is none."""
    if not near.place.phone:
        return ""
    try:
        number = phonenumbers.parse(near.place.phone)
    except phonenumbers.NumberParseException:
        return near.place.phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def pairs(phone: str) -> list[str]:
    """A number as it is said in France: « 03 », « 44 »…; as it is written when it has not ten figures."""
    figures = phone.replace(" ", "")
    whole = figures.isdecimal() and len(figures) == FIGURES
    return [figures[at : at + 2] for at in range(0, FIGURES, 2)] if whole else phone.split()


def when_of(near: Ranked, at: datetime, language: str = FRENCH) -> str:
    """« demain à 9 heures », in the place's own time; empty when no opening is known."""
    said, opens = words(language)["when"], near.times.next_opening
    if opens is None:
        return ""
    days = (opens.date() - at.astimezone(opens.tzinfo).date()).days
    name = {0: "today", 1: "tomorrow"}.get(days, "this_week" if days < 7 else "later")
    weekday, day = (in_words(opens, form, language) for form in ("EEEE", "EEEE d MMMM"))
    return str(said[name]).format(hour=hour_in_words(opens, language), weekday=weekday, day=day)


def access_of(needs: Sequence[str], language: str = FRENCH) -> str:
    """« l'accès en fauteuil et la langue des signes »: needs of the person, by name."""
    said = words(language)["access"]
    return str(words(language)["and"]).join(said[need] for need in needs)


def check_of(near: Ranked, language: str = FRENCH) -> str:
    """What to do before going where access is not known."""
    return str(words(language)["check_by_phone" if _may_be_called(near) else "check"])


def _to_check(near: Ranked, language: str) -> bool:
    """True where the words on its access say already what to do before going."""
    return bool(near.why.access) and near.why.more in words(language)["why"]["more_badly"]


def _may_be_called(near: Ranked) -> bool:
    """True where there is a number, for a person who hears well: nobody else is told to call."""
    return bool(near.place.phone) and all(standard_words().access[need].by_phone for need in near.why.access)


def capital(text: str) -> str:
    """`text` with a capital at its beginning."""
    return f"{text[:1].upper()}{text[1:]}"
