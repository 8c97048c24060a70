"""`allo mediators`: the accounts of the console. Nobody makes one by themselves: they are invited."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.cases.account import MEDIATOR
from api.cli.operations import open_storage
from api.console import accounts
from api.console.accounts import NewAccount
from api.console.invitations import INVITED_FOR, Invitation
from api.console_models import Mediator, MediatorPlace
from api.db import reading, writing
from api.settings import Settings, load_settings

mediators_app = typer.Typer(no_args_is_help=True, help="The accounts of the mediators' console.", add_completion=False)
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The e-mail address one signs in with.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def has_accounts(engine: Engine) -> bool:
    """True when somebody can sign in to the console, or was invited to."""
    with reading(engine) as session:
        return session.scalar(select(Mediator.id).limit(1)) is not None


@mediators_app.command()
def add(
    email: Email,
    first_name: Annotated[str, typer.Option(help="What citizens read; by default the start of the address.")] = "",
    last_name: Annotated[str, typer.Option(help="Their family name.")] = "",
    role: Annotated[str, typer.Option(help="mediator, coordinator or administrator.")] = MEDIATOR,
    place: Annotated[list[str] | None, typer.Option(help="The id of a place where they work; repeat it.")] = None,
    territory: Annotated[bool, typer.Option("--territory", help="Also sees the cases of no place.")] = False,
    as_json: AsJson = False,
) -> None:
    """Makes an account, and prints the address where its password is chosen."""
    first_name = first_name or re.split(r"[^a-z]", email.strip().lower())[0].capitalize()
    new = NewAccount(email, first_name, last_name, role, tuple(place or ()), territory)
    with _changing() as (session, settings, at):
        invitation = accounts.add(session, settings, new, at)
    _tell(invitation, as_json)


@mediators_app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Lists the accounts: address, name, role, state, places."""
    engine, _vault = open_storage(load_settings())
    with reading(engine) as session:
        rows = [_described(session, row) for row in session.scalars(select(Mediator).order_by(Mediator.email))]
    for row in rows:
        where = row["places"] + ["territory"] * row["territory"]
        line = f"{row['email']}  {row['name']}  {row['role']}  {row['state']}  {', '.join(where) or 'no place'}"
        typer.echo(json.dumps(row, ensure_ascii=False) if as_json else line)
    if not rows and not as_json:
        typer.echo("There is no account yet; make one with `allo mediators add EMAIL`.", err=True)


@mediators_app.command()
def disable(email: Email) -> None:
    """Closes an account: its sessions end at once."""
    with _changing() as (session, _settings, at):
        accounts.disable(session, accounts.by_email(session, email), at, None)
    typer.echo("Disabled.")


@mediators_app.command()
def enable(email: Email) -> None:
    """Opens a closed account again."""
    with _changing() as (session, _settings, at):
        accounts.enable(session, accounts.by_email(session, email), at, None)
    typer.echo("Enabled.")


@mediators_app.command()
def reset(email: Email, as_json: AsJson = False) -> None:
    """Invites again: for a lost password or phone. What was there before stops working."""
    with _changing() as (session, settings, at):
        invitation = accounts.reset(session, settings, accounts.by_email(session, email), at, None)
    _tell(invitation, as_json)


@mediators_app.command()
def places(
    email: Email,
    add_: Annotated[list[str] | None, typer.Option("--add", help="The id of a place; repeat it.")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", help="The id of a place; repeat it.")] = None,
) -> None:
    """Shows the places of an account, after adding or removing some."""
    with _changing() as (session, _settings, at):
        mediator = accounts.by_email(session, email)
        if add_ or remove:
            accounts.change_places(session, mediator, add_ or (), remove or (), at, None)
        kept = _places(session, mediator)
    typer.echo("\n".join(kept) or "No place.")


@contextmanager
def _changing() -> Iterator[tuple[Session, Settings, datetime]]:
    """One transaction on the database of this machine, its settings, and the time."""
    settings = load_settings()
    engine, _vault = open_storage(settings)
    with writing(engine) as session:
        yield session, settings, datetime.now(UTC)


def _tell(invitation: Invitation, as_json: bool) -> None:
    if as_json:
        shown = {
            "email": invitation.email,
            "address": invitation.address,
            "until": invitation.until.isoformat("T", "minutes"),
        }
        typer.echo(json.dumps(shown, ensure_ascii=False))
        return
    hours = int(INVITED_FOR.total_seconds() // 3600)
    typer.echo(f"Invited: {invitation.email}. Give them this address; it works once, within {hours} hours:")
    typer.echo(f"  {invitation.address}")


def _described(session: Session, row: Mediator) -> dict[str, Any]:
    return {
        "email": row.email,
        "name": f"{row.first_name} {row.last_name}".strip(),
        "role": row.role,
        "state": "disabled" if not row.active else "active" if row.password_hash or row.oidc_subject else "invited",
        "territory": row.territory,
        "places": _places(session, row),
    }


def _places(session: Session, mediator: Mediator) -> list[str]:
    mine = MediatorPlace.mediator_id == mediator.id
    return list(session.scalars(select(MediatorPlace.place_id).where(mine).order_by(MediatorPlace.place_id)))
