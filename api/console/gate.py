"""The door of the console: who asks, with which role, and whether a form really comes from one of our pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from fastapi import Depends, Request
from sqlalchemy import Engine
from starlette.responses import Response

from api.cases.account import Account, account_of
from api.console.digests import Digests, new_token
from api.console.sessions import Sessions
from api.console_models import Mediator
from api.db import reading, writing
from api.settings import Settings
from api.web.guards import from_here

COOKIE = "allo_mediateur"
PATH = "/mediateur"
ENTER, CODE = f"{PATH}/entrer", f"{PATH}/code"
FIELD = "jeton"
_PURPOSE = "form"
_OUR_PAGE = re.compile(rf"{PATH}(?:/[\w-]+)*")


class SignIn(Exception):
    """A page that is asked for without a session: its visitor is led to `where`.

    `quiet` for what a script fetches, which must not get a sign-in page in place of its fragment: 401.
    """

    def __init__(self, where: str = ENTER, quiet: bool = False) -> None:
        super().__init__(where)
        self.where, self.quiet = where, quiet


class PageRefused(Exception):
    """A request that gets a page with one sentence, by its name in flows/texts/mediateur_*.yaml (`group.name`)."""

    def __init__(self, name: str, status: int, wait: int | None = None) -> None:
        super().__init__(name)
        self.name, self.status, self.wait = name, status, wait


class ConsoleGate:
    """Recognises who asks. Its methods that take only a request are dependencies of FastAPI."""

    def __init__(self, settings: Settings, engine: Engine, now: Callable[[], datetime]) -> None:
        self._settings, self._engine = settings, engine
        self._digests = Digests.of(settings.secret_key.get_secret_value())
        self._secure = urlsplit(settings.public_url).scheme == "https"
        self.sessions = Sessions(settings, now)

    def account(self, request: Request) -> Account:
        """Who asks. Raises SignIn when nobody is signed in, or when the code is still waited for."""
        known: Account | None = getattr(request.state, "console_account", None)
        if known is not None:
            return known
        cookie, quiet = self.cookie(request), is_quiet(request)
        with reading(self._engine) as session:
            found = self.sessions.find(session, cookie)
            if found is None:
                raise SignIn(with_next(ENTER, _wanted(request)), quiet)
            row, mediator = found
            if not row.second_factor:
                raise SignIn(CODE, quiet)
            account = account_of(session, mediator)
            request.state.console_available = mediator.available
            stale = not quiet and self.sessions.stale(row)
        if stale:  # what a script fetches by itself does not keep a session open
            with writing(self._engine) as session:
                self.sessions.touch(session, cookie)
        request.state.console_account = account
        return account

    def half(self, request: Request) -> Mediator:
        """Who gave the password and not yet the code. Raises SignIn for anybody else."""
        with reading(self._engine) as session:
            found = self.sessions.find(session, self.cookie(request))
        if found is None:
            raise SignIn
        if found[0].second_factor:
            raise SignIn(PATH)
        return found[1]

    def role(self, *roles: str) -> Callable[..., Account]:
        """A dependency: who asks, if they have one of these roles. For the others the page does not exist."""

        def allowed(account: Account = Depends(self.account)) -> Account:  # noqa: B008 - how FastAPI is told
            if account.role not in roles:
                raise PageRefused("page_missing", 404)
            return account

        return allowed

    def csrf_token(self, request: Request) -> str:
        """What each form carries in its hidden field `jeton`: the digest of the browser's cookie.

        A browser without a cookie gets one, of no session: signing in is protected too, and gives another cookie.
        """
        return self._digests.digest(_PURPOSE, self.cookie(request) or self._visit(request))

    def check(self, request: Request, jeton: str) -> None:
        """Raises PageRefused unless the form was made by us for this browser."""
        cookie = self.cookie(request)
        ours = from_here(request, self._settings.public_url)
        if not (cookie and ours and self._digests.matches(_PURPOSE, cookie, jeton)):
            raise PageRefused("form_too_old", 403)

    async def guard(self, request: Request) -> None:
        """Checks every form, whatever its route: a dependency of all the console's routers."""
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            jeton = (await request.form()).get(FIELD)
            self.check(request, jeton if isinstance(jeton, str) else "")

    def cookie(self, request: Request) -> str:
        """The value of our cookie, empty when there is none."""
        return request.cookies.get(COOKIE, "")

    def enter(self, response: Response, cookie: str) -> None:
        """Gives the browser its cookie, until it is closed; the server knows when the session ends.

        SameSite=Lax: with Strict, a return from the identity provider or from an e-mail would arrive without it.
        """
        response.set_cookie(COOKIE, cookie, path=PATH, httponly=True, samesite="lax", secure=self._secure)

    def leave(self, response: Response) -> None:
        """Takes the cookie away."""
        response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="lax", secure=self._secure)

    def remember_visit(self, request: Request, response: Response) -> None:
        """Gives the cookie that a form of this page leans on, if it was made for it."""
        visit = getattr(request.state, "console_visit", None)
        if visit is not None:
            self.enter(response, visit)

    def _visit(self, request: Request) -> str:
        if getattr(request.state, "console_visit", None) is None:
            request.state.console_visit = new_token()
        visit: str = request.state.console_visit
        return visit


def is_quiet(request: Request) -> bool:
    """True for what our script fetches by itself: a fragment, the stream of events."""
    accepted = request.headers.get("accept", "")
    return "fragment" in request.query_params or accepted.startswith("text/event-stream")


def our_page(path: str) -> str:
    """The path if it is a page of the console, else its first page: no address leads elsewhere."""
    return path if _OUR_PAGE.fullmatch(path) and not path.startswith((ENTER, CODE)) else PATH


def with_next(where: str, wanted: str) -> str:
    """The address of `where`, that leads on to the page that was wanted."""
    return where if our_page(wanted) == PATH else f"{where}?{urlencode({'suite': wanted})}"


def _wanted(request: Request) -> str:
    return request.url.path if request.method == "GET" else PATH
