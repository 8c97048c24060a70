"""The vocabulary of the activity report, that of La Coop: flows/texts/mediateur_pages.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import flows

TEXTS = Path(flows.__file__).parent / "texts" / "mediateur_pages.yaml"
ADMINISTRATIVE_HELP = "aide_aux_demarches_administratives"


@cache
def page_words() -> Mapping[str, Any]:
    """All the words of these pages: `report`, `coop`, and one part a page."""
    written: dict[str, Any] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    return written


def choices(name: str) -> Mapping[str, str]:
    """The choices of a field of the report, id to label, in the order they are shown; `themes` are of two kinds."""
    written = page_words()["report"]["choices"]
    found: dict[str, str] = written["administrative"] | written["digital"] if name == "themes" else written[name]
    return found


def label(name: str, value: str | None) -> str:
    """What La Coop calls `value`; empty for None, and the value itself when nobody wrote a word for it."""
    return choices(name).get(value, value) if value else ""


def themes_of(procedure: str | None, organisme: str | None) -> tuple[str, ...]:
    """Administrative help, which is what we do, then what a procedure of `organisme` is about."""
    report = page_words()["report"]
    own = report["themes_of_procedures"].get(procedure or "") or report["themes_of_bodies"].get(organisme or "", ())
    return (ADMINISTRATIVE_HELP, *own)
