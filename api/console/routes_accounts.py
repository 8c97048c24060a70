"""The accounts pages: a coordinator manages the mediators', an administrator all of them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.cases.account import ADMINISTRATOR, COORDINATOR, MEDIATOR, Account
from api.cases.report_words import page_words
from api.console import accounts
from api.console.account_desk import NotDone, changing, may_give, not_own, one, problems, roles_for, shown
from api.console.accounts import NewAccount
from api.console.desk import Console
from api.console.directory import search
from api.console.invitations import Invitation
from api.console.telling import Telling
from api.db import reading, writing

HERE = "/mediateur/comptes"
Field = Annotated[str, Form(max_length=300)]
PlaceId = Annotated[str, Form(max_length=2_500)]


def accounts_router(console: Console) -> APIRouter:
    """All the routes of these pages."""
    router = APIRouter()
    router.include_router(_listing(console))
    router.include_router(_editing(console))
    router.include_router(_placing(console))
    router.include_router(_opening(console))
    return router


def _managers(console: Console) -> Any:
    return Depends(console.gate.role(COORDINATOR, ADMINISTRATOR))


def _listing(console: Console) -> APIRouter:
    router, managers = APIRouter(prefix=HERE), _managers(console)

    @router.get("")
    def listed(request: Request, account: Account = managers) -> Response:
        return _list(console, request, account)

    @router.post("")
    def add(
        request: Request,
        adresse: Field = "",
        prenom: Field = "",
        nom: Field = "",
        role: Field = MEDIATOR,
        territoire: Field = "",
        account: Account = managers,
    ) -> Response:
        new = NewAccount(adresse, prenom, nom, role, territory=bool(territoire))
        try:
            may_give(account, role)
            with writing(console.engine) as session, problems():
                invitation = accounts.add(session, console.settings, new, console.now(), account)
        except NotDone as error:
            return _list(console, request, account, 409, problem=_said(error.name), draft=new)
        return _list(console, request, account, notice=_said("added"), invitation=invitation)

    return router


def _editing(console: Console) -> APIRouter:
    router, managers = APIRouter(prefix=f"{HERE}/{{id_}}"), _managers(console)

    @router.get("")
    def edit(request: Request, id_: str, cherche: str = "", dit: str = "", account: Account = managers) -> Response:
        return _edit(console, request, account, id_, words=cherche[:200], notice=_said(dit))

    @router.post("/modifier")
    def change(
        request: Request,
        id_: str,
        prenom: Field = "",
        nom: Field = "",
        role: Field = "",
        territoire: Field = "",
        account: Account = managers,
    ) -> Response:
        try:
            with changing(console, account, id_) as (session, mediator):
                if role and role != mediator.role:
                    not_own(account, mediator)
                    may_give(account, role)
                accounts.name(mediator, prenom, nom)
                accounts.change(session, mediator, role or mediator.role, bool(territoire), console.now(), account)
        except NotDone as error:
            return _edit(console, request, account, id_, 409, problem=_said(error.name))
        return _done(id_, "saved")

    return router


def _placing(console: Console) -> APIRouter:
    router, managers = APIRouter(prefix=f"{HERE}/{{id_}}"), _managers(console)

    @router.post("/lieux")
    def places(
        request: Request, id_: str, ajouter: PlaceId = "", retirer: PlaceId = "", account: Account = managers
    ) -> Response:
        try:
            with changing(console, account, id_) as (session, mediator):
                added, removed = [one for one in (ajouter,) if one], [one for one in (retirer,) if one]
                accounts.change_places(session, mediator, added, removed, console.now(), account)
        except NotDone as error:
            return _edit(console, request, account, id_, 409, problem=_said(error.name))
        return _done(id_, "place_added" if ajouter else "place_removed")

    return router


def _opening(console: Console) -> APIRouter:
    router, managers = APIRouter(prefix=f"{HERE}/{{id_}}"), _managers(console)

    @router.post("/desactiver")
    def disable(request: Request, id_: str, account: Account = managers) -> Response:
        try:
            with changing(console, account, id_) as (session, mediator):
                not_own(account, mediator)
                accounts.disable(session, mediator, console.now(), account)
        except NotDone as error:
            return _edit(console, request, account, id_, 409, problem=_said(error.name))
        return _done(id_, "disabled")

    @router.post("/reactiver")
    def enable(id_: str, account: Account = managers) -> Response:
        with changing(console, account, id_) as (session, mediator):
            accounts.enable(session, mediator, console.now(), account)
        return _done(id_, "enabled")

    @router.post("/reinitialiser")
    def reset(request: Request, id_: str, account: Account = managers) -> Response:
        try:
            with changing(console, account, id_) as (session, mediator):
                not_own(account, mediator)
                invitation = accounts.reset(session, console.settings, mediator, console.now(), account)
        except NotDone as error:
            return _edit(console, request, account, id_, 409, problem=_said(error.name))
        return _edit(console, request, account, id_, notice=_said("reset_done"), invitation=invitation)

    return router


def _list(
    console: Console,
    request: Request,
    account: Account,
    status: int = 200,
    invitation: Invitation | None = None,
    draft: NewAccount | None = None,
    **values: Any,
) -> Response:
    with reading(console.engine) as session:
        found = shown(session, account)
    values |= {"accounts": found, "roles": roles_for(account), "invitation": invitation, "draft": draft}
    return console.pages.render(request, "accounts.html", account, status, say=_telling(console), **values)


def _edit(
    console: Console,
    request: Request,
    account: Account,
    id_: str,
    status: int = 200,
    words: str = "",
    invitation: Invitation | None = None,
    **values: Any,
) -> Response:
    with reading(console.engine) as session:
        found = one(session, account, id_)
        places = [place for place in search(session, words) if place.id not in found.places]
    values |= {"shown": found, "found": places, "words": words, "invitation": invitation, "roles": roles_for(account)}
    return console.pages.render(request, "account_edit.html", account, status, say=_telling(console), **values)


def _telling(console: Console) -> Telling:
    return Telling(console.pages.words["dossier"], console.zone, console.now())


def _done(id_: str, name: str) -> Response:
    return RedirectResponse(f"{HERE}/{id_}?dit={name}", 303)


def _said(name: str) -> str | None:
    said: str | None = page_words()["accounts_page"]["said"].get(name)
    return said
