"""The words of the findings, from flows/texts/doctor.yaml, with every secret taken out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from api.doctor.findings import Finding
from api.settings import Settings
from flows.author_words import TEXTS, put

WORDS = TEXTS.with_name("doctor.yaml")
HIDDEN = "[…]"
SHORTEST_SECRET = 4  # below, hiding would spoil the sentences and protect nothing


@dataclass(frozen=True)
class Line:
    """A finding in words. `do` is what to do, empty where there is nothing to mend."""

    title: str
    says: str
    do: str = ""

    def __str__(self) -> str:
        return f"{self.title} : {self.says}{f' → {self.do}' if self.do else ''}"


@cache
def doctor_words() -> Mapping[str, Any]:
    """All the words, as written."""
    written: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return written


def line_of(finding: Finding, settings: Settings) -> Line:
    """The finding in words. Providers' own words may be in it: no secret of the settings stays."""
    written = doctor_words()["checks"][finding.check]
    case = written[finding.case]
    why, do = (case["why"], case["do"]) if isinstance(case, dict) else (case, "")

    def filled(text: str) -> str:
        return without_secrets(put(text, **finding.values), settings)

    return Line(written["title"], filled(why), filled(do))


def without_secrets(text: str, settings: Settings) -> str:
    """`text` with the secrets of the channels replaced by a mark."""
    for secret in (settings.telegram_token, settings.telegram_secret, settings.twilio_auth_token):
        value = secret.get_secret_value()
        if len(value) >= SHORTEST_SECRET:
            text = text.replace(value, HIDDEN)
    return text
