"""The command line: `allo`."""

from api.cli.main import main

__all__ = ["main"]
