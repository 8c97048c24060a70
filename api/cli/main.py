"""The commands of `allo`, and how a failure is said: one clear sentence, exit code 1."""

from __future__ import annotations

import os
import sys

import typer

from api.cli import bench, channels, chat, content, mediators, operations, places, privacy, serving, testing
from api.cli.failures import sentence

app = typer.Typer(
    name="allo",
    help="Allô Démarches: walks people through online administrative procedures, one small step at a time.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(content.app, name="flows", help="For authors: check, list, show, draw and play the procedures.")
app.add_typer(channels.channels_app, name="channels", help="Telegram, SMS and the phone line: check, connect.")
app.add_typer(places.places_app, name="places", help="The directory of places where somebody helps.")
app.add_typer(operations.handoffs, name="handoffs", help="The cases that wait for a mediator.")
app.add_typer(mediators.mediators_app, name="mediators", help="The accounts of the mediators' console.")
app.add_typer(operations.database, name="db", help="The database.")
app.add_typer(operations.keys, name="keys", help="The encryption keys.")
for command in (serving.serve, serving.train, serving.understand, chat.chat, testing.test, bench.bench):
    app.command()(command)
app.command()(operations.forget)
app.command()(operations.purge)
app.command()(privacy.export)


def main() -> None:
    """Runs the command line. Bad usage exits with 2, a failure with 1 and one sentence on stderr."""
    try:
        app()
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(130)
    except Exception as error:
        said = sentence(error)
        if said is None:
            raise
        sys.stderr.write(f"allo: {said}\n")
        sys.exit(1)
