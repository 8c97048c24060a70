"""What a turn looks at, and what it decides. Shared by all the parts of the dialogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from bot.channels.base import Capabilities
from bot.manner import Then
from bot.messages import Event, HandoffRequest, Known, Nearby, Send
from bot.owners import Charge, Waiting
from bot.talk import Asked, Talk
from bot.wanted import Wanted
from flows.library import Library
from flows.plain import plain
from flows.texts import Option, Say
from mediation.territory import Territory

if TYPE_CHECKING:
    from bot.understanding import Understanding

FRENCH = "fr"
MENUS = ("theme", "procedure", "which", "task")
READ = Capabilities(variant="text", max_choices=12, numbered=False)


class NeedsUnderstanding(Exception):
    """The turn cannot be decided without Rasa's reading of `text`: get it, then ask again."""

    def __init__(self, text: str) -> None:
        super().__init__("understanding needed")
        self.text = text


class NeedsPlaces(Exception):
    """The turn cannot be decided without the places around the commune of this code: find them, then ask again."""

    def __init__(self, commune: str, wanted: Wanted) -> None:
        super().__init__("places needed")
        self.commune, self.wanted = commune, wanted


class NeedsKnown(Exception):
    """The turn cannot be decided without what is kept about the citizen: look it up, then ask again."""

    def __init__(self) -> None:
        super().__init__("what is kept about the citizen is needed")


@dataclass(frozen=True)
class Limits:
    """What is set by those who run the service: gentle checks on who asked to wait, life of a code in minutes."""

    hold_checks: int = 30
    code_minutes: int = 15


@dataclass(frozen=True)
class Scene:
    """A message, and all that is known when it comes. `picked` is the option of the button pressed, if any.

    `library` is that of the language of the talk, `languages` holds them all. `signal` is what came in place of
    words; `phone` a number to call back, when known, and `no_sms` that it wants no SMS; `nearby` the
    places around the point that was sent, or around the commune of code `around`; `can` what the channel can do.
    `charge`: the person in charge of the case, if any, `waiting`: the case that waits for one; `staffed`: somebody of
    the team could answer in writing now, `helped`: one day at least. `known`: what is kept about the citizen, once the
    dialogue asked for it.
    """

    library: Library
    territory: Territory
    at: datetime
    channel: str
    text: str
    talk: Talk
    understood: Mapping[str, Understanding]
    picked: str | None = None
    languages: Mapping[str, Library] = field(default_factory=dict)
    signal: str | None = None
    phone: str | None = None
    no_sms: bool = False
    nearby: tuple[Nearby, ...] = ()
    around: str | None = None
    charge: Charge | None = None
    waiting: Waiting | None = None
    staffed: bool = False
    helped: bool = True
    known: Known | None = None
    can: Capabilities = READ
    limits: Limits = Limits()

    @property
    def day(self) -> date:
        """The citizen's day."""
        return self.at.date()

    @property
    def french(self) -> Library:
        """The French library: what mediators read."""
        return self.languages.get(FRENCH, self.library)

    @cached_property
    def exact(self) -> str:
        """The text in plain letters, a final question mark aside: what exact words are compared with."""
        bare = plain(self.text)
        return bare.rstrip("? ") or bare

    @property
    def busy(self) -> bool:
        """True when a question of the assistant's must be answered before the step (a menu need not)."""
        return self.talk.asked is not None and self.talk.asked.kind not in MENUS

    def understand(self) -> Understanding:
        """Rasa's reading of the text. Raises NeedsUnderstanding when it has not been asked yet."""
        if self.text not in self.understood:
            raise NeedsUnderstanding(self.text)
        return self.understood[self.text]

    def places(self, commune: str, procedure: str | None) -> tuple[Nearby, ...]:
        """The places around a commune (its code). Raises NeedsPlaces when they have not been looked for yet."""
        if self.around != commune:
            raise NeedsPlaces(commune, Wanted(procedure, self.talk.comfort.access, self.library.language))
        return self.nearby

    def kept(self) -> Known:
        """What is kept about the citizen. Raises NeedsKnown when it has not been looked up yet."""
        if self.known is None:
            raise NeedsKnown
        return self.known

    def says(self, /, *names: str, **values: str) -> tuple[Say, ...]:
        """The assistant's sentences of these names."""
        return tuple(self.library.sentence(name, self.day, **values) for name in names)

    def ask(self, name: str, /, *options: str, **values: str) -> Say:
        """A sentence of the assistant with options, each named by its entry in `words`."""
        said = self.library.sentence(name, self.day, **values)
        return replace(said, options=tuple(self.option(o) for o in options), key=f"asked.{name}")

    def option(self, name: str) -> Option:
        """The option `name`: a word of the assistant's, a theme of the menu, or a procedure."""
        if name in self.library.procedures:
            procedure = self.library.procedures[name]
            return _option(name, procedure.button, (*procedure.words, procedure.title))
        theme = self.library.menu.get(name)
        if theme:
            return Option(name, theme.label, theme.words)
        words = self.library.words[name]
        return Option(name, words[0], words[1:])

    def title(self, procedure: str) -> str:
        """The title of a procedure, as said in a sentence."""
        return self.library.procedures[procedure].title


@lru_cache(maxsize=1024)
def _option(name: str, label: str, words: tuple[str, ...]) -> Option:
    return Option(name, label, tuple(map(plain, words)))


@dataclass(frozen=True)
class Move:
    """What a turn decides: the talk after it, what to say, and what to keep.

    `aside`: a word in passing, after which « répétez » still repeats what stood before it. `slower`: this once, more
    slowly than usual.
    """

    talk: Talk
    says: tuple[Say, ...]
    events: tuple[Event, ...] = ()
    ended: str | None = None
    handoff: HandoffRequest | None = None
    forget: bool = False
    private: bool = False
    link: bool = False
    sends: tuple[Send, ...] = ()
    then: Then | None = None
    aside: bool = False
    slower: bool = False
    relayed: bool = False
    takes_back: bool = False

    def first(self, *says: Say) -> Move:
        """The same move, with something said before."""
        return replace(self, says=(*says, *self.says))

    def noting(self, *events: Event) -> Move:
        """The same move, with events that happened before it."""
        return replace(self, events=(*events, *self.events))


def asking(talk: Talk, kind: str, *options: str) -> Talk:
    """The talk with a question of the assistant's own pending."""
    return replace(talk, asked=Asked(kind, options), misses=0)
