"""The rights of people, for those who run the service: what is kept of somebody."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from api.cli.operations import open_storage
from api.personal_copy import personal_copy
from api.privacy import export as export_counts
from api.settings import load_settings


def export(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="A phone number, or a channel's address.")],
    channel: Annotated[str | None, typer.Option(help="Only on this channel.")] = None,
    copy: Annotated[bool, typer.Option("--copy", help="All of it, opened: read it before you hand it over.")] = False,
) -> None:
    """Prints what is kept about a citizen: counts and dates, or a whole copy. One JSON object a citizen."""
    settings = load_settings()
    engine, vault = open_storage(settings)
    found = (personal_copy if copy else export_counts)(engine, vault, address, channel)
    for one in found:
        typer.echo(json.dumps(one, ensure_ascii=False, indent=2, default=str))
    if not found:
        typer.echo("Nobody is known by this address.", err=True)
