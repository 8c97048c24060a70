"""The door of the console: signing in, the code, the invitation, signing out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from api.console.desk import Console
from api.console.entering import entered, signing_in
from api.console.gate import CODE, PATH, SignIn, our_page
from api.console.lockout import Places
from api.console.passwords import weakness
from api.console.routes_oidc import oidc_router
from api.console.signing_in import SigningIn
from api.console_models import Mediator

Text = Annotated[str, Form(max_length=400)]


def door_router(console: Console) -> APIRouter:
    """What is open to who is not signed in."""
    router, steps, places = APIRouter(), signing_in(console), Places()
    router.include_router(_password(console, steps, places))
    router.include_router(_code(console, steps, places))
    router.include_router(_welcome(console, steps, places))
    if console.settings.oidc_issuer:
        router.include_router(oidc_router(console, steps))
    return router


def _password(console: Console, steps: SigningIn, places: Places) -> APIRouter:
    router, gate = APIRouter(prefix=PATH), console.gate
    by_provider = bool(console.settings.oidc_issuer)

    def page(request: Request, suite: str, email: str = "", problem: str | None = None) -> Response:
        values: dict[str, Any] = {"suite": our_page(suite), "email": email, "by_provider": by_provider}
        said = console.pages.words[problem] if problem else None
        return console.pages.render(request, "sign_in.html", status=403 if problem else 200, problem=said, **values)

    @router.get("/entrer", response_class=HTMLResponse)
    def door(request: Request, suite: str = PATH) -> Response:
        try:
            gate.account(request)
        except SignIn:
            return page(request, suite)
        return RedirectResponse(our_page(suite), 303)

    @router.post("/entrer", response_class=HTMLResponse)
    def enter(request: Request, email: Text = "", mot_de_passe: Text = "", suite: Text = PATH) -> Response:
        places.count(request)
        passed = steps.by_password(email, mot_de_passe, gate.cookie(request))
        return entered(console, passed, suite) if passed else page(request, suite, email, "wrong_sign_in")

    @router.post("/sortir")
    def leave(request: Request) -> Response:
        steps.leave(gate.cookie(request))
        response = RedirectResponse(f"{PATH}/entrer", 303)
        gate.leave(response)
        return response

    return router


def _code(console: Console, steps: SigningIn, places: Places) -> APIRouter:
    router, gate, pages = APIRouter(prefix=CODE), console.gate, console.pages
    half = Depends(gate.half)

    @router.get("", response_class=HTMLResponse)
    def ask(request: Request, suite: str = PATH, mediator: Mediator = half) -> Response:
        return _code_page(console, steps, request, mediator, suite)

    @router.post("", response_class=HTMLResponse)
    def check(request: Request, code: Text = "", suite: Text = PATH, mediator: Mediator = half) -> Response:
        places.count(request)
        passed = steps.by_code(gate.cookie(request), code)
        if passed == "locked":
            refused = pages.render(request, "notice.html", status=403, sentence=pages.words["account_locked"])
            gate.leave(refused)
            return refused
        if passed == "wrong":
            return _code_page(console, steps, request, mediator, suite, "wrong_code_app")
        return entered(console, passed, suite)

    @router.post("/application", response_class=HTMLResponse)
    def prove(request: Request, code: Text = "", suite: Text = PATH, mediator: Mediator = half) -> Response:
        places.count(request)
        passed = steps.by_first_code(gate.cookie(request), code)
        if passed is None:
            return _code_page(console, steps, request, mediator, suite, "wrong_code_app")
        response = pages.render(request, "recovery.html", codes=passed.recovery, suite=our_page(suite))
        gate.enter(response, passed.cookie)
        return response

    return router


def _code_page(
    console: Console, steps: SigningIn, request: Request, mediator: Mediator, suite: str, wrong: str | None = None
) -> Response:
    """The page that asks for the code; for an account that has no app yet, the one that adds it."""
    enrolment = steps.start_app(mediator.id)
    said, status = (console.pages.words[wrong], 403) if wrong else (None, 200)
    values: dict[str, Any] = {"problem": said, "suite": our_page(suite)}
    if enrolment is None:
        return console.pages.render(request, "code.html", status=status, **values)
    drawn = Markup(enrolment.svg)  # ours: made from the account's secret, not from what anybody typed
    values |= {"drawn": drawn, "key": enrolment.key, "address": enrolment.address}
    return console.pages.render(request, "enrol.html", status=status, **values)


def _welcome(console: Console, steps: SigningIn, places: Places) -> APIRouter:
    router, pages = APIRouter(prefix=f"{PATH}/bienvenue"), console.pages

    def page(request: Request, email: str | None, problem: str | None = None) -> Response:
        if email is None:
            return pages.render(request, "notice.html", status=404, sentence=pages.words["invitation_over"])
        said, status = (pages.words[problem], 400) if problem else (None, 200)
        return pages.render(request, "welcome.html", status=status, problem=said, email=email)

    @router.get("/{token}", response_class=HTMLResponse)
    def welcome(request: Request, token: str) -> Response:
        return page(request, steps.invited_email(token))

    @router.post("/{token}", response_class=HTMLResponse)
    def choose(request: Request, token: str, mot_de_passe: Text = "", encore: Text = "") -> Response:
        places.count(request)
        email = steps.invited_email(token)
        problem = weakness(mot_de_passe, email) if email else None
        if email is None or problem or mot_de_passe != encore:
            return page(request, email, problem or "password_differs")
        passed = steps.by_invitation(token, mot_de_passe, console.gate.cookie(request))
        return entered(console, passed, PATH) if passed else page(request, None)

    return router
