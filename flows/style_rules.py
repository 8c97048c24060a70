"""The rules of plain language: what each finds in one text, with its reason and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from flows.plain import plain
from flows.style import Rule, Style, Word
from flows.style_text import Sentence, sentences, shown
from flows.style_verbs import orders, passives, too_many

_ACRONYM = re.compile(
    r"(?<![\w'’.-])[A-ZÉÈ](?=[A-Z0-9ÉÈ]*[A-ZÉÈ])[A-Z0-9ÉÈ]+(?![\w])|(?<=['’])[A-Z](?=\d*[A-Z])[A-Z0-9]+\b"
)
_FAR = 1_000


@dataclass(frozen=True)
class Hit:
    """One thing found in a text: by which rule, the words at fault, why, and what to do."""

    rule: str
    extract: str
    because: str
    suggestion: str


@dataclass(frozen=True)
class Wording:
    """What the rules know: how we write, the names of the glossary, the acronyms that this page spells out."""

    style: Style
    explained: frozenset[str] = frozenset()
    spelled: frozenset[str] = frozenset()

    def knows(self, word: str) -> bool:
        """True when the glossary has the word, or its singular."""
        low = plain(word)
        return bool({low, low.removesuffix("s"), low.removesuffix("es")} & self.explained)


def look(text: str, wording: Wording, instruction: bool = False) -> list[Hit]:
    """Everything found in `text`, in order, once each. `instruction`: the text tells what to do (`do`)."""
    found: list[Hit] = []
    for sentence in sentences(text):
        for rule in RULES:
            found += rule(sentence, wording)
    if instruction:
        found += _gestures(text, wording)
    return list(dict.fromkeys(found))


def spelled_out(text: str) -> frozenset[str]:
    """The acronyms that `text` explains: « la CAF (caisse d'allocations…) » or « … (CAF) »."""
    after = re.findall(r"([A-Z][A-Z0-9]+) ?\(\w", text)
    return frozenset([*after, *re.findall(r"\(([A-Z][A-Z0-9]+)\)", text)])


def _hit(rule: Rule, extract: str, **values: str) -> Hit:
    return Hit(rule.name, extract, rule.because.format(**values), rule.suggestion.format(**values))


def _long(sentence: Sentence, wording: Wording) -> Iterator[Hit]:
    rule, count = wording.style.rules["phrase_longue"], sentence.count()
    if count > wording.style.words_at_most:
        cut = _cut(sentence, wording.style)
        because = rule.because.format(count=count, most=wording.style.words_at_most)
        advice = rule.suggestion.format(cut=cut) if cut else rule.no_cut
        yield Hit(rule.name, shown(sentence.text, 0, len(sentence.text)), because, advice)


def _cut(sentence: Sentence, style: Style) -> str:
    """The words before which to cut: a linking word near the middle, « puis » rather than « qui »."""
    middle = len(sentence.text) / 2
    tokens = sentence.tokens()
    best = (_FAR, 0)
    for before, token in pairwise(tokens):
        strong, weak = token.low in style.cuts[0], token.low in style.cuts[1] or before.low in (",", ":", ";")
        if strong or weak:
            best = min(best, (int(abs(token.start - middle)) + (0 if strong else 15), token.start))
    return " ".join(sentence.text[best[1] :].split()[:3]).rstrip(".,;:") if best[0] < middle * 0.8 else ""


def _passive(sentence: Sentence, wording: Wording) -> Iterator[Hit]:
    for start, end in passives(sentence, wording.style.passive):
        yield _hit(wording.style.rules["passif"], shown(sentence.text, start, end))


def _acronyms(sentence: Sentence, wording: Wording) -> Iterator[Hit]:
    for found in _ACRONYM.finditer(sentence.text):
        word = found[0]
        if word not in wording.style.acronyms | wording.spelled and not wording.knows(word):
            yield _hit(wording.style.rules["sigle"], word, word=word)


def _words(name: str) -> Callable[[Sentence, Wording], Iterator[Hit]]:
    """The rule of a list of words to avoid."""

    def rule(sentence: Sentence, wording: Wording) -> Iterator[Hit]:
        for entry in wording.style.words[name]:
            for found in entry.pattern.finditer(sentence.masked):
                if entry.always or not _explained(found, sentence, entry, wording):
                    said = wording.style.rules[name]
                    around = shown(sentence.text, max(0, found.start() - 20), found.end() + 20)
                    yield _hit(said, _whole_words(sentence.text, around), word=found[0], instead=entry.instead)

    return rule


def _whole_words(text: str, around: str) -> str:
    """`around` without the pieces of words at its ends."""
    words = set(re.findall(r"\S+", text))
    pieces = around.split()
    return " ".join(piece for i, piece in enumerate(pieces) if 0 < i < len(pieces) - 1 or piece in words)


def _explained(found: re.Match[str], sentence: Sentence, entry: Word, wording: Wording) -> bool:
    """True when the glossary has the word itself, or a longer name that stands here (« pièce jointe »)."""
    near = plain(sentence.text[max(0, found.start() - 30) : found.end() + 30])
    word = plain(found[0])
    return wording.knows(found[0]) or any(word in name and name in near for name in wording.explained if " " in name)


def _patterns(name: str) -> Callable[[Sentence, Wording], Iterator[Hit]]:
    """The rule of a list of patterns. What is asked is not said: a question blames nobody."""

    def rule(sentence: Sentence, wording: Wording) -> Iterator[Hit]:
        if name == "reproche" and sentence.question:
            return
        for pattern in wording.style.patterns[name]:
            for found in pattern.finditer(sentence.masked):
                words = shown(sentence.text, found.start(), found.end())
                yield _hit(wording.style.rules[name], words if len(words) > 3 else shown(sentence.text, 0, _FAR))

    return rule


def _gestures(text: str, wording: Wording) -> Iterator[Hit]:
    words = wording.style.gestures
    found = [(sentence, order) for sentence in sentences(text) for order in orders(sentence, words)]
    count = sum(sentence.count() for sentence in sentences(text))
    if too_many(count, [order for _sentence, order in found], words):
        heavy = [pair for pair in found[1:] if pair[1].low.partition("-")[0] not in words.light]
        sentence, order = (heavy or found[1:])[-1]
        cut = " ".join(sentence.text[order.start :].split()[:3]).rstrip(".,;:")
        verbs = ", ".join(order.low for _sentence, order in found)
        rule = wording.style.rules["deux_actions"]
        yield _hit(rule, shown(text, 0, len(text)), count=str(len(found)), verbs=verbs, cut=cut)


# In the order in which the findings of a sentence are told. `deux_actions` looks at a whole instruction.
RULES: tuple[Callable[[Sentence, Wording], Iterator[Hit]], ...] = (
    *(_long, _passive, _acronyms, _words("jargon"), _words("mot_anglais")),
    *map(
        _patterns, ("reproche", "minimise", "promesse", "exclamation", "tutoiement", "negation_double", "abreviation")
    ),
)
