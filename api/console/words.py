"""The words that mediators read: flows/texts/mediateur_*.yaml, one file an area, merged."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import flows
from flows.positions import Loader

TEXTS = Path(flows.__file__).parent / "texts"


@cache
def console_words() -> Mapping[str, Any]:
    """All the words by name. Raises ValueError when two files give the same name."""
    words: dict[str, Any] = {}
    for path in sorted(TEXTS.glob("mediateur_*.yaml")):
        written: Mapping[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader) or {}
        twice = words.keys() & written.keys()
        if twice:
            raise ValueError(f"{path.name} names again what another file of the console names: {sorted(twice)}.")
        words.update(written)
    return words
