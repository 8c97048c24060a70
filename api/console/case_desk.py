"""Runs the acts of a case for its page, and turns each refusal into one sentence on the page where it was asked."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.cases.account import Account
from api.cases.refusals import CaseError, NotYours, Over, Refused, Taken
from api.console.canned import named
from api.console.case_forms import Drafts, case_id, typed_report
from api.console.case_view import CaseView, case_view
from api.console.desk import Console
from api.console.gate import PATH
from flows.author_words import put
from flows.gsm7 import segments

CASES = f"{PATH}/dossiers"
DONE = "done_"
LEFT = ("done_release", "done_transfer", "done_close")  # the case is not in hand any more: back to the list


class CaseDesk:
    """Shows the page of a case, and what became of an act on it."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._words: Any = console.pages.words["dossier"]

    def show(self, request: Request, account: Account, written_id: str) -> Response:
        """The page of a case, or the page that says it is not there."""
        return self._page(request, account, case_id(written_id), None, Drafts(), 200)

    def act(
        self,
        request: Request,
        account: Account,
        written_id: str,
        done: str,
        act: Callable[[uuid.UUID], object],
        drafts: Drafts | None = None,
    ) -> Response:
        """Runs an act, then leads to the page that shows it is `done`; a refusal shows the page with `drafts`."""
        known = case_id(written_id)
        if known is None:
            return self.gone(request, account)
        try:
            act(known)
        except NotYours:
            return self.gone(request, account)
        except CaseError as error:
            return self._page(request, account, known, self.sentence(error), drafts or Drafts(), 409)
        return to_page(None if done in LEFT else known, done)

    def insert(self, request: Request, account: Account, written_id: str, drafts: Drafts, chosen: str) -> Response:
        """The page with a ready answer added to what was typed; nothing is sent."""
        return self._page(request, account, case_id(written_id), None, drafts, 200, chosen)

    def report_again(
        self, request: Request, account: Account, written_id: str, wrong: tuple[str, ...], drafts: Drafts
    ) -> Response:
        """The page again with the activity report as it was typed, and what is `wrong` with it."""
        sentence = self._words["said"]["bad_report"]
        return self._page(request, account, case_id(written_id), sentence, replace(drafts, wrong=wrong), 422)

    def gone(self, request: Request, account: Account, problem: str | None = None) -> Response:
        """A clear page for a case that is closed to this account: taken, moved, forgotten, or never there."""
        return self.console.pages.render(
            request, "case_gone.html", account, 404, problem=problem, fragment="fragment" in request.query_params
        )

    def done(self, request: Request) -> str | None:
        """The sentence about what was just done, by the name in the address."""
        name = request.query_params.get("fait", "")
        return self._words["said"].get(name) if name.startswith(DONE) else None

    def sentence(self, error: CaseError) -> str:
        """A refusal in one sentence."""
        said = self._words["said"]
        if isinstance(error, Taken):
            return put(said["taken"], name=error.by) if error.by else str(said["taken_by_somebody"])
        if isinstance(error, Over):
            return str(said["over"])
        return str(said.get(error.name, said["refused"]) if isinstance(error, Refused) else said["refused"])

    def _page(
        self,
        request: Request,
        account: Account,
        known: uuid.UUID | None,
        problem: str | None,
        drafts: Drafts,
        status: int,
        chosen: str = "",
    ) -> Response:
        if known is None:
            return self.gone(request, account)
        try:
            view = case_view(self.console, account, known)
        except NotYours:  # a colleague was faster, and it has left this account's queues
            return self.gone(request, account, problem)
        if chosen:
            drafts = drafts.with_more("texte", named(view.canned, chosen))
        return self._rendered(request, account, view, problem, drafts, status, bool(chosen))

    def _rendered(
        self,
        request: Request,
        account: Account,
        view: CaseView,
        problem: str | None,
        drafts: Drafts,
        status: int,
        inserted: bool,
    ) -> Response:
        here = f"{CASES}/{view.page.row.id}"
        return self.console.pages.render(
            request,
            "case.html",
            account,
            status,
            view=view,
            drafts=drafts,
            inserted=inserted,
            report=typed_report(drafts.form, view.report) if view.report else None,
            report_problems=drafts.wrong,
            segments=segments,
            problem=problem,
            notice=self.done(request),
            fragment="fragment" in request.query_params,
            live={"kind": "case", "case": view.page.row.id, "path": here, "fragment": f"{here}?fragment=1"},
        )


def to_page(known: uuid.UUID | None, done: str) -> Response:
    """Leads to the page of a case, or to the list, where one sentence says what was done."""
    where = f"{CASES}/{known}" if known else PATH
    return RedirectResponse(f"{where}?{urlencode({'fait': done})}", 303)
