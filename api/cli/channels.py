"""`allo channels`: is each channel set up from end to end, and connecting the providers to this service."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer

from api.cli.failures import Told
from api.doctor.connecting import connect_telegram, connect_twilio
from api.doctor.examination import examine
from api.doctor.findings import Finding, Status
from api.doctor.words import doctor_words, line_of
from api.settings import Settings, load_settings

channels_app = typer.Typer(
    no_args_is_help=True, help="Telegram, SMS and the phone line: check, connect.", add_completion=False
)
connect_app = typer.Typer(no_args_is_help=True)
channels_app.add_typer(connect_app, name="connect", help="Tells a provider where this service is.")


@channels_app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Asks nobody: looks at the settings only.")] = False,
) -> None:
    """Checks Telegram, SMS, the phone line and the public address. Exit code 1 when something is to be mended."""
    settings, count = load_settings(), 0
    width = max(map(len, doctor_words()["statuses"].values()))
    for finding in examine(settings, offline, datetime.now(UTC)):
        count += finding.status is Status.FIX
        word = doctor_words()["statuses"][finding.status.value].ljust(width)
        typer.echo(_as_json(finding, settings) if as_json else f"{word}  {line_of(finding, settings)}")
    if count:
        typer.echo(f"{count} point{'s' if count > 1 else ''} à corriger.", err=True)
        raise typer.Exit(1)
    typer.echo("Rien à corriger.", err=True)


@connect_app.command("telegram")
def to_telegram() -> None:
    """Has Telegram deliver to this service, with its secret, and show the list of commands."""
    _connect(connect_telegram)


@connect_app.command("twilio")
def to_twilio() -> None:
    """Has Twilio send the messages and calls of the number to this service."""
    _connect(connect_twilio)


def _connect(connecting: Callable[[Settings], Iterator[Finding]]) -> None:
    settings = load_settings()
    for finding in connecting(settings):
        line = line_of(finding, settings)
        if finding.status is Status.FIX:
            raise Told(str(line))
        typer.echo(str(line))


def _as_json(finding: Finding, settings: Settings) -> str:
    line = line_of(finding, settings)
    row = {"check": finding.check, "status": finding.status.value, "case": finding.case}
    return json.dumps({**row, "title": line.title, "says": line.says, "do": line.do}, ensure_ascii=False)
