"""Puts the console together: its parts, its routers, and how its refusals become pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Engine

from api.console.desk import Console
from api.console.gate import ConsoleGate, PageRefused, SignIn
from api.console.pages import ConsolePages
from api.console.routes_access import door_router
from api.console.routes_account import account_router
from api.console.routes_accounts import accounts_router
from api.console.routes_activity import activity_router
from api.console.routes_agenda import agenda_router
from api.console.routes_case import case_router
from api.console.routes_events import events_router
from api.console.routes_figures import figures_router
from api.console.routes_journal import journal_router
from api.console.routes_places import places_router
from api.console.routes_queue import queue_router
from api.console.routes_team import team_router
from api.settings import Settings
from api.vault import Vault
from api.web.pages import Pages
from bot.dialogue import Dialogue
from mediation.territory import Territory

if TYPE_CHECKING:
    from api.cases.acts import Cases
    from api.cases.speaking import Speaker

Router = Callable[[Console], APIRouter]
BEHIND_THE_DOOR: tuple[Router, ...] = (
    queue_router, case_router, events_router, agenda_router, activity_router, team_router, accounts_router,
    places_router, figures_router, journal_router, account_router,
)  # fmt: skip


def open_console(
    settings: Settings,
    engine: Engine,
    vault: Vault,
    dialogue: Dialogue,
    territory: Territory,
    cases: Cases,
    speaker: Speaker,
    now: Callable[[], datetime],
) -> Console:
    """The parts of the console, ready for its routers."""
    gate = ConsoleGate(settings, engine, now)
    pages = ConsolePages(Pages(settings.max_text), gate)
    return Console(settings, engine, vault, cases, gate, pages, territory, dialogue.library, now, dialogue, speaker)


def console_routers(console: Console) -> list[APIRouter]:
    """All the routers. Every form is checked, and all but the door ask who is there: no route can forget it."""
    door = APIRouter(include_in_schema=False, dependencies=[Depends(console.gate.guard)])
    door.include_router(door_router(console))
    inside = APIRouter(
        include_in_schema=False, dependencies=[Depends(console.gate.guard), Depends(console.gate.account)]
    )
    for router in BEHIND_THE_DOOR:
        inside.include_router(router(console))
    return [door, inside]


def mount_console(app: FastAPI, console: Console) -> None:
    """Adds the console to the application."""
    for router in console_routers(console):
        app.include_router(router)

    async def sign_in_first(_request: Request, error: Exception) -> Response:
        assert isinstance(error, SignIn)
        return Response(status_code=401) if error.quiet else RedirectResponse(error.where, 303)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, PageRefused)
        return console.pages.refused(request, error)

    app.add_exception_handler(SignIn, sign_in_first)
    app.add_exception_handler(PageRefused, refused)
