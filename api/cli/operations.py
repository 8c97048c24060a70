"""Operations: the cases that wait, forgetting someone, purging, the database and its keys."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Engine, select

from api import db
from api.case_models import Handoff
from api.cases.ending import close_by_operator
from api.cases.rows import CaseRow, rows
from api.cli.failures import Told
from api.cli.purge_words import purge_words
from api.db import make_engine, reading, writing
from api.keys import check_keys, rotate_keys
from api.privacy import forget as forget_address
from api.privacy import purge as purge_old
from api.settings import Settings, load_settings
from api.vault import Vault
from mediation.cases import OPEN, SAID_CLOSINGS, YES

NO_FOLLOW_UP = "sans_suite"

handoffs = typer.Typer(no_args_is_help=True, help="The cases that wait for a mediator.", add_completion=False)
database = typer.Typer(no_args_is_help=True, help="The database.", add_completion=False)
keys = typer.Typer(no_args_is_help=True, help="The encryption keys.", add_completion=False)


def open_storage(settings: Settings) -> tuple[Engine, Vault]:
    """The database brought up to date, and the vault that opens it. Raises when the keys are not its own."""
    db.upgrade(settings)
    engine, vault = make_engine(settings.database_url), Vault.from_text(settings.encryption_keys.get_secret_value())
    check_keys(engine, vault)
    return engine, vault


def case_dict(vault: Vault, case: Handoff, row: CaseRow) -> dict[str, Any]:
    """A case as the person who takes it sees it: the answers with the citizen's consent only."""
    return {
        "id": str(case.id),
        "reason": case.reason,
        "status": case.status,
        "created_at": case.created_at.isoformat(timespec="minutes"),
        "due": case.due.isoformat() if case.due else None,
        "mode": case.mode,
        "callback_on": case.callback_on.isoformat() if case.callback_on else None,
        "callback_half": case.callback_half,
        "place": row.place,
        "holder": row.holder,
        "late": row.late,
        "consent": case.consent,
        "phone": case.unseal(vault, "phone_sealed"),
        "recap": case.unseal(vault, "recap_sealed"),
        "answers": case.unseal(vault, "answers_sealed") if case.consent == YES else None,
    }


@handoffs.command("list")
def list_handoffs(as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """Lists the open cases, the most urgent first."""
    engine, vault = open_storage(load_settings())
    with reading(engine) as session:
        found = {case.id: case for case in session.scalars(select(Handoff).where(Handoff.status == OPEN))}
        cases = [case_dict(vault, found[row.id], row) for row in rows(session, vault, list(found.values()))]
    for case in cases:
        recap = case["recap"] or {}
        where = f"{recap.get('title') or 'sans démarche'} · {recap.get('step_text') or ''}"
        held = f"  chez {case['holder']}" if case["holder"] else ""
        line = (
            f"{case['id']}  avant le {case['due']}  {case['phone'] or 'sans numéro'}  {case['reason']}  {where}{held}"
        )
        typer.echo(json.dumps(case, ensure_ascii=False) if as_json else line)
    if not cases and not as_json:
        typer.echo("No case is waiting.", err=True)


@handoffs.command("close")
def close_handoff(
    case: Annotated[str, typer.Argument(metavar="ID")],
    closing: Annotated[str, typer.Option(help=f"How it ended: {', '.join(SAID_CLOSINGS)}.")] = NO_FOLLOW_UP,
) -> None:
    """Closes a case for ever; the assistant helps the citizen again, and says nothing of it by itself."""
    if closing not in SAID_CLOSINGS:
        raise Told(f"no such closing « {closing} »; there are: {', '.join(SAID_CLOSINGS)}.")
    engine, _vault = open_storage(load_settings())
    with writing(engine) as session:
        if not close_by_operator(session, _id(case), closing, datetime.now(UTC)):
            raise Told(f"there is no open case {case}; `allo handoffs list` shows them.")
    typer.echo("Closed.")


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def forget(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="A phone number, or a channel's address.")],
    channel: Annotated[str | None, typer.Option(help="Only on this channel.")] = None,
) -> None:
    """Deletes everything about a citizen."""
    engine, vault = open_storage(load_settings())
    count = forget_address(engine, vault, address, channel)
    typer.echo("Everything is deleted." if count else "Nobody is known by this address.")


def purge() -> None:
    """Deletes what has been kept long enough (see the ALLO_KEEP_*_DAYS settings)."""
    settings = load_settings()
    engine, _vault = open_storage(settings)
    typer.echo(purge_words(purge_old(engine, settings, datetime.now(UTC))))


@database.command()
def upgrade() -> None:
    """Brings the database to the latest migration."""
    db.upgrade(load_settings())
    typer.echo("The database is up to date.")


@keys.command()
def rotate() -> None:
    """Seals again with the newest key all that an older one sealed."""
    engine, vault = open_storage(load_settings())
    typer.echo(f"{rotate_keys(engine, vault)} values sealed again.")
