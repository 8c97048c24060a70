"""The keys that a voice offers, read from what it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from string import Formatter

import yaml

from flows.loader import CONTENT

_ENDS = re.compile(r"[.?!…]\s")


def phrases() -> tuple[str, ...]:
    """The sentences with which the phone offers a key, in every language."""
    spoken = yaml.safe_load((CONTENT / "texts" / "spoken.yaml").read_text(encoding="utf-8"))
    return tuple(spoken["key_for"].values())


def offered(said: str, phrases: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The keys offered in `said` and what each is for, in order.

    `phrases` are the sentences that offer one, with {key} and {label} in them.
    """
    found = [
        (match.start("key"), match["key"], match["label"]) for phrase in phrases for match in _matches(said, phrase)
    ]
    yield from ((key, _ENDS.split(label)[-1].strip()) for _, key, label in sorted(found))


def _matches(said: str, phrase: str) -> Iterator[re.Match[str]]:
    shapes = {"key": r"(?P<key>[0-9*#])", "label": r"(?P<label>.+?)"}
    pattern = "".join(
        re.escape(before).replace(r"\ ", r"\s+") + (shapes[name] if name else "")
        for before, name, _, _ in Formatter().parse(phrase)
    )
    return re.finditer(pattern, said)
