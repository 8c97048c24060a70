"""Who sees what citizens ask for: without an account that can take a case, nothing may be promised to them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from api.cases.account import helps, signs_in
from api.cases.presence import has_queue
from api.console_models import Mediator
from api.db import StorageDown, make_engine, reading
from api.doctor.findings import Finding, fix, ok, skip
from api.settings import Settings


def team(settings: Settings) -> Finding:
    """Whether somebody will see the requests, and what to type if nobody does. Nothing is written nor created."""
    if settings.team_without_accounts:
        return skip("team", "by_command")
    try:
        counted = _counted(settings)
    except (StorageDown, SQLAlchemyError):
        counted = None
    if counted is None:
        return skip("team", "no_database")
    helpers, opened, able = counted
    if not helpers:
        return fix("team", "nobody")
    if not opened:
        return fix("team", "invited")
    return ok("team", "there", count=str(able)) if able else fix("team", "no_queue")


def _counted(settings: Settings) -> tuple[int, int, int] | None:
    """The active accounts that may take cases; of these, those that sign in; of these, those that have a queue."""
    address = make_url(settings.database_url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        return None
    engine, people = make_engine(settings.database_url), select(func.count()).select_from(Mediator).where(helps())
    try:
        with reading(engine) as session:
            opened = people.where(signs_in())
            helpers, openings, able = map(session.scalar, (people, opened, opened.where(has_queue())))
            return helpers or 0, openings or 0, able or 0
    finally:
        engine.dispose()
