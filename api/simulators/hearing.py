"""What is heard of a <Say>: its words without the tags, where the voice pauses, and about how long it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from api.simulators.values import RATES, STRENGTHS, seconds_of
from api.simulators.vocabulary import VOICES
from flows.budgets import seconds

PAUSE_MARK = "…"
# Sentences and paragraphs marked as such end with a pause of their own.
_ENDS = {"s": STRENGTHS["medium"], "p": STRENGTHS["strong"]}


@dataclass(frozen=True)
class Heard:
    """Something said: its words, the same with a mark at each pause, its length in seconds, its language."""

    text: str
    marked: str
    seconds: float
    language: str = ""


@dataclass(frozen=True)
class _Piece:
    text: str
    seconds: float

    @property
    def pause(self) -> bool:
        return not self.text


def heard(say: Element) -> Heard:
    """What a caller hears of this element."""
    pieces = list(_pieces(say, rate=1.0))
    text = " ".join(piece.text for piece in pieces if not piece.pause)
    marked = " ".join(PAUSE_MARK if piece.pause else piece.text for piece in pieces)
    language = say.get("language") or VOICES.get(say.get("voice", ""), "")
    return Heard(text, marked, round(sum(piece.seconds for piece in pieces), 1), language)


def _pieces(element: Element, rate: float) -> Iterator[_Piece]:
    rate *= _slowness(element)
    yield from _words(element.get("alias") or element.text, rate)
    for child in element:
        if child.tag == "break":
            yield _Piece("", _break(child))
        else:
            yield from _pieces(child, rate)
        yield from _words(child.tail, rate)
    if element.tag in _ENDS:
        yield _Piece("", _ENDS[element.tag])


def _words(text: str | None, rate: float) -> Iterator[_Piece]:
    said = " ".join((text or "").split())
    if said:
        yield _Piece(said, seconds(said) * rate)


def _slowness(element: Element) -> float:
    rate = element.get("rate", "medium")
    return 100 / int(rate[:-1]) if rate.endswith("%") else RATES[rate]


def _break(element: Element) -> float:
    return seconds_of(element.get("time", "")) or STRENGTHS[element.get("strength", "medium")]


__all__ = ["PAUSE_MARK", "Heard", "heard"]
