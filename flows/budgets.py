"""What a step costs where it is dearest: SMS segments, spoken seconds, keys of a menu, length of a button."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil

from flows.gsm7 import segments
from flows.library import Library
from flows.model import Instruction, Procedure, SubProcedure
from flows.render import reason_options, say_node, say_reasons
from flows.spoken import aloud
from flows.texts import Say
from flows.walk import Node

MAX_SEGMENTS = 2
MAX_SECONDS = 20
MAX_KEYS = 4
MAX_BUTTON = 32
# A slow French voice: about 145 words a minute, 13 characters a second, with a breath between sentences
# and before each key. The phone reads texts at that pace to people who ask for it (docs/decisions/0006).
CHARACTERS_A_SECOND = 13
BREATH = 0.4
DIGIT = 6  # « 36 46 » is said « trente-six quarante-six »
_LONG_NUMBER = re.compile(r"\d(?:[\d ]*\d)")
_SENTENCE = re.compile(r"[.?:;](?=\s|$)")


@dataclass(frozen=True)
class Cost:
    """What one message costs. `labels` are the choices of the phone's menu."""

    where: str
    segments: int
    seconds: float
    labels: tuple[str, ...]
    button: int
    say: Say

    @property
    def keys(self) -> int:
        """How many keys the phone's menu has."""
        return len(self.labels)

    def over(self) -> Iterator[str]:
        """What passes its budget, in the author's words."""
        if self.segments > MAX_SEGMENTS:
            yield f"{self.segments} SMS au lieu de {MAX_SEGMENTS} : raccourcissez, ou écrivez un « short » plus court"
        if self.seconds > MAX_SECONDS:
            yield (
                f"{ceil(self.seconds)} secondes à écouter au lieu de {MAX_SECONDS} : raccourcissez,"
                " ou écrivez un « speech » plus court"
            )
        if self.keys > MAX_KEYS:
            yield f"{self.keys} choix au téléphone : {MAX_KEYS} au plus, on ne les retient pas"
        if self.button > MAX_BUTTON:
            yield f"un bouton de {self.button} caractères : {MAX_BUTTON} au plus"


def seconds(text: str) -> float:
    """How long `text` takes to be said slowly, in seconds."""
    said = " ".join(text.split())
    digits = sum(char.isdigit() for match in _LONG_NUMBER.finditer(said) for char in match[0])
    letters = len(said) + (DIGIT - 1) * digits
    return letters / CHARACTERS_A_SECOND + BREATH * max(0, len(_SENTENCE.findall(said)) - 1)


def sms_text(say: Say, keys: tuple[str, ...]) -> str:
    """The message by SMS: its short variant if there is one, and its numbered choices."""
    return "\n".join((say.short or say.text, *(f"{number} {label}" for number, label in enumerate(keys, 1))))


def voice_text(library: Library, say: Say, keys: tuple[str, ...], day: date) -> str:
    """The message as the phone says it: the spoken variant in words, then the key of each choice."""
    pressed = (library.sentence("key_for", day, label=label, key=str(n)).text for n, label in enumerate(keys, 1))
    return aloud(" ".join((say.speech or say.text, *pressed)))


def shown_keys(say: Say, instruction: bool) -> tuple[str, ...]:
    """The choices worth a key in a menu: at an instruction « c'est fait » and « je bloque » are enough."""
    labels = tuple(option.label for option in say.options)
    return labels[:2] if instruction else labels


def cost(library: Library, where: str, say: Say, day: date, instruction: bool = False) -> Cost:
    """What `say` costs, with the keys that go with it."""
    keys = shown_keys(say, instruction)
    longest = max((len(option.label) for option in say.options), default=0)
    spoken = seconds(voice_text(library, say, keys, day))
    return Cost(where, segments(sms_text(say, keys)), spoken, keys, longest, say)


def node_cost(library: Library, node: Node, day: date) -> Cost:
    """What the message of a step costs."""
    return cost(library, node.key, say_node(library, node, day), day, isinstance(node.step, Instruction))


def procedure_costs(library: Library, procedure: Procedure, day: date) -> list[Cost]:
    """The cost of each message of a procedure, in the order of the file."""
    found = []
    for name, step in procedure.steps.items():
        if isinstance(step, SubProcedure):
            continue
        node = Node(name, procedure, step)
        found.append(node_cost(library, node, day))
        if isinstance(step, Instruction) and len(reason_options(library, node)) > 1:
            found.append(cost(library, f"{name} (je bloque)", say_reasons(library, node, day), day))
    return found


__all__ = ["Cost", "cost", "node_cost", "procedure_costs", "seconds", "sms_text", "voice_text"]
