"""The list of cases: mine, those that wait, those that wait for too long; and the code that a citizen brings."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.cases.account import HELPERS, Account
from api.cases.refusals import CaseError
from api.cases.seeing import CaseRow, Queue, queue
from api.console.case_desk import CaseDesk, to_page
from api.console.case_forms import Sent, text
from api.console.changes import queue_mark
from api.console.desk import Console
from api.console.gate import PATH
from api.console.telling import Telling
from api.db import reading
from flows.author_words import put
from mediation.cases import SAFETY
from mediation.working_time import is_open, next_opening


def queue_router(console: Console) -> APIRouter:
    """The routes of the list."""
    router, desk = APIRouter(prefix=PATH), CaseDesk(console)
    anybody = Depends(console.gate.account)
    helper = Depends(console.gate.role(*HELPERS))

    @router.get("", response_class=HTMLResponse)
    def first_page(request: Request, account: Account = anybody) -> Response:
        if account.role not in HELPERS:
            return RedirectResponse(f"{PATH}/comptes", 303)  # no case is theirs to see
        return _show(console, request, account, desk.done(request))

    @router.post("/dossiers/code", response_class=HTMLResponse)
    def by_code(request: Request, form: Sent, account: Account = helper) -> Response:
        code = text(form, "code")[:40]
        try:
            return to_page(console.cases.take_by_code(account, code), "done_take")
        except CaseError as error:
            return _show(console, request, account, None, code, desk.sentence(error))

    return router


def _show(
    console: Console, request: Request, account: Account, notice: str | None, code: str = "", wrong: str | None = None
) -> Response:
    now = console.now()
    with reading(console.engine) as session:
        revision = queue_mark(session, account)  # read before the list: a change in between is shown, then shown again
        found = safety_first(queue(session, console.vault, account, now))
    say = Telling(console.pages.words["dossier"], console.zone, now)
    return console.pages.render(
        request,
        "queue.html",
        account,
        422 if wrong else 200,
        queue=found,
        revision=revision,
        unread=sum(row.unread for row in found.mine),
        waiting_count=len(found.waiting) + len(found.late),
        say=say,
        hours=_hours(console, say),
        closed=not is_open(console.territory, now),
        code=code,
        code_problem=wrong,
        notice=notice,
        fragment="fragment" in request.query_params,
        live={"kind": "queue", "case": None, "path": PATH, "fragment": f"{PATH}?fragment=1"},
    )


def safety_first(found: Queue) -> Queue:
    """The same lists, who may be in danger at the top of each: nobody has to look for them."""

    def first(rows: tuple[CaseRow, ...]) -> tuple[CaseRow, ...]:
        return tuple(sorted(rows, key=lambda row: row.reason != SAFETY))

    return replace(found, mine=first(found.mine), waiting=first(found.waiting), late=first(found.late))


def _hours(console: Console, say: Telling) -> list[str]:
    """When the team answers, and when it is back if it is closed now."""
    words, territory = say.words["queue"], console.territory
    lines = [put(words["presence_hours"], hours=territory.callback.hours)] if territory.callback else []
    if not is_open(territory, say.now):
        lines.append(put(words["presence_closed"], when=say.when(next_opening(territory, say.now))))
    return lines
