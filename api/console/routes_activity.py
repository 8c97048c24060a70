"""The activity page: closed cases of a period with their report, to copy or to export for La Coop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.cases import journal
from api.cases.account import COORDINATOR, HELPERS, Account
from api.cases.report_words import page_words
from api.console.activities import MOST, Closed, Desk, closed_cases, period
from api.console.coop_csv import as_text, coop_csv
from api.console.desk import Console
from api.db import reading, writing

TEAM = "equipe"


@dataclass(frozen=True)
class Asked:
    """What the form of the page asks for: days, both included, and whose cases."""

    since: date
    until: date
    team: bool


def activity_router(console: Console) -> APIRouter:
    """The routes of the page and of its file."""
    router = APIRouter(prefix="/mediateur")
    helpers = Depends(console.gate.role(*HELPERS))

    @router.get("/activite")
    def page(request: Request, du: str = "", au: str = "", qui: str = "", account: Account = helpers) -> Response:
        return _page(console, request, account, _asked(console, account, du, au, qui))

    @router.get("/activite.csv")
    def file(du: str = "", au: str = "", qui: str = "", account: Account = helpers) -> Response:
        return _file(console, account, _asked(console, account, du, au, qui))

    return router


def _asked(console: Console, account: Account, since: str, until: str, whose: str) -> Asked:
    today = console.now().astimezone(console.zone).date()
    return Asked(*period(since, until, today), team=account.role == COORDINATOR and whose == TEAM)


def _closed(console: Console, account: Account, asked: Asked) -> Sequence[Closed]:
    closings = console.pages.words["dossier"]["closings"]
    desk = Desk(console.vault, console.library, console.zone, closings)
    begins = datetime.combine(asked.since, time(), console.zone)
    ends = datetime.combine(asked.until + timedelta(days=1), time(), console.zone)
    with reading(console.engine) as session:
        return closed_cases(session, desk, account, begins, ends, asked.team)


def _page(console: Console, request: Request, account: Account, asked: Asked) -> Response:
    closed = _closed(console, account, asked)
    reported = [case.activity for case in closed if case.activity]
    return console.pages.render(
        request,
        "activity.html",
        account,
        asked=asked,
        closed=closed,
        minutes=sum(activity.report.minutes for activity in reported),
        texts={activity.id: as_text(activity, asked.team) for activity in reported},
        may_see_team=account.role == COORDINATOR,
        query=f"du={asked.since}&au={asked.until}{f'&qui={TEAM}' if asked.team else ''}",
        most=MOST if len(closed) == MOST else None,
    )


def _file(console: Console, account: Account, asked: Asked) -> Response:
    activities = [case.activity for case in _closed(console, account, asked) if case.activity]
    with writing(console.engine) as session:
        journal.write(session, account, "exported", detail=TEAM if asked.team else None, at=console.now())
    name = f"{page_words()['coop']['file']}-{asked.since}-{asked.until}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(coop_csv(activities, asked.team), media_type="text/csv; charset=utf-8", headers=headers)
