"""The simulator: the real dialogue, replayed from its start at each turn. Nothing is stored anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from api.web.entries import Entry, said
from bot.alone import answer_alone
from bot.channels.base import Rendered, button
from bot.dialogue import Dialogue
from bot.messages import Inbound, Reply
from bot.talk import Talk
from bot.understanding import Understanding, away
from flows.texts import Option

MAX_TURNS = 100
MAX_TEXT = 1_000
Understand = Callable[[str], Understanding]


@dataclass(frozen=True)
class Turn:
    """What the author answered: words, or the button of that value."""

    text: str
    choice: str | None = None


@dataclass
class Play:
    """A trial of one procedure: what was said, the choices now, the steps met, and what stopped it."""

    tried: str
    entries: list[Entry] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    key: str = ""
    options: tuple[Option, ...] = ()
    procedure: str | None = None
    keys: list[str] = field(default_factory=list)
    failed: str | None = None

    @property
    def here(self) -> str | None:
        """The step of the procedure tried where the conversation stands: a sub-procedure's is the one that uses it."""
        return self.met[-1] if self.keys and self.procedure in (self.tried, None) else None

    @property
    def inside(self) -> str | None:
        """The step of the sub-procedure where the conversation stands, None in the procedure itself."""
        _, _, inner = self.keys[-1].partition("/") if self.keys else ("", "", "")
        return inner or None

    @property
    def met(self) -> list[str]:
        """The steps met so far, the last one met last."""
        names = [key.split("/")[0] for key in self.keys]
        return list(reversed(list(dict.fromkeys(reversed(names)))))

    @property
    def full(self) -> bool:
        """True when nothing more can be answered: the trial must begin again."""
        return len(self.turns) >= MAX_TURNS

    def written(self) -> str:
        """The turns as the next form carries them."""
        return json.dumps([[turn.text, turn.choice] for turn in self.turns], ensure_ascii=False)


def read_turns(written: str) -> list[Turn]:
    """The turns that a form carries back; none when it was tampered with."""
    try:
        found = [Turn(text, choice) for text, choice in json.loads(written or "[]")]
    except (ValueError, TypeError, RecursionError):
        return []
    sound = all(_short(turn.text) and (turn.choice is None or _short(turn.choice)) for turn in found)
    return found[:MAX_TURNS] if sound else []


def _short(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_TEXT


def play(
    dialogue: Dialogue, procedure: str, turns: Sequence[Turn], at: datetime, understand: Understand = away
) -> Play:
    """The conversation about `procedure` where the author answered `turns`, as if all of it were said at `at`."""
    now = Play(procedure)
    talk = Talk()
    try:
        talk = _turn(dialogue, now, talk, Turn(procedure), at, understand)
        for turn in turns[:MAX_TURNS]:
            label = next((o.label for o in now.options if button(now.key, o.id) == turn.choice), None)
            shown = label or turn.text or "…"
            now.turns.append(turn)
            now.entries.append(Entry(True, Rendered(shown)))
            talk = _turn(dialogue, now, talk, Turn(shown, turn.choice), at, understand)
    except Exception as error:  # a way to nowhere, a procedure that cannot be read: the author sees what stopped it
        now.failed, now.options = f"{type(error).__name__} {error}".strip()[:MAX_TEXT], ()
    return now


def _turn(dialogue: Dialogue, now: Play, talk: Talk, turn: Turn, at: datetime, understand: Understand) -> Talk:
    inbound = Inbound("web", "author", turn.text, str(len(now.turns)), at, turn.choice)
    answer = answer_alone(dialogue, inbound, talk, understand)
    shown = said(answer.reply)
    now.entries += shown
    last = shown[-1].message if shown else Rendered("")
    now.key, now.options, now.procedure = last.key, last.options, answer.reply.procedure
    if now.procedure == now.tried:
        now.keys += _keys(dialogue, answer.reply)
    return answer.talk


def _keys(dialogue: Dialogue, reply: Reply) -> list[str]:
    """The steps that a reply says, then the one that waits."""
    steps = dialogue.library.procedures[reply.procedure or ""].steps
    said_keys = (say.key.removesuffix("?") for say in reply.says)
    return [key for key in (*said_keys, reply.step or "") if key.split("/")[0] in steps]
