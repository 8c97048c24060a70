"""What translators are told, from flows/texts/translation.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

TEXTS = Path(__file__).parents[1] / "texts" / "translation.yaml"


@cache
def _words() -> dict[str, str]:
    return dict(yaml.safe_load(TEXTS.read_text(encoding="utf-8")))


def word(name: str, **values: object) -> str:
    """The sentence of that name, with its values."""
    text = _words()[name]
    for key, value in values.items():
        text = text.replace("{" + key + "}", str(value))
    return text
