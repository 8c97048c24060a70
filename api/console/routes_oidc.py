"""Signing in with the identity provider: away to it, and back."""

from __future__ import annotations

import logging

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.console.desk import Console
from api.console.entering import entered
from api.console.gate import PATH, our_page
from api.console.oidc import ASKED_FOR, Identity, Provider
from api.console.oidc_wire import ProviderDown, Untrusted
from api.console.signing_in import SigningIn
from api.console_models import Mediator
from api.db import writing

COOKIE = "allo_mediateur_oidc"
WHERE = f"{PATH}/oidc"
LOG = logging.getLogger(__name__)


def oidc_router(console: Console, steps: SigningIn) -> APIRouter:
    """The two addresses of the provider's way. Not a form: its answer leaves our site."""
    router = APIRouter(prefix=WHERE)
    provider = Provider(console.settings, console.vault, console.now)

    @router.get("")
    def away(request: Request, suite: str = PATH) -> Response:
        try:
            address, cookie = provider.ask(our_page(suite))
        except (ProviderDown, Untrusted):
            return _refused(console, request, "provider_down", 503)
        response = RedirectResponse(address, 303)
        secure = console.settings.public_url.startswith("https:")
        response.set_cookie(COOKIE, cookie, max_age=ASKED_FOR, path=WHERE, httponly=True, samesite="lax", secure=secure)
        return response

    @router.get("/retour")
    def back(request: Request, code: str = "", state: str = "") -> Response:
        try:
            asked = provider.asked(request.cookies.get(COOKIE, ""), state)
            if not code:  # the person gave up, or the provider did not want them
                return _refused(console, request, "provider_refused", 403)
            identity = provider.who(code, asked)
        except ProviderDown:
            return _refused(console, request, "provider_down", 503)
        except Untrusted:
            LOG.warning("an answer of the identity provider was not believed")
            return _refused(console, request, "provider_refused", 403)
        return _known(console, steps, request, identity, asked.then)

    return router


def _known(console: Console, steps: SigningIn, request: Request, identity: Identity, then: str) -> Response:
    """In, for who has an account. Nobody gets one by themselves."""
    with writing(console.engine) as session:
        mediator = account_for(session, identity)
    known = mediator is not None and mediator.active
    two = identity.two_factors is not False
    passed = steps.by_provider(mediator.id, console.gate.cookie(request), two) if mediator and known else None
    if passed is None:
        return _refused(console, request, "provider_unknown", 403)
    response = entered(console, passed, then)
    response.delete_cookie(COOKIE, path=WHERE)
    return response


def account_for(session: Session, identity: Identity) -> Mediator | None:
    """The account of an identity: by its subject, else by a verified e-mail address, then tied to that subject."""
    tied = select(Mediator).where(Mediator.oidc_subject == identity.subject)
    mediator = session.scalars(tied).one_or_none()
    if mediator is not None or identity.email is None:
        return mediator
    free = select(Mediator).where(Mediator.email == identity.email, Mediator.oidc_subject.is_(None), Mediator.active)
    mediator = session.scalars(free.with_for_update()).one_or_none()
    if mediator is not None:
        mediator.oidc_subject = identity.subject
    return mediator


def _refused(console: Console, request: Request, name: str, status: int) -> Response:
    page = console.pages.render(request, "notice.html", status=status, sentence=console.pages.words[name])
    page.delete_cookie(COOKIE, path=WHERE)
    return page
