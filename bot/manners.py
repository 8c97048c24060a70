"""How the reply of a turn is said, and what is waited for next, for channels that listen or draw."""

from __future__ import annotations

from dataclasses import replace

from bot import runs
from bot.comfort import SLOWEST
from bot.manner import Expected, Manner
from bot.scene import FRENCH, MENUS, Move, Scene
from bot.talk import Talk
from flows.answers import read_answer
from flows.model import Instruction, Question
from flows.walk import Node

MENU_KINDS = (*MENUS, "silence", "way", "callback_when", "commune_which", "place")
ASKED: dict[str, Expected] = {"callback_phone": "phone", "code": "code", "anything": "words", "commune": "place"}
QUESTIONS: dict[str, Expected] = {"choice": "menu", "free_text": "words"}
# What may be said at any moment: two ways to say each, for the speech recognition of the phone.
ALWAYS = ("repeter", "retour", "demande_humain", "pause", "plus_lentement")
HINTS_A_CHOICE = 3


def manner(scene: Scene, move: Move) -> Manner:
    """The manner of the reply that `move` makes."""
    talk = move.talk
    node = runs.waiting(scene, talk)
    return Manner(
        language=talk.language,
        pace=min(SLOWEST, talk.comfort.pace + move.slower),
        short=talk.comfort.short,
        discreet=talk.comfort.discreet,
        expects=expected(talk, node),
        hints=_hints(scene, move, node) if scene.can.spoken else (),
        zero=zero_is_an_answer(scene, node) and not _busy(talk),
        then=move.then or ("hold" if scene.can.spoken and talk.paused else None),
    )


def expected(talk: Talk, node: Node | None) -> Expected:
    """What the talk waits for: an answer to the assistant's own question, or to the waiting step."""
    if talk.asked:
        return "menu" if talk.asked.kind in MENU_KINDS else ASKED.get(talk.asked.kind, "yes_no")
    if node is None:
        return "words"
    if isinstance(node.step, Question):
        kind = node.step.answer
        return QUESTIONS.get(kind, kind)  # type: ignore[arg-type]
    if isinstance(node.step, Instruction):
        return "menu" if talk.run and talk.run.blocked else "instruction"
    return "nothing"


def zero_is_an_answer(scene: Scene, node: Node | None) -> bool:
    """True where « 0 » answers the waiting question (no child, no income) and calls nobody."""
    if node is None or not isinstance(node.step, Question) or node.step.answer not in ("number", "amount"):
        return False
    return read_answer(node.step, "0", (), scene.library.words, scene.day).ok


def _busy(talk: Talk) -> bool:
    return talk.asked is not None and talk.asked.kind not in MENUS


def _hints(scene: Scene, move: Move, node: Node | None) -> tuple[str, ...]:
    """What is likely to be said next: the choices, communes where a place is asked, then the words of always."""
    library = scene.languages.get(move.talk.language or FRENCH, scene.library)
    options = move.says[-1].options if move.says else ()
    if move.talk.asked and move.talk.asked.kind == "theme" and not options:  # of the greeting, which reads none
        options = tuple(replace(scene, library=library).option(id_) for id_ in move.talk.asked.options)
    choices = [word for option in options for word in (option.label, *option.words[:HINTS_A_CHOICE])]
    place = expected(move.talk, node) == "place"
    always = [word for name in ALWAYS for word in library.words.get(name, ())[:2]]
    return tuple(dict.fromkeys((*choices, *(scene.territory.communes if place else ()), *always)))
