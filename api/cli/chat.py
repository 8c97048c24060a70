"""`allo chat`: the same conversation in the terminal, or one message a line of stdin."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from api.cli.waiting import until_ready
from api.logs import configure_logs
from api.privacy import forget
from api.services import Stack, running
from api.settings import load_settings
from bot.channels import CHANNELS, Channel, named
from bot.messages import Inbound, Reply

NAMES = [channel.name for channel in CHANNELS]


def chat(
    channel: Annotated[str, typer.Option(help=f"What is shown: {', '.join(NAMES)}.")] = "terminal",
    address: Annotated[
        str | None, typer.Option("--from", metavar="ADDRESS", help="Who is talking; their place is kept.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a turn.")] = False,
) -> None:
    """Talks with the assistant in the terminal. Without --from, nothing is kept afterwards."""
    if channel not in NAMES:
        raise typer.BadParameter(f"the channels are {', '.join(NAMES)}", param_hint="--channel")
    settings = load_settings()
    configure_logs("ERROR", as_json=False)
    who = address or f"passing-{uuid.uuid4()}"
    with running(settings) as stack:
        until_ready(stack)
        try:
            _talk(stack, named(channel), who, as_json)
        finally:
            if address is None:
                forget(stack.engine, stack.vault, who, channel)


def _talk(stack: Stack, channel: Channel, who: str, as_json: bool) -> None:
    for number, text in enumerate(_lines(as_json)):
        inbound = Inbound(channel.name, who, text, f"{uuid.uuid4()}-{number}", datetime.now(UTC))
        reply = stack.conversations.receive(inbound)
        typer.echo(json.dumps(_turn(text, reply), ensure_ascii=False) if as_json else _shown(channel, reply))


def _lines(as_json: bool) -> Iterator[str]:
    if not sys.stdin.isatty():
        yield from (line.rstrip("\n") for line in sys.stdin)
        return
    if not as_json:
        yield ""
    while True:
        try:
            yield input("\n> ")
        except EOFError:
            return


def _turn(text: str, reply: Reply) -> dict[str, Any]:
    return {
        "citizen": text,
        "replies": [say.text for say in reply.says],
        "procedure": reply.procedure,
        "step": reply.step,
        "ended": reply.ended,
        "intent": reply.intent,
        "confidence": reply.confidence,
    }


def _shown(channel: Channel, reply: Reply) -> str:
    lines = []
    for rendered in channel.render(reply):
        buttons = "  ".join(f"[{option.label}]" for option in rendered.options)
        lines.append(f"\n{rendered.text}" + (f"\n  {buttons}" if buttons else ""))
    return "".join(f"{line}\n" for line in lines).rstrip("\n")
