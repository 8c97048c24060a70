"""One's own account: password, alerts, the browsers that are signed in, and whether one is there."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from api.cases.account import HELPERS, Account
from api.cases.presence import set_available
from api.console.alert_form import Wish, keep_wish, wish_of
from api.console.desk import Console
from api.console.entering import signing_in
from api.console.gate import PATH, PageRefused, our_page
from api.console.passwords import weakness
from api.console.second_factor import factor_of
from api.console_models import Mediator
from api.db import reading, writing

Text = Annotated[str, Form(max_length=400)]
PAGE = f"{PATH}/compte"
DONE = ("password", "alerts", "session")


def account_router(console: Console) -> APIRouter:
    """The pages of one's own account."""
    router = APIRouter(prefix=PATH)
    router.include_router(_own(console))
    router.include_router(_password(console))
    router.include_router(_presence(console))
    return router


def _own(console: Console) -> APIRouter:
    router, gate = APIRouter(prefix="/compte"), console.gate
    words, who = console.pages.words, Depends(gate.account)

    @router.get("", response_class=HTMLResponse)
    def own(request: Request, fait: str = "", account: Account = who) -> Response:
        done = f"done_{fait}" if fait in DONE else None
        return _page(console, request, account, notice=words[done] if done else None)

    @router.post("/alertes", response_class=HTMLResponse)
    def alerts(request: Request, alerte: Text = "none", telephone: Text = "", account: Account = who) -> Response:
        with writing(console.engine) as session:
            kept = keep_wish(_mine(session, account), console.vault, Wish(alerte, telephone))
        return _done("alerts") if kept else _page(console, request, account, words["alert_bad_phone"])

    @router.post("/sessions", response_class=HTMLResponse)
    def end(session_id: Annotated[uuid.UUID, Form()], account: Account = who) -> Response:
        with writing(console.engine) as session:
            gate.sessions.end_one(session, account.id, session_id)
        return _done("session")

    return router


def _password(console: Console) -> APIRouter:
    router, steps, gate = APIRouter(prefix="/compte"), signing_in(console), console.gate
    words, who = console.pages.words, Depends(gate.account)

    @router.post("/mot-de-passe", response_class=HTMLResponse)
    def change(
        request: Request, actuel: Text = "", mot_de_passe: Text = "", encore: Text = "", account: Account = who
    ) -> Response:
        found = weakness(mot_de_passe, account.email) or ("" if mot_de_passe == encore else "password_differs")
        if found:
            return _page(console, request, account, words[found])
        passed = steps.change_password(account.id, actuel, mot_de_passe, gate.cookie(request))
        if passed is None:
            return _page(console, request, account, words["wrong_password_now"])
        response = _done("password")
        gate.enter(response, passed.cookie)
        return response

    return router


def _page(
    console: Console, request: Request, account: Account, problem: str | None = None, notice: str | None = None
) -> Response:
    with reading(console.engine) as session:
        mediator = _mine(session, account)
        factor = factor_of(mediator, console.vault)
        values = {
            "mediator": mediator,
            "recovery_left": len(factor.recovery) if factor and factor.confirmed else None,
            "sessions": console.gate.sessions.listed(session, account.id, console.gate.cookie(request)),
            "wish": wish_of(mediator, console.vault),
            "zone": console.zone,
            "problem": problem,
            "notice": notice,
        }
    return console.pages.render(request, "account.html", account, 400 if problem else 200, **values)


def _done(what: str) -> Response:
    return RedirectResponse(f"{PAGE}?fait={what}", 303)


def _presence(console: Console) -> APIRouter:
    router = APIRouter()
    helper = Depends(console.gate.role(*HELPERS))

    @router.post("/presence")
    def presence(disponible: Text = "", page: Text = PATH, account: Account = helper) -> Response:
        with writing(console.engine) as session:
            set_available(session, account.id, disponible == "oui")
        return RedirectResponse(our_page(page), 303)

    return router


def _mine(session: Session, account: Account) -> Mediator:
    mediator = session.get(Mediator, account.id)
    if mediator is None:
        raise PageRefused("page_missing", 404)
    return mediator
