"""The page of the call-backs to make."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.cases.account import HELPERS, Account
from api.console.agenda import agenda, call_backs
from api.console.desk import Console
from api.console.telling import Telling
from api.db import reading


def agenda_router(console: Console) -> APIRouter:
    """The route of the page."""
    router = APIRouter(prefix="/mediateur")
    helpers = Depends(console.gate.role(*HELPERS))

    @router.get("/agenda")
    def page(request: Request, account: Account = helpers) -> Response:
        with reading(console.engine) as session:
            calls = call_backs(session, console.library, account)
        now = console.now()
        made = agenda(calls, now.astimezone(console.zone), console.territory.routing.noon)
        say = Telling(console.pages.words["dossier"], console.zone, now)
        return console.pages.render(request, "agenda.html", account, agenda=made, say=say, any=bool(calls))

    return router
