"""The journal page: who opened or did what, fifty lines a page, for coordinators and administrators."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.cases import journal
from api.cases.account import ADMINISTRATOR, COORDINATOR, Account
from api.cases.report_words import page_words
from api.console.desk import Console
from api.console.telling import Telling
from api.db import reading

HERE = "/mediateur/journal"
LONGEST = 254
LAST_PAGE = 1_000_000


def journal_router(console: Console) -> APIRouter:
    """The route of the page."""
    router = APIRouter(prefix=HERE)
    readers = Depends(console.gate.role(COORDINATOR, ADMINISTRATOR))

    @router.get("")
    def page(
        request: Request, qui: str = "", dossier: str = "", page: str = "1", account: Account = readers
    ) -> Response:
        return _page(console, request, account, qui[:LONGEST].strip(), dossier[:LONGEST].strip(), _number(page))

    return router


def _page(console: Console, request: Request, account: Account, who: str, case: str, number: int) -> Response:
    case_id = _id(case)
    wrong = bool(case) and case_id is None
    with reading(console.engine) as session:
        lines = None if wrong else journal.read(session, account, number, case_id, who or None)
    return console.pages.render(
        request,
        "journal.html",
        account,
        lines=lines.lines if lines else (),
        who=who,
        case=case,
        machine=journal.MACHINE,
        number=number,
        newer=_address(who, case, number - 1) if number > 1 else None,
        older=_address(who, case, number + 1) if lines and lines.more else None,
        say=Telling(console.pages.words["dossier"], console.zone, console.now()),
        problem=page_words()["journal_page"]["bad_case"] if wrong else None,
    )


def _address(who: str, case: str, number: int) -> str:
    return f"{HERE}?{urlencode({'qui': who, 'dossier': case, 'page': number})}"


def _number(text: str) -> int:
    return min(int(text), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) else 1


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
