"""Telegram: plain texts with buttons below the last one, cut at sentences where a message would be too long."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from bot.channels.base import Capabilities, Rendered, button, offered, variant
from bot.messages import Reply
from flows.texts import Option, Say

LONGEST = 4096  # UTF-16 units, as Telegram counts
BASIC_PLANE = 0xFFFF
SHORTEST = 30  # « Merci. » is no idea of its own: it goes with what follows
LONG_LABEL = 16
DIGEST = 16
PARAGRAPHS = re.compile(r"\n\s*\n")
# Not after « M. » nor « n. »: an end of sentence follows a word of some length, a number or a closing mark.
SENTENCES = re.compile(r"(?:(?<=[^\W_]{3}[.!?…])|(?<=\d[.!?])|(?<=[»)\s][.!?…]))\s+(?=[«(\"]?\s?[A-ZÀ-Þ])")
WORDS = re.compile(r"\s+")


class Telegram:
    """The Telegram bot. Its messages leave by the outbox."""

    name = "telegram"
    capabilities = Capabilities(variant="text", max_choices=12, numbered=False, in_response=False, provided=True)

    def render(self, reply: Reply) -> list[Rendered]:
        """Each message, in as many pieces as it takes; the buttons stand below the last piece."""
        return [one for say in reply.says for one in self._rendered(say, reply)]

    def _rendered(self, say: Say, reply: Reply) -> Iterator[Rendered]:
        short = reply.manner.short
        text = variant(say, self.capabilities, short and say.key == reply.step).strip()
        ideas = _ideas(text) if short else [text]
        pieces = [piece for idea in ideas for piece in _fitting(idea) if piece]
        for piece in pieces[:-1]:
            yield Rendered(piece)
        if pieces:
            yield Rendered(pieces[-1], None, say.key, offered(say, self.capabilities))


TELEGRAM = Telegram()


def short_id(key: str, option: str) -> str:
    """What a button carries: short enough for Telegram (64 bytes), and the same each time.

    Nothing is looked up to read it: it is compared with those of the choices that were last shown.
    """
    return hashlib.sha256(button(key, option).encode()).hexdigest()[:DIGEST]


def button_rows(key: str, options: tuple[Option, ...]) -> list[list[tuple[str, str]]]:
    """The buttons as (label, what it carries): two a row, a long label alone on its row."""
    rows: list[list[tuple[str, str]]] = []
    room = False
    for option in options:
        long = len(option.label) > LONG_LABEL
        if room and not long:
            rows[-1].append((option.label, short_id(key, option.id)))
            room = False
        else:
            rows.append([(option.label, short_id(key, option.id))])
            room = not long
    return rows


def units(text: str) -> int:
    """The length of `text` in UTF-16 units: an emoji counts for two."""
    return len(text) + sum(ord(character) > BASIC_PLANE for character in text)


def _ideas(text: str) -> list[str]:
    """The sentences of each paragraph; a very short one stays with the next."""
    found: list[str] = []
    for paragraph in PARAGRAPHS.split(text):
        waiting = ""
        for sentence in SENTENCES.split(paragraph.strip()):
            waiting = f"{waiting} {sentence}".strip()
            if len(waiting) >= SHORTEST:
                found.append(waiting)
                waiting = ""
        if waiting:
            found.append(waiting)
    return found


def _fitting(text: str) -> Iterator[str]:
    """`text` in pieces that Telegram takes, cut at a paragraph, else a sentence, else a word, else anywhere."""
    while units(text) > LONGEST:
        room = _room(text)
        for ends in (PARAGRAPHS, SENTENCES, WORDS):
            cuts = [match.start() for match in ends.finditer(text, 0, room + 1) if 0 < match.start() <= room]
            if cuts:
                break
        cut = cuts[-1] if cuts else room
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    yield text


def _room(text: str) -> int:
    """How many characters of `text` fit in one message."""
    used = 0
    for position, character in enumerate(text):
        used += units(character)
        if used > LONGEST:
            return position
    return len(text)
