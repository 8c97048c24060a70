"""`allo chat`: the same conversation in the terminal, on any channel, or one message a line of stdin."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from api import db
from api.app import create_app, utc_now
from api.cli.waiting import until_ready
from api.db import make_engine
from api.logs import configure_logs
from api.places.sharing import share_directory
from api.privacy import forget
from api.sending.errors import Sender
from api.services import Stack, running
from api.settings import Settings, load_settings
from api.simulators.desks import Desk, Kept, an_address, open_desk, simulated
from api.simulators.mailbox import Mailbox
from bot.channels import CHANNELS, Channel, named
from bot.messages import Inbound, Reply

NAMES = [channel.name for channel in CHANNELS]
PLAIN = ("web", "terminal")


def chat(
    channel: Annotated[str, typer.Option(help=f"What is shown: {', '.join(NAMES)}.")] = "terminal",
    address: Annotated[
        str | None, typer.Option("--from", metavar="ADDRESS", help="Who is talking; their place is kept.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a turn.")] = False,
) -> None:
    """Talks with the assistant in the terminal. Without --from, nothing is kept afterwards.

    On voice, type keys (1, 0, *, #) or words; an empty line is a silence, the end of input hangs up. SMS, Telegram
    and calls are simulated: their people have a database of their own, and nothing leaves. A call back is promised as
    by a service that has a team, whether or not this one has accounts (`allo mediators`).
    """
    if channel not in NAMES:
        raise typer.BadParameter(f"the channels are {', '.join(NAMES)}", param_hint="--channel")
    real, mailbox = load_settings().model_copy(update={"team_without_accounts": True}), Mailbox()
    settings = real if channel in PLAIN else simulated(real)
    configure_logs("ERROR", as_json=False)
    passing = f"passing-{uuid.uuid4()}" if channel in PLAIN else an_address(channel)
    who = address or passing
    senders: dict[str, Sender] = {name: mailbox.of(name) for name in ("telegram", "sms")}
    with running(settings, senders=senders) as stack:
        _get_directory(real, stack)
        stack.warm_up()
        until_ready(stack)
        try:
            if channel in PLAIN:
                _talk(stack, named(channel), who, as_json)
            else:
                _at_desk(stack, channel, who, mailbox, as_json)
        finally:
            if address is None:
                forget(stack.engine, stack.vault, who, channel)


def _get_directory(real: Settings, stack: Stack) -> None:
    """The places of the service, in the database of simulated people too."""
    db.upgrade(real)
    engine = make_engine(real.database_url)
    try:
        share_directory(engine, stack.engine, utc_now())
    finally:
        engine.dispose()


def _talk(stack: Stack, channel: Channel, who: str, as_json: bool) -> None:
    for number, text in enumerate(_lines(first="" if not as_json else None)):
        inbound = Inbound(channel.name, who, text, f"{uuid.uuid4()}-{number}", datetime.now(UTC))
        reply = stack.conversations.receive(inbound)
        typer.echo(json.dumps(_turn(text, reply), ensure_ascii=False) if as_json else _shown(channel, reply))


def _at_desk(stack: Stack, channel: str, who: str, mailbox: Mailbox, as_json: bool) -> None:
    """Goes through the real webhooks of the channel, signed, in this process."""
    kept = Kept(stack.conversations.receive)
    app = create_app(stack.channels.settings, replace(stack.services, conversations=_Passing(stack, kept)))
    try:
        desk = open_desk(channel, app, stack.channels.settings, who, mailbox, kept)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--from") from None
    try:
        _turns(desk, kept, as_json)
    finally:
        desk.closes()


def _turns(desk: Desk, kept: Kept, as_json: bool) -> None:
    opening = desk.opens()
    if opening:
        typer.echo(json.dumps({"citizen": None, **opening.data}, ensure_ascii=False) if as_json else opening.shown)
    for text in _lines():
        kept.reply = None
        turn = desk.turn(text)
        said = _turn(text, kept.reply) if kept.reply else {"citizen": text, "replies": []}
        typer.echo(json.dumps(said | turn.data, ensure_ascii=False) if as_json else f"\n{turn.shown}")


class _Passing:
    """The conversations, each reply kept on its way."""

    def __init__(self, stack: Stack, kept: Kept) -> None:
        self._stack, self._kept = stack, kept

    def receive(self, inbound: Inbound) -> Reply:
        """The reply."""
        return self._kept(inbound)

    def history(self, channel: str, address: str) -> Any:
        """The history, as it is."""
        return self._stack.conversations.history(channel, address)

    def pushed(self, channel: str, address: str, after: str) -> Any:
        """What was said apart from any turn, as it is."""
        return self._stack.conversations.pushed(channel, address, after)

    def standing(self, channel: str, address: str) -> Any:
        """The case, as it stands."""
        return self._stack.conversations.standing(channel, address)


def _lines(first: str | None = None) -> Iterator[str]:
    """The lines of stdin, one a message; at a terminal, what is typed, after `first`."""
    if not sys.stdin.isatty():
        yield from (line.rstrip("\n") for line in sys.stdin)
        return
    if first is not None:
        yield first
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
