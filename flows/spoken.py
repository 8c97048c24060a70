"""A text as the phone says it: addresses, euros and hours in words, and no quotes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

_AMOUNT = re.compile(r"(\d[\d\s]*?)(?:,(\d\d))?\s?€")
_PERCENT = re.compile(r"(\d[\d,]*)\s?%")
_HOUR = re.compile(r"(\d{1,2})\s?h(?:\s?(\d\d))?\b")
_PHONE = re.compile(r"(?<!\d)0[1-9]\d{8}(?!\d)")
_ASIDE = re.compile(r"\s*\(([^()]*)\)")
_COMMA_BEFORE = re.compile(r"\s*,(?=\s*[.,:;?]|\s*$)")
_QUOTES = re.compile(r"\s?[«»“”\"]\s?")


@cache
def _words() -> dict[str, str]:
    data = yaml.safe_load((Path(__file__).parent / "texts" / "spoken.yaml").read_text(encoding="utf-8"))
    return {**data, **{f".{name}": said for name, said in data.pop("endings").items()}}


@cache
def _address() -> re.Pattern[str]:
    """An address of a site or a mailbox: names between points, the last one a known ending."""
    endings = "|".join(name[1:] for name in _words() if name.startswith("."))
    return re.compile(
        rf"(?<![\w.-])(?:https?://)?((?:[\w-]+@)?[\w-]+(?:\.[\w-]+)*\.(?:{endings})(?:/[\w/.-]*\w)?)/?(?![\w-])"
    )


def aloud(text: str) -> str:
    """`text` in the words that a voice says. Numbers stay in digits: a voice reads them well."""
    said = _address().sub(lambda match: _spell(match[1]), text)
    said = _AMOUNT.sub(_amount, said)
    said = _PERCENT.sub(lambda match: _words()["percent"].format(count=match[1]), said)
    said = _HOUR.sub(_hour, said)
    said = _PHONE.sub(lambda match: " ".join(match[0][i : i + 2] for i in range(0, 10, 2)), said)
    said = _COMMA_BEFORE.sub("", _ASIDE.sub(r", \1,", said))
    return " ".join(_QUOTES.sub(" ", said).replace(" ,", ",").replace(" .", ".").split())


def _spell(address: str) -> str:
    words = _words()
    mailbox, at, site = address.rpartition("@")
    names = [words["www"] if name == "www" else words.get(f".{name}", name) for name in re.split(r"([./])", site)]
    said = (mailbox + words["at"] if at else "") + "".join(names)
    return said.replace(".", words["point"]).replace("/", words["slash"]).replace("-", words["dash"])


def _amount(match: re.Match[str]) -> str:
    euros, cents = match[1].strip(), (match[2] or "").lstrip("0")
    return _words()["cents" if cents else "euros"].format(euros=euros, cents=cents)


def _hour(match: re.Match[str]) -> str:
    minutes = match[2] if match[2] != "00" else None
    return _words()["hours_minutes" if minutes else "hours"].format(hours=match[1], minutes=minutes)
