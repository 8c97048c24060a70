"""The directory of places for the coordinator: search, one place in full, last imports."""

from __future__ import annotations

from babel.dates import format_date
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.cases.account import COORDINATOR, Account
from api.cases.report_words import page_words
from api.console.desk import Console
from api.console.directory import SHOWN, card, imports, search
from api.console.telling import LOCALE, Telling
from api.db import reading

LONGEST = 200


def places_router(console: Console) -> APIRouter:
    """The route of the page. A place is named by a parameter: ids of the national file hold slashes."""
    router = APIRouter(prefix="/mediateur")
    coordinator = Depends(console.gate.role(COORDINATOR))

    @router.get("/lieux")
    def page(request: Request, cherche: str = "", lieu: str = "", account: Account = coordinator) -> Response:
        words = cherche[:LONGEST]
        return _card(console, request, account, lieu, words) if lieu else _search(console, request, account, words)

    return router


def _search(
    console: Console, request: Request, account: Account, words: str, problem: str | None = None, status: int = 200
) -> Response:
    with reading(console.engine) as session:
        found, done = search(session, words), imports(session)
    say = Telling(console.pages.words["dossier"], console.zone, console.now())
    return console.pages.render(
        request,
        "places.html",
        account,
        status,
        card=None,
        words=words,
        found=found,
        imports=done,
        shown=SHOWN,
        say=say,
        problem=problem,
    )


def _card(console: Console, request: Request, account: Account, id_: str, words: str) -> Response:
    with reading(console.engine) as session:
        found = card(session, id_, console.now())
    if found is None:
        return _search(console, request, account, words, page_words()["places_page"]["gone"], 404)
    updated = found.place.updated
    month = format_date(updated, "MMMM y", locale=LOCALE) if updated else ""
    say = Telling(console.pages.words["dossier"], console.zone, console.now())
    return console.pages.render(request, "places.html", account, card=found, words=words, month=month, say=say)
