"""The commands of `allo`, each read when it is wanted, and how a failure is said: one clear sentence, exit code 1."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from api.cli.failures import sentence

# Where each command stands. An author who checks a page does not wait for the web server, nor for the database.
COMMANDS = {
    "serve": "serving:serve",
    "chat": "chat:chat",
    "train": "serving:train",
    "understand": "serving:understand",
    "test": "testing:test",
    "bench": "bench:bench",
    "forget": "operations:forget",
    "purge": "operations:purge",
    "export": "privacy:export",
    "flows": "content:app",
    "channels": "channels:channels_app",
    "places": "places:places_app",
    "handoffs": "operations:handoffs",
    "mediators": "mediators:mediators_app",
    "db": "operations:database",
    "keys": "operations:keys",
}


class Commands(TyperGroup):
    """The table above, as typer wants its commands."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**{**how, "commands": dict.fromkeys(COMMANDS)})  # their names, to propose one after a typo

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, None when there is none."""
        return _read(cmd_name) if cmd_name in COMMANDS else None


def _read(name: str) -> Any:
    module, _, where = COMMANDS[name].partition(":")
    found = getattr(import_module(f"api.cli.{module}"), where)
    if isinstance(found, typer.Typer):
        group = get_group(found)
        group.name = name
        return group
    alone = typer.Typer(add_completion=False)
    alone.command(name)(found)
    return get_command(alone)


app = typer.Typer(
    cls=Commands,
    name="allo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def allo() -> None:
    """Allô Démarches: walks people through online administrative procedures, one small step at a time."""


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
