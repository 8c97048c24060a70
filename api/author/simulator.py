"""The simulator: the real dialogue, replayed from its start at each turn. Nothing is stored anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from api.web.pages import Entry, said
from bot.channels.base import Rendered, button
from bot.dialogue import Dialogue, NeedsUnderstanding
from bot.messages import Answer, Inbound
from bot.talk import Talk
from bot.understanding import Understanding, away
from flows.texts import Option

MAX_TURNS = 100
MAX_TEXT = 1_000
ROUNDS = 8
Understand = Callable[[str], Understanding]


@dataclass(frozen=True)
class Turn:
    """What the author answered: words, or the button of that value."""

    text: str
    choice: str | None = None


@dataclass
class Play:
    """Where the conversation stands: what was said, the choices, the steps met, and what stopped it."""

    entries: list[Entry] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    key: str = ""
    options: tuple[Option, ...] = ()
    procedure: str | None = None
    step: str | None = None
    keys: list[str] = field(default_factory=list)
    ended: str | None = None
    failed: str | None = None

    def here(self, procedure: str) -> str | None:
        """The step of `procedure` where the conversation stands; of a sub-procedure's step, the one that uses it."""
        if self.step and self.procedure == procedure:
            return self.step.split("/")[0]
        return self.keys[-1].split("/")[0] if self.ended and self.keys else None

    def met(self) -> list[str]:
        """The steps met so far, by name."""
        return list(dict.fromkeys(key.split("/")[0] for key in self.keys))

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
    now = Play(procedure=procedure)
    talk = Talk()
    try:
        talk = _turn(dialogue, now, talk, Turn(procedure), at, understand)
        for turn in turns[:MAX_TURNS]:
            known = next((o.label for o in now.options if button(now.key, o.id) == turn.choice), None)
            turn = Turn(known, turn.choice) if known else Turn(turn.text or str(turn.choice or ""))  # noqa: PLW2901
            now.turns.append(turn)
            now.entries.append(Entry(True, Rendered(turn.text)))
            talk = _turn(dialogue, now, talk, turn, at, understand)
    except Exception as error:  # a way to nowhere, a procedure that is not readable: the author sees which
        now.failed, now.options = f"{type(error).__name__} {error}".strip(), ()
    return now


def _turn(dialogue: Dialogue, now: Play, talk: Talk, turn: Turn, at: datetime, understand: Understand) -> Talk:
    inbound = Inbound("web", "author", turn.text, str(len(now.turns)), at, turn.choice)
    answer = _answer(dialogue, inbound, talk, understand)
    shown = said(answer.reply)
    now.entries += shown
    last = shown[-1].message if shown else Rendered("")
    now.key, now.options = last.key, last.options
    now.procedure, now.step, now.ended = answer.reply.procedure, answer.reply.step, answer.reply.ended
    _note_steps(now, answer, dialogue, talk)
    return answer.talk


def _answer(dialogue: Dialogue, inbound: Inbound, talk: Talk, understand: Understand) -> Answer:
    understood: dict[str, Understanding] = {}
    for _ in range(ROUNDS):
        try:
            return dialogue.reply_to(inbound, talk, understood)
        except NeedsUnderstanding as need:
            understood[need.text] = understand(need.text)
    raise RuntimeError("the dialogue asks again for a reading that it was given")


def _note_steps(now: Play, answer: Answer, dialogue: Dialogue, before: Talk) -> None:
    """Keeps the steps met: those said, and the one that waits. Only those of the procedure being tried count."""
    page = dialogue.library.procedures.get(now.procedure or "")
    keys = [say.key for say in answer.reply.says if page and say.key.split("/")[0].rstrip("?") in page.steps]
    now.keys += [key.rstrip("?") for key in keys]
    if now.step:
        now.keys.append(now.step)
