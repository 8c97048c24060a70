"""Plays one procedure in the terminal through the real dialogue, nothing stored and no Rasa."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import typer

from bot.alone import answer_alone
from bot.channels.terminal import TERMINAL
from bot.dialogue import Dialogue
from bot.messages import Inbound, Reply
from bot.talk import Talk
from bot.understanding import away
from flows.library import Library
from mediation.territory import load_territory


def play_in_terminal(library: Library, procedure: str, moment: datetime, lines: Iterable[str]) -> None:
    """Prints the start of `procedure`, then the reply to each line, until it ends."""
    dialogue = Dialogue(library, load_territory("demo"))
    talk = Talk()
    for number, text in enumerate((procedure, "oui"), 1):
        talk, reply = _turn(dialogue, talk, text, number, moment)
    _print(reply)
    for number, line in enumerate(lines, 10):
        talk, reply = _turn(dialogue, talk, line.strip(), number, moment)
        typer.echo(f"\n> {line.strip()}")
        _print(reply)
        if reply.ended and not talk.plans:
            return


def _turn(dialogue: Dialogue, talk: Talk, text: str, number: int, moment: datetime) -> tuple[Talk, Reply]:
    inbound = Inbound("terminal", "author", text, str(number), moment)
    answer = answer_alone(dialogue, inbound, talk, away)
    return answer.talk, answer.reply


def _print(reply: Reply) -> None:
    for rendered in TERMINAL.render(reply):
        typer.echo(rendered.text)
