"""How a spoken text is said: which voice, how fast, how long the breath between two sentences is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from bot.manner import Manner

LONGEST = 3_000  # bytes of one <Say>, its tags counted
PAUSE = " … "
# Usual is already slower than the voice's own pace: most callers are old, and many lines are bad.
RATES = ("92%", "82%", "70%")
BREATHS = (350, 650, 1_000)
IDEAS_APART = 1.5
_BREAK_TAG = len('<break time="10000ms" />')
_SENTENCE = re.compile(r"(?<=[.?!…])\s+")
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Voice:
    """A voice of the provider and the language it speaks, which is also the one listened to."""

    name: str
    language: str


FRENCH = Voice("Polly.Lea-Neural", "fr-FR")
VOICES = {"en": Voice("Polly.Amy-Neural", "en-GB")}


@dataclass(frozen=True)
class Speech:
    """What one <Say> holds. `rate` is a prosody rate, `breath` the milliseconds after each sentence."""

    voice: Voice
    rate: str
    breath: int
    sentences: tuple[str, ...]


def voice_of(manner: Manner) -> Voice:
    """The voice for this person; the French one where a language has none."""
    return VOICES.get(manner.language or "", FRENCH)


def speeches(text: str, manner: Manner) -> tuple[Speech, ...]:
    """`text` as it is to be said, cut where one <Say> would be too long. Nothing for a text with nothing to say."""
    pace = max(0, min(manner.pace, len(RATES) - 1))
    breath = int(BREATHS[pace] * (IDEAS_APART if manner.short else 1))
    return tuple(Speech(voice_of(manner), RATES[pace], breath, group) for group in _groups(_sentences(text)))


def pauses(text: str) -> str:
    """`text` with a mark where the voice takes a breath, to be read on a screen."""
    return PAUSE.join(_sentences(text))


def sayable(text: str) -> str:
    """`text` on one line, without the characters that no document can hold."""
    return " ".join(_UNSAYABLE.sub(" ", text).split())


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.split(sayable(text)) if sentence]


def _groups(sentences: list[str]) -> Iterator[tuple[str, ...]]:
    group: list[str] = []
    size = 0
    for part in (part for sentence in sentences for part in _parts(sentence)):
        if group and size + _size(part) > LONGEST:
            yield tuple(group)
            group, size = [], 0
        group.append(part)
        size += _size(part)
    if group:
        yield tuple(group)


def _parts(sentence: str) -> Iterator[str]:
    """The sentence, cut between words when it alone is too long, and inside a word when that is too."""
    while _size(sentence) > LONGEST:
        fits = next(length for length in range(LONGEST, 0, -1) if _size(sentence[:length]) <= LONGEST)
        cut = sentence.rfind(" ", 1, fits + 1)
        cut = fits if cut < 0 else cut
        yield sentence[:cut].rstrip()
        sentence = sentence[cut:].lstrip()
    if sentence:
        yield sentence


def _size(text: str) -> int:
    """The bytes that `text` takes in the document, with the breath after it."""
    return len(escape(text, {'"': "&quot;"}).encode()) + _BREAK_TAG
