"""« Je suis en fauteuil », « j'entends mal »: what somebody needs in a place, noted once, wherever it is said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot import languages, runs, steps
from bot.scene import Move, Scene
from flows.answers import read_choice
from flows.plain import MAX_TEXT, plain

WORDS = Path(__file__).with_name("access_needs.yaml")
Span = tuple[int, int]


@dataclass(frozen=True)
class Said:
    """The needs in a text, those it takes back, and what is left of it to understand."""

    needs: tuple[str, ...]
    denied: tuple[str, ...]
    rest: str


@dataclass(frozen=True)
class _Need:
    mine: tuple[re.Pattern[str], ...]
    named: tuple[re.Pattern[str], ...]
    denied: tuple[re.Pattern[str], ...]


def noticed(scene: Scene) -> Scene:
    """The scene with what its text says to be needed in the profile, and the rest of the text left to understand.

    A text that answers a question, or is a command, stays whole. Words that are not to be kept are not looked at.
    """
    if not scene.text or steps.free_text_asked(scene):
        return scene
    said, profile, command = read(scene.text), scene.talk.comfort, _is_command(scene)
    if command and scene.can.spoken:  # « j'entends mal », on the phone: the line is bad
        return scene
    kept = [need for need in profile.access if need not in said.denied]
    access = tuple(dict.fromkeys((*kept, *said.needs)))
    if access == profile.access and not said.needs:  # said again, it is no more a commune: Le Sourd, in the Aisne
        return scene
    there = runs.replace_talk(scene, comfort=replace(profile, access=access))
    whole = command or _answers(scene) or languages.seems_other(scene)
    return there if whole else replace(there, text=said.rest)


def acknowledged(scene: Scene, move: Move) -> Move:
    """The move, with one short sentence when this turn noted a need or took one back; which one is not said again."""
    before, after = scene.talk.comfort.access, move.talk.comfort.access
    if before == after or move.forget or move.private:
        return move
    said = scene.says("access_noted" if set(after) - set(before) else "access_dropped")
    welcomed = not scene.talk.greeted and scene.says("welcome")[0] in move.says
    return replace(move, says=(*move.says[:-1], *said, move.says[-1])) if welcomed else move.first(*said)


def read(text: str) -> Said:
    """The access needs in a text, in any language that has words for them."""
    words, places = _aligned(text)
    denied = tuple(name for name, need in _needs().items() if _spans(need.denied, words))
    mine = {name: _spans(need.mine, words) for name, need in _needs().items() if name not in denied}
    named = {name: _spans(need.named, words) for name, need in _needs().items() if name not in denied}
    found = tuple(name for name in mine if mine[name] or named[name])
    own, all_ = list(_all(mine)), [*_all(mine), *_all(named)]
    own += [span for name in denied for span in _spans(_needs()[name].denied, words)]
    rest = _left(text, places, own)
    return Said(found, denied, rest if _left(text, places, [*own, *all_]) else "")


def needs() -> tuple[str, ...]:
    """The names of all needs that are recognised."""
    return tuple(_needs())


def _is_command(scene: Scene) -> bool:
    return any(scene.exact in known for known in scene.library.words.values())


def _answers(scene: Scene) -> bool:
    """True when the whole text is an answer to what was asked last."""
    last = scene.talk.last
    return bool(last) and read_choice(scene.text, last[-1].options, strict=True).ok


def _spans(patterns: Iterable[re.Pattern[str]], words: str) -> list[Span]:
    return [match.span() for pattern in patterns for match in pattern.finditer(words)]


def _all(found: dict[str, list[Span]]) -> Iterator[Span]:
    for spans in found.values():
        yield from spans


def _aligned(text: str) -> tuple[str, list[int]]:
    """`text` in plain letters, and where each of them stands in it."""
    letters: list[str] = []
    places: list[int] = []
    for at, char in enumerate(text[:MAX_TEXT]):
        folded = plain(char) or ("" if unicodedata.combining(char) or not letters or letters[-1] == " " else " ")
        letters += folded
        places += [at] * len(folded)
    return "".join(letters).rstrip(), places


def _left(text: str, places: list[int], spans: Iterable[Span]) -> str:
    """`text` without these spans, nor the small words that joined them to the rest; "" when nothing is left."""
    gone = {places[at] for start, end in spans for at in range(start, end)}
    if not gone:
        return text
    words = "".join(" " if at in gone else char for at, char in enumerate(text)).split()
    joining = {*_words()["joining"], ""}
    while words and plain(words[0]) in joining:
        del words[0]
    while words and plain(words[-1]) in joining:
        del words[-1]
    asks = set(plain(" ".join(words)).split()) - joining - set(_words()["empty"])
    return " ".join(words).strip(",;:. ") if asks else ""


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return words


@cache
def _needs() -> dict[str, _Need]:
    return {name: _need(written) for name, written in _words()["needs"].items()}


def _need(written: dict[str, list[str]]) -> _Need:
    words, state = _words(), f"(?:{'|'.join(written.get('states') or ['(?!)'])})"
    me = rf"\b{words['me']} {words['of']}"
    mine = [rf"{me}(?:\w+ (?:et|and|ou|or) {words['of']})?{state}", *written.get("said", ())]
    named = [rf"\b{words['company']}{words['of']}{state}", *written.get("named", ())]
    denied = [rf"\b(?:je ne |je |i )?{words['not_me']}{words['of']}{state}", *written.get("denied", ())]
    return _Need(*(tuple(map(re.compile, patterns)) for patterns in (mine, named, denied)))
