"""Answers ready to send, taken from the procedure where the citizen stands: reviewed words, with facts still valid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.library import Library
from flows.main_way import main_way
from flows.model import Information, Instruction, Outcome, Procedure, Question, SubProcedure
from flows.render import say_node
from flows.texts import Say, expired, fill
from flows.walk import Node

NEXT_STEPS = 2


@dataclass(frozen=True)
class Canned:
    """One answer: its id on the page, the name of its heading, and the words that go in the mediator's message."""

    id: str
    heading: str
    text: str


@dataclass(frozen=True)
class About:
    """Where the citizen stands: a procedure and a step's key, if any; `short`: what is written goes by SMS."""

    procedure: str | None
    step: str | None
    short: bool = False


def canned(library: Library, words: Mapping[str, str], about: About, first_name: str, day: date) -> tuple[Canned, ...]:
    """The answers for a mediator called `first_name` to insert on `day`; a fact out of date is never in them.

    `words` are those of flows/texts/mediateur_dossier.yaml under `canned`.
    """
    page = library.procedures.get(about.procedure or "")
    found = [] if page is None else [*_step(library, page, about, day), *_around(library, words, page, day)]
    usual = [Canned(f"usual-{name}", "usual", text) for name, text in words.items() if name.startswith("say_")]
    return tuple(Canned(one.id, one.heading, one.text.replace("{first_name}", first_name)) for one in (*found, *usual))


def named(all_of_them: tuple[Canned, ...], id_: str) -> str:
    """The words of the answer of that id, nothing when there is none (the step moved meanwhile)."""
    return next((one.text for one in all_of_them if one.id == id_), "")


def node_at(library: Library, procedure: Procedure, key: str) -> Node | None:
    """The step of that key (« sub/step » inside another procedure), None when the files have it no more."""
    *subs, name = key.split("/")
    for sub in subs:
        used = procedure.steps.get(sub)
        if not isinstance(used, SubProcedure) or used.use not in library.procedures:
            return None
        procedure = library.procedures[used.use]
    step = procedure.steps.get(name)
    return None if step is None or isinstance(step, SubProcedure) else Node(key, procedure, step)


def _step(library: Library, page: Procedure, about: About, day: date) -> Iterator[Canned]:
    node = node_at(library, page, about.step) if about.step else None
    if node is None:
        return
    if _sound(library, node, day):
        yield Canned("step", "step", _words(say_node(library, node, day), about.short))
    if isinstance(node.step, Question | Instruction) and not expired(node.step.why, library.facts, day):
        yield Canned("why", "why", fill(node.step.why, library.facts, day))
    for number, after in enumerate(_after(library, page, node.key, day), 1):
        yield Canned(f"next-{number}", "next", _words(say_node(library, after, day), about.short))


def _around(library: Library, words: Mapping[str, str], page: Procedure, day: date) -> Iterator[Canned]:
    known = [fill(one, library.facts, day) for one in page.documents if not expired(one, library.facts, day)]
    if known:
        listed = "\n".join(f"- {document}" for document in known)
        yield Canned("documents", "documents", f"{words['documents']}\n{listed}")
    if not expired(page.without_internet, library.facts, day):
        yield Canned("without", "without", fill(page.without_internet, library.facts, day))
    contact = _contact(library, words, page, day)
    if contact:
        yield Canned("contact", "contact", contact)


def _contact(library: Library, words: Mapping[str, str], page: Procedure, day: date) -> str:
    """How to reach the body; the phone only while its number and hours may be said."""
    known = library.contacts[page.contact]
    values: dict[str, Any] = {"name": known.name, "site": known.site or ""}
    for name in ("phone", "hours"):
        fact = library.facts.get(getattr(known, name) or "")
        values[name] = fact.on(day) if fact and fact.sayable(day) else None
    if values["phone"] and values["hours"]:
        return words["contact_phone"].format_map(values)
    return words["contact_site"].format_map(values) if known.site else ""


def _after(library: Library, page: Procedure, key: str, day: date) -> list[Node]:
    """The steps that usually follow."""
    nodes = main_way(library, page, day) or ()
    at = next((index for index, node in enumerate(nodes) if node.key == key), None)
    told = [] if at is None else [node for node in nodes[at + 1 :] if not isinstance(node.step, Outcome)]
    return [node for node in told if _sound(library, node, day)][:NEXT_STEPS]


def _sound(library: Library, node: Node, day: date) -> bool:
    """False when a fact of the step is out of date: a person must check it before saying it."""
    step = node.step
    if isinstance(step, Question):
        text = step.ask
    elif isinstance(step, Instruction):
        text = step.do
    else:
        text = step.say if isinstance(step, Information | Outcome) else ""
    return bool(text) and not expired(text, library.facts, day)


def _words(say: Say, short: bool) -> str:
    text = (say.short if short else None) or say.text
    # « je bloque » and the like are for the assistant to read; the choices of a question are worth writing.
    labels = [option.label for option in say.options if option.id not in ("fait", "bloque", "repeter", "pourquoi")]
    return "\n".join((text, *(f"- {label}" for label in labels))) if labels else text
