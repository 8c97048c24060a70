"""The team page of the coordinator: what waits too long, loads, and passing a case on."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.cases.account import COORDINATOR, Account
from api.cases.refusals import NotYours, Over, Refused, Taken
from api.cases.report_words import page_words
from api.console.desk import Console
from api.console.team import team
from api.console.telling import Telling
from api.db import reading
from flows.author_words import put

HERE = "/mediateur/equipe"
LONGEST = 1_000
Field = Annotated[str, Form(max_length=LONGEST)]
Id = Annotated[str, Form(max_length=2_500)]


def team_router(console: Console) -> APIRouter:
    """The routes of the page."""
    router = APIRouter(prefix=HERE)
    coordinator = Depends(console.gate.role(COORDINATOR))

    @router.get("")
    def page(request: Request, dit: str = "", account: Account = coordinator) -> Response:
        return _page(console, request, account, notice=_words()["done"] if dit == "done" else None)

    @router.post("/confier")
    def hand_over(
        request: Request,
        dossier: Field = "",
        collegue: Field = "",
        lieu: Id = "",
        pourquoi: Field = "",
        account: Account = coordinator,
    ) -> Response:
        problem = _hand_over(console, account, dossier, collegue, lieu, pourquoi)
        if problem is None:
            return RedirectResponse(f"{HERE}?dit=done", 303)
        return _page(console, request, account, status=409, problem=problem)

    return router


def _hand_over(console: Console, account: Account, case: str, mediator: str, place: str, why: str) -> str | None:
    """Passes the case on. What was wrong, in words; None when it is done."""
    said, ids = _words(), (_id(case), _id(mediator))
    if bool(mediator) == bool(place):
        return str(said["choose_one"])
    if ids[0] is None:
        return str(said["gone"])
    try:
        console.cases.transfer(account, ids[0], ids[1], place or None, why)
    except NotYours:
        return str(said["gone"])
    except Taken as taken:
        return put(said["taken"], name=taken.by or console.pages.words["dossier"]["somebody"])
    except Over:
        return str(said["over"])
    except Refused as refused:
        return str(console.pages.words["dossier"]["said"][refused.name])
    return None


def _page(
    console: Console,
    request: Request,
    account: Account,
    status: int = 200,
    problem: str | None = None,
    notice: str | None = None,
) -> Response:
    now = console.now()
    with reading(console.engine) as session:
        made = team(session, console.library, now)
    say = Telling(console.pages.words["dossier"], console.zone, now)
    return console.pages.render(
        request, "team.html", account, status, team=made, say=say, problem=problem, notice=notice
    )


def _words() -> dict[str, str]:
    said: dict[str, str] = page_words()["team_page"]["said"]
    return said


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
