"""What a step says and the choices it offers, from the procedure file and the assistant's own labels."""

from __future__ import annotations

from datetime import date

from flows.library import Library
from flows.model import Information, Instruction, Outcome, Question
from flows.texts import Option, Say, expired, fill, say_on
from flows.walk import DONE, Node

OTHER = "autre_chose"
BLOCKED_KEY = "blocked_other"


def say_node(library: Library, node: Node, day: date) -> Say:
    """The message of a step, with its variants and choices."""
    step, facts = node.step, library.facts
    options = node_options(library, node)
    if isinstance(step, Question):
        text = step.ask
    elif isinstance(step, Instruction):
        return _instruction(library, node, step, day)
    elif isinstance(step, Information | Outcome):
        text = step.say
    else:
        raise TypeError(f"{node.key} says nothing")
    return say_on(day, facts, text, step.short, step.speech, step.without_facts, options, node.key)


def _instruction(library: Library, node: Node, step: Instruction, day: date) -> Say:
    see = step.see if step.see and not expired(step.see, library.facts, day) else None
    said = say_on(
        day, library.facts, step.do, step.short, step.speech, step.without_facts, node_options(library, node), node.key
    )
    if not see:
        return said
    seen = library.sentence("you_should_see", day, what=library.after_colon(fill(see, library.facts, day))).text
    speech = f"{said.speech or said.text} {seen}"
    return Say(f"{said.text}\n{seen}", said.short, speech, said.options, said.key)


def answer_label(library: Library, node: Node, value: object) -> str:
    """An answer as its citizen would recognise it: the label of the choice, or the value itself."""
    return next((option.label for option in node_options(library, node) if option.id == value), str(value))


def node_options(library: Library, node: Node) -> tuple[Option, ...]:
    """The choices offered at a step."""
    step = node.step
    if isinstance(step, Question) and step.answer == "yes_no":
        return tuple(_word(library, name) for name in ("oui", "non"))
    if isinstance(step, Question):
        return tuple(Option(id_, choice.label, choice.words) for id_, choice in step.choices.items())
    if isinstance(step, Instruction):
        return tuple(_word(library, name) for name in (DONE, "bloque", "repeter", "pourquoi"))
    return ()


def reason_options(library: Library, node: Node) -> tuple[Option, ...]:
    """The reasons offered after « je bloque », « Autre chose » last."""
    assert isinstance(node.step, Instruction)
    written = tuple(Option(id_, reason.label, reason.words) for id_, reason in node.step.blocked.items())
    return (*written, _word(library, OTHER))


def say_reasons(library: Library, node: Node, day: date) -> Say:
    """« Qu'est-ce qui vous bloque ? » with its reasons."""
    asked = library.sentence("what_blocks", day)
    return Say(asked.text, asked.short, asked.speech, reason_options(library, node), f"{node.key}?")


def _word(library: Library, name: str) -> Option:
    words = library.words[name]
    return Option(name, words[0], words[1:])
