"""The page of a case, and the forms on it. A refusal is one sentence on the page; what was typed stays there."""

from __future__ import annotations

import uuid
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from api.cases.account import HELPERS, Account
from api.cases.refusals import Refused
from api.cases.report import Report
from api.console.case_desk import CaseDesk
from api.console.case_forms import Sent, drafts, half_day, request_id, target, text
from api.console.desk import Console
from api.console.gate import PATH

YES = "oui"


def case_router(console: Console) -> APIRouter:
    """The routes of a case: its page, and every act on it."""
    desk, found = (
        CaseDesk(console),
        APIRouter(prefix=f"{PATH}/dossiers/{{case_id}}", default_response_class=HTMLResponse),
    )
    for add in (_holding, _talking, _driving, _calling, _ending):
        add(found, desk)
    return found


def _who(desk: CaseDesk) -> Account:
    """What each route depends on: who asks, with a role that may hold a case."""
    asked: Account = Depends(desk.console.gate.role(*HELPERS))
    return asked


def _holding(router: APIRouter, desk: CaseDesk) -> None:
    cases, who = desk.console.cases, _who(desk)

    @router.get("")
    def show(request: Request, case_id: str, account: Account = who) -> Response:
        return desk.show(request, account, case_id)

    @router.post("/prendre")
    def take(request: Request, case_id: str, account: Account = who) -> Response:
        return desk.act(request, account, case_id, "done_take", lambda id_: cases.take(account, id_))

    @router.post("/liberer")
    def release(request: Request, case_id: str, account: Account = who) -> Response:
        return desk.act(request, account, case_id, "done_release", lambda id_: cases.release(account, id_))

    @router.post("/transferer")
    def transfer(request: Request, case_id: str, form: Sent, account: Account = who) -> Response:
        def act(id_: uuid.UUID) -> None:
            cases.transfer(account, id_, *target(form), text(form, "pourquoi"))

        return desk.act(request, account, case_id, "done_transfer", act, drafts(form))


def _talking(router: APIRouter, desk: CaseDesk) -> None:
    cases, who = desk.console.cases, _who(desk)

    @router.post("/repondre")
    def reply(request: Request, case_id: str, form: Sent, account: Account = who) -> Response:
        if text(form, "inserer"):  # without script: the ready answer joins what was typed, nothing is sent
            return desk.insert(request, account, case_id, drafts(form), text(form, "inserer"))

        def act(id_: uuid.UUID) -> None:
            cases.reply(account, id_, text(form, "texte"), request_id(form))

        return desk.act(request, account, case_id, "done_reply", act, drafts(form))

    @router.post("/note")
    def note(request: Request, case_id: str, form: Sent, account: Account = who) -> Response:
        def act(id_: uuid.UUID) -> None:
            cases.note(account, id_, text(form, "note"))

        return desk.act(request, account, case_id, "done_note", act, drafts(form))

    @router.post("/accord")
    def consent(request: Request, case_id: str, account: Account = who) -> Response:
        return desk.act(request, account, case_id, "done_accord", lambda id_: cases.ask_consent(account, id_))


def _driving(router: APIRouter, desk: CaseDesk) -> None:
    cases, who = desk.console.cases, _who(desk)

    @router.post("/etape")
    def drive(request: Request, case_id: str, form: Sent, account: Account = who) -> Response:
        def act(id_: uuid.UUID) -> None:
            given = text(form, "choix") or text(form, "valeur")
            if not cases.drive(account, id_, given, text(form, "etape"), text(form, "dire") == YES).understood:
                raise Refused("not_understood")

        return desk.act(request, account, case_id, "done_drive", act, drafts(form))

    @router.post("/envoyer-etape")
    def send_step(request: Request, case_id: str, account: Account = who) -> Response:
        return desk.act(request, account, case_id, "done_send_step", lambda id_: cases.send_step(account, id_))


def _calling(router: APIRouter, desk: CaseDesk) -> None:
    cases, who = desk.console.cases, _who(desk)

    @router.post("/rappel")
    def schedule(request: Request, case_id: str, form: Sent, account: Account = who) -> Response:
        def act(id_: uuid.UUID) -> None:
            cases.schedule(account, id_, *half_day(form))

        return desk.act(request, account, case_id, "done_schedule", act, drafts(form))

    @router.post("/appele")
    def called(request: Request, case_id: str, form: Sent, account: Account = who) -> Response:
        def act(id_: uuid.UUID) -> None:
            cases.called(account, id_, text(form, "joint") == YES)

        return desk.act(request, account, case_id, "done_called", act)


def _ending(router: APIRouter, desk: CaseDesk) -> None:
    console, who = desk.console, _who(desk)

    @router.post("/fermer")
    def close(request: Request, case_id: str, form: Sent, account: Account = who) -> Response:
        today = console.now().astimezone(console.zone).date()
        given: Any = form
        report = Report.from_form(given, today)
        if not isinstance(report, Report):
            return desk.report_again(request, account, case_id, report, drafts(form))

        def act(id_: uuid.UUID) -> None:
            console.cases.close(account, id_, text(form, "closing"), report, text(form, "reprendre") == YES)

        return desk.act(request, account, case_id, "done_close", act, drafts(form))
