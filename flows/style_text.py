"""A text cut for the rules of plain language: its sentences, its words, and what is only quoted from a screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flows.facts_model import Fact
from flows.texts import PLACEHOLDER

_QUOTE = re.compile(r"«[^«»]*»")
_END = re.compile(r"[.?!…]+(?=\s|$)|\n")
_TOKEN = re.compile(r"[\w-]+['’]?|[^\w\s]")
_COUNTED = re.compile(r"\w")
MOST_SHOWN = 70
Facts = Mapping[str, Fact]


@dataclass(frozen=True)
class Token:
    """A word or a mark of a sentence, where it starts, and itself in small letters."""

    text: str
    start: int

    @property
    def low(self) -> str:
        """The word in small letters, with a straight apostrophe."""
        return self.text.lower().replace("’", "'")


@dataclass(frozen=True)
class Sentence:
    """One sentence as written, and the same with all that is quoted masked (same length)."""

    text: str
    masked: str

    @property
    def question(self) -> bool:
        """True when it ends with a question mark."""
        return self.text.rstrip().endswith("?")

    def tokens(self) -> list[Token]:
        """Its words and marks, quotes masked."""
        return [Token(found[0], found.start()) for found in _TOKEN.finditer(self.masked)]

    def count(self) -> int:
        """How many words it has, as they are counted by eye: « l'aide » is one, and so is a whole quote."""
        return sum(bool(_COUNTED.search(word)) for word in self.masked.split())


def sentences(text: str) -> list[Sentence]:
    """The sentences of `text`, in order."""
    flat = re.sub(r"[ \t]+", " ", text.replace("\u00a0", " ").replace("\u202f", " "))
    masked = _QUOTE.sub(lambda match: "«" + "_" * (len(match[0]) - 2) + "»", flat)
    found, start = [], 0
    for end in [*(match.end() for match in _END.finditer(masked)), len(flat)]:
        piece = flat[start:end]
        if piece.strip():
            lead = len(piece) - len(piece.lstrip())
            found.append(Sentence(piece.strip(), masked[start:end][lead:].rstrip()))
        start = end
    return found


def said_forms(text: str, facts: Facts) -> list[str]:
    """`text` with its facts, and with the words said instead once they are too old; once if they are the same."""
    with_facts = PLACEHOLDER.sub(_value(facts), text)
    without = PLACEHOLDER.sub(lambda match: match["otherwise"] or _value(facts)(match), text)
    return [with_facts] if with_facts == without else [with_facts, without]


def _value(facts: Facts) -> Callable[[re.Match[str]], str]:
    """The value of a fact; the name of what only the program knows ({title}, a month), as one word."""
    return lambda match: facts[match["name"]].said() if match["name"] in facts else str(match["name"])


def shown(text: str, start: int, end: int) -> str:
    """The words from `start` to `end`, as an author finds them in the file; long ones are cut."""
    piece = " ".join(text[start:end].split()).strip(" ,;:")
    return piece if len(piece) <= MOST_SHOWN else f"{piece[: MOST_SHOWN - 1].rsplit(' ', 1)[0]} …"


__all__ = ["Facts", "Sentence", "Token", "said_forms", "sentences", "shown"]
