"""The figures page of the coordinator: counts and waiting times of a period, small numbers hidden."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.cases.account import COORDINATOR, Account
from api.cases.report_words import page_words
from api.console.activities import period
from api.console.desk import Console
from api.console.figures import FEW, Figures, figures, lives
from api.console.telling import Telling
from api.db import reading


def figures_router(console: Console) -> APIRouter:
    """The route of the page."""
    router = APIRouter(prefix="/mediateur")
    coordinator = Depends(console.gate.role(COORDINATOR))

    @router.get("/chiffres")
    def page(request: Request, du: str = "", au: str = "", account: Account = coordinator) -> Response:
        today = console.now().astimezone(console.zone).date()
        return _page(console, request, account, *period(du, au, today))

    return router


def _page(console: Console, request: Request, account: Account, since: date, until: date) -> Response:
    begins = datetime.combine(since, time(), console.zone)
    ends = datetime.combine(until + timedelta(days=1), time(), console.zone)
    bodies = {page.id: page.organisme for page in console.library.procedures.values()}
    with reading(console.engine) as session:
        counted = figures(lives(session, begins, ends, bodies))
    return console.pages.render(
        request,
        "figures.html",
        account,
        since=since,
        until=until,
        cases=counted.cases,
        facts=_facts(console, counted),
        tables=_tables(console, counted),
        days=console.settings.keep_handoffs_days,
    )


def shown(count: int) -> str:
    """A number that says nothing of one person: from one to four, « moins de 5 »."""
    return str(page_words()["figures_page"]["few"]) if 0 < count < FEW else str(count)


def table(counts: Mapping[str, int]) -> Mapping[str, str]:
    """The numbers of a table. A small one alone could be had from the total: the next one is hidden with it."""
    told = {id_: shown(count) for id_, count in counts.items()}
    small = [id_ for id_, count in counts.items() if 0 < count < FEW]
    others = sorted((count, id_) for id_, count in counts.items() if count >= FEW)
    if len(small) == 1 and others:
        told[others[0][1]] = str(page_words()["figures_page"]["not_shown"])
    return told


def _facts(console: Console, counted: Figures) -> list[tuple[str, str]]:
    """The figures of the whole period, each with its heading."""
    words = page_words()["figures_page"]
    say = Telling(console.pages.words["dossier"], console.zone, console.now())

    def waited(span: timedelta | None) -> str:
        return str(words["too_few"]) if span is None else say.span(say.now - span)

    share = counted.in_time
    in_time = words["too_few"] if share is None else words["share"].replace("{n}", str(round(share * 100)))
    counts = {name: shown(getattr(counted, name)) for name in ("taken", "rerouted", "late")}
    told = {"total": shown(counted.cases), **counts, "in_time": str(in_time)}
    told |= {"median": waited(counted.median), "ninth": waited(counted.ninth)}
    return [(str(words[name]), value) for name, value in told.items()]


def _tables(console: Console, counted: Figures) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each table: its heading, then its rows in words."""
    words, cases = page_words()["figures_page"], console.pages.words["dossier"]
    named: Mapping[str, tuple[Mapping[str, int], Mapping[str, str]]] = {
        "by_reason": (counted.by_reason, cases["reasons"]),
        "by_mode": (counted.by_mode, cases["modes"]),
        "by_body": (counted.by_body, words["bodies"]),
        "by_closing": (counted.by_closing, cases["closings"]),
    }
    return [
        (words[name], [(labels.get(id_, id_) or words["unknown"], told) for id_, told in table(counts).items()])
        for name, (counts, labels) in named.items()
        if counts
    ]
