"""What a channel is, and how a reply becomes what goes out. Ask a channel what it can do, never its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from bot.messages import Reply
from flows.texts import Option, Say

SEPARATOR = "|"


@dataclass(frozen=True)
class Capabilities:
    """What a channel can do.

    `variant` is the form of the texts it carries; `max_choices` how many choices fit at once; `numbered` is true
    where choices are numbers to write or press, false where they are buttons. `in_response`: the reply travels in
    the answer to the provider's request; else it is sent apart. `spoken`: it is heard, not read, and silence is
    noticed. `max_messages` is how many messages a reply may take before the rest waits for « SUITE ». `provided`:
    messages come through a provider, which may deliver one again, and an old one delivered again is refused.
    """

    variant: Literal["text", "short", "speech"]
    max_choices: int
    numbered: bool
    in_response: bool = True
    spoken: bool = False
    max_messages: int | None = None
    provided: bool = False


@dataclass(frozen=True)
class Rendered:
    """One message ready to go out. `options` are the buttons: empty where the choices stand in the text."""

    text: str
    speech: str | None = None
    key: str = ""
    options: tuple[Option, ...] = ()


class Channel(Protocol):
    """A way for citizens to reach the assistant."""

    @property
    def name(self) -> str:
        """Its name, as stored with the messages."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    def render(self, reply: Reply) -> list[Rendered]:
        """The reply as this channel sends it, in order."""


@runtime_checkable
class Packed(Channel, Protocol):
    """A channel where a reply may not fit: the rest waits for « SUITE »."""

    def fits(self, says: Sequence[Say]) -> int:
        """How many of `says`, from the first, leave at once; at least one, if there is one."""


def variant(say: Say, capabilities: Capabilities, short: bool = False) -> str:
    """The text of `say` in the form that the channel carries; the plain text where it has no such form.

    `short`: the short form rather than the plain one, for who asked for it.
    """
    return {"text": say.short if short else None, "short": say.short, "speech": say.speech}[
        capabilities.variant
    ] or say.text


def offered(say: Say, capabilities: Capabilities) -> tuple[Option, ...]:
    """The choices of `say` that fit. The last one always does: it is the way out (« Autre chose »)."""
    most = capabilities.max_choices
    return say.options if len(say.options) <= most else (*say.options[: most - 1], say.options[-1])


# Always open to who asks for them by a word or a key: not worth a line in a numbered menu.
ALWAYS_OPEN = frozenset({"repeter", "pourquoi"})


def keys(say: Say, capabilities: Capabilities) -> tuple[Option, ...]:
    """The choices of `say` worth a number: at an instruction « c'est fait » and « je bloque » are enough."""
    return tuple(option for option in offered(say, capabilities) if option.id not in ALWAYS_OPEN)


def button(key: str, option: str) -> str:
    """What a button carries back: the message it belongs to and the option."""
    return f"{key}{SEPARATOR}{option}"
