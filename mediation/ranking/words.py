"""The words of the national standard that the ranking looks for, from words.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

FILE = Path(__file__).with_name("words.yaml")


class Body(BaseModel):
    """How a body's own premises are known, and the programmes made for it alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    typology: frozenset[str]
    programmes: frozenset[str] = frozenset()


class Programme(BaseModel):
    """A programme that places also declare by their kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    programme: str
    typology: str


class AccessNeed(BaseModel):
    """The word of those who are welcomed with this need. `said`: the word is about nothing else than the need.

    `page`: an accessibility page, when the place has one, is likely to speak of it. `by_phone`: who has it can call.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    care: str
    said: bool = True
    page: bool = False
    by_phone: bool = True


class Words(BaseModel):
    """The words, each under the name that the code has for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    administrative: str
    france_services: Programme
    carers: str
    advisers: str
    bodies: dict[str, Body]
    no_public: str
    walk_in: str
    by_phone: str
    online_appointment: str
    by_mail: str
    by_referral: str
    free: str
    free_for_some: str
    paying: str
    remote: str
    access: dict[str, AccessNeed]
    languages: dict[str, str]


@cache
def words() -> Words:
    """The words, read once."""
    return Words.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
