"""The HTTP service: puts the routes, the guards and the pages together. Nothing happens at import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from api.author.session import Gate
from api.author.workshop import Workshop
from api.channels import Channels
from api.console.app import mount_console
from api.console.desk import Console
from api.routes.author import Desk, SignInFirst, author_router, to_the_door
from api.routes.chat import chat_router
from api.routes.health import health_router
from api.routes.metrics import Conversing, Measured, Metrics
from api.routes.telegram import PATH as TELEGRAM_PATH
from api.settings import Settings
from api.web.author_pages import AuthorPages
from api.web.guards import BodyLimit, SecureHeaders
from api.web.pages import STATIC, Pages
from api.web.turns import Turns
from api.web.visitors import Refused, Visitors
from bot.understanding import Understanding, away
from flows.loader import CONTENT
from mediation.territory import load_territory

# A long message that answers a long one, every accent of it escaped.
TELEGRAM_BODY = 256 * 1024


def utc_now() -> datetime:
    """The time of day, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Services:
    """What the routes lean on. The two checks may raise: that is an answer too. Without `channels`, no webhook."""

    conversations: Conversing
    database_ok: Callable[[], bool]
    understanding_ok: Callable[[], bool]
    now: Callable[[], datetime] = utc_now
    understand: Callable[[str], Understanding] = away
    content: Path = CONTENT
    channels: Channels | None = None
    console: Console | None = None


def create_app(settings: Settings, services: Services) -> FastAPI:
    """The application, ready for uvicorn."""
    app = FastAPI(title="Allô Démarches", docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    pages, metrics, visitors = Pages(settings.max_text), Metrics(), Visitors(settings)
    conversations = Measured(services.conversations, metrics)
    turns = Turns(conversations, visitors, settings.max_text, services.now)
    app.include_router(chat_router(turns, visitors, pages, settings))
    app.include_router(health_router(services.database_ok, services.understanding_ok, metrics, pages))
    _open_to_authors(app, settings, services, pages)
    if services.channels:
        services.channels.mount(app, conversations.receive)
    if services.console:
        mount_console(app, services.console)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")

    def refuse(request: Request, refused: Refused) -> Response:
        if request.url.path.startswith("/api/"):
            return JSONResponse(pages.error_json(refused), refused.status, refused.headers)
        return pages.notice(request, refused)

    _handle_errors(app, refuse)
    app.add_middleware(
        BodyLimit,
        limit=settings.max_body,
        refuse=lambda request: refuse(request, Refused("too_big", 413)),
        others={TELEGRAM_PATH: TELEGRAM_BODY},
    )
    app.add_middleware(SecureHeaders, https=urlsplit(settings.public_url).scheme == "https")
    return app


def _open_to_authors(app: FastAPI, settings: Settings, services: Services, pages: Pages) -> None:
    """Adds the authors' pages; in production without an author key they do not exist."""
    gate = Gate(settings, services.now)
    if gate.exists:
        workshop = Workshop(services.content, cache(lambda: load_territory(settings.territory)))
        desk = Desk(workshop, AuthorPages(pages, gate.locked), services.now, services.understand)
        app.include_router(author_router(desk, gate, settings))
        app.add_exception_handler(SignInFirst, to_the_door)


def _handle_errors(app: FastAPI, refuse: Callable[[Request, Refused], Response]) -> None:
    """Errors become one sentence, as JSON or as a page."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        return refuse(request, error)

    async def unreadable(request: Request, _error: Exception) -> Response:
        return refuse(request, Refused("unreadable", 422))

    async def missing(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 404 and "text/html" in request.headers.get("accept", ""):
            return refuse(request, Refused("not_found", 404))
        return JSONResponse({"detail": error.detail}, error.status_code, error.headers)

    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(HTTPException, missing)


__all__ = ["Services", "create_app"]
