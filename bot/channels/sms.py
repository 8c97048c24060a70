"""SMS: plain GSM-7 texts with their choices numbered below, packed into as few messages as possible."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from bot.channels.base import Capabilities, Rendered, keys, variant
from bot.messages import Reply
from flows.gsm7 import fold, segments, septets
from flows.texts import Say

PLACES = 306  # two segments: what a message may take
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')]*\s+|\n+")
_WORD_END = re.compile(r"\s+")
_ADDRESS = re.compile(r"\S*(?:://|www\.|\w\.\w)\S*")

Piece = tuple[str, str]
ROOM: Piece = ("." * 70, "")  # « Répondez SUITE… »


class Sms:
    """Text messages of any phone, sent and paid for by segments."""

    name = "sms"
    capabilities = Capabilities(variant="short", max_choices=9, numbered=True, max_messages=3, provided=True)

    def render(self, reply: Reply) -> list[Rendered]:
        """The reply in SMS of two segments at most. Only a web address longer than that makes a longer one."""
        return [Rendered(text, None, key) for text, key in _packed(self._pieces(reply.says))]

    def fits(self, says: Sequence[Say]) -> int:
        """How many of `says`, from the first, leave at once (`max_messages` SMS); at least one, if there is one.

        Where they do not all leave, room is kept for the sentence that offers the rest.
        """
        most = self.capabilities.max_messages or 1
        if len(_packed(self._pieces(says))) <= most:
            return len(says)
        kept = max(1, len(says) - 1)
        while kept > 1 and len(_packed([*self._pieces(says[:kept]), ROOM])) > most:
            kept -= 1
        return kept

    def _pieces(self, says: Iterable[Say]) -> list[Piece]:
        return [(piece, say.key) for say in says for piece in _cut(self._text(say))]

    def _text(self, say: Say) -> str:
        choices = (f"{number} {option.label}" for number, option in enumerate(keys(say, self.capabilities), 1))
        # Composed first: an accent apart from its letter has no place in the alphabet.
        return fold(unicodedata.normalize("NFC", "\n".join((variant(say, self.capabilities), *choices)))).strip()


def cost(texts: Iterable[str]) -> int:
    """How many segments the messages are paid for."""
    return sum(map(segments, texts))


def _packed(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces joined, in order, into as few messages as possible; of two ways, the one of fewer segments."""
    best: list[tuple[int, int, list[Piece]]] = [(0, 0, [])]
    for end in range(1, len(pieces) + 1):
        ways = []
        for text, key, start in _joined(pieces, end):
            messages, paid, packed = best[start]
            ways.append((messages + 1, paid + segments(text), [*packed, (text, key)]))
        best.append(min(ways, key=lambda way: way[:2]))
    return best[-1][2]


def _joined(pieces: Sequence[Piece], end: int) -> Iterator[tuple[str, str, int]]:
    """The messages that may end with piece `end`: their text, their key (the last one), where they start."""
    text, key = pieces[end - 1]
    yield text, key, end - 1
    for start in range(end - 2, -1, -1):
        text, key = f"{pieces[start][0]}\n{text}", key or pieces[start][1]
        if septets(text) > PLACES:
            return
        yield text, key, start


def _cut(text: str) -> list[str]:
    """`text` in parts that fit in one message: cut at the end of a sentence or a line, else between two words."""
    parts = []
    while septets(text) > PLACES:
        at = _cut_at(text)
        parts.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [part for part in (*parts, text) if part]


def _cut_at(text: str) -> int:
    most = sum(places <= PLACES for places in accumulate(map(septets, text)))
    for end in (_SENTENCE_END, _WORD_END):
        ends = [match.end() for match in end.finditer(text) if len(text[: match.end()].rstrip()) <= most]
        if ends:
            return ends[-1]
    address = _ADDRESS.match(text)
    return address.end() if address else most


SMS = Sms()
