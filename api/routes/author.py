"""The pages of the authors: their procedures as they are on the disk now, and a simulator. No citizen data here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.author.findings import other_problems
from api.author.session import PATH, Gate
from api.author.simulator import Play, Turn, Understand, play, read_turns
from api.author.views import PageView, listed, page_view
from api.author.workshop import Workshop
from api.settings import Settings
from api.web.author_pages import AuthorPages
from api.web.guards import from_here
from api.web.visitors import Refused
from bot.dialogue import Dialogue
from flows.diagram import svg

Field = Annotated[str, Form(max_length=20_000)]
ENTER = f"{PATH}/entrer"
TRIAL = "essai"


class SignInFirst(Exception):
    """A page that is asked for without a session."""


class Desk:
    """What a page needs: the content, the pages, the day, and what reads free answers."""

    def __init__(
        self, workshop: Workshop, pages: AuthorPages, now: Callable[[], datetime], understand: Understand
    ) -> None:
        self.workshop, self.pages, self._now, self._understand = workshop, pages, now, understand

    def today(self) -> date:
        """The citizens' day."""
        return self._now().astimezone(ZoneInfo(self.workshop.territory().timezone)).date()

    def view(self, id_: str, day: date) -> PageView:
        """The view of a procedure. Raises Refused when there is none of that name."""
        draft = self.workshop.draft(day)
        if id_ not in draft.pages:
            raise Refused("not_found", 404)
        return page_view(self.workshop, draft, draft.pages[id_], day)

    def play(self, view: PageView, turns: list[Turn], chosen: date | None) -> Play | None:
        """The trial of a procedure, None while its file or the common ones cannot be read."""
        draft = self.workshop.draft(chosen or self.today())
        library = self.workshop.library(draft)
        if library is None or view.page.id not in library.procedures:
            return None
        at = datetime.combine(chosen, time(12), tzinfo=UTC) if chosen else self._now()
        dialogue = Dialogue(library, self.workshop.territory())
        return play(dialogue, view.page.id, turns, at, self._understand)

    def show(self, request: Request, id_: str, turns: list[Turn], jour: str, part: str) -> Response:
        """A page with its trial, or the trial alone."""
        chosen = _day(jour)
        view = self.view(id_, chosen or self.today())
        trial = self.play(view, turns, chosen)
        made = self.pages.trial if part == TRIAL else self.pages.procedure
        return made(request, view, trial, chosen)


def author_router(desk: Desk, gate: Gate, settings: Settings) -> APIRouter:
    """The routes. What changes something is refused when another site asks for it, as in the chat."""

    def same_site(request: Request) -> None:
        if not from_here(request, settings.public_url):
            raise Refused("not_from_here", 403)

    def signed_in(request: Request) -> None:
        if not gate.admits(request):
            raise SignInFirst

    found = APIRouter(include_in_schema=False)
    found.include_router(_door(desk.pages, gate), dependencies=[Depends(same_site)])
    found.include_router(_reading(desk), dependencies=[Depends(signed_in)])
    found.include_router(_trying(desk), dependencies=[Depends(same_site), Depends(signed_in)])
    return found


def to_the_door(_request: Request, _error: Exception) -> Response:
    """Where a page that is asked for without a session leads."""
    return RedirectResponse(ENTER, 303)


def _door(pages: AuthorPages, gate: Gate) -> APIRouter:
    router = APIRouter(prefix=PATH)

    @router.get("/entrer", response_class=HTMLResponse)
    def door(request: Request) -> Response:
        return RedirectResponse(PATH, 303) if gate.admits(request) else pages.sign_in(request)

    @router.post("/entrer", response_class=HTMLResponse)
    def enter(request: Request, cle: Field = "") -> Response:
        try:
            if not gate.locked or gate.open(request, cle.strip()):
                response: Response = RedirectResponse(PATH, 303)
                gate.remember(response)
                return response
        except Refused as refused:
            return pages.sign_in(request, refused)
        return pages.sign_in(request, Refused("wrong_key", 403))

    @router.post("/sortir")
    def leave() -> Response:
        response = RedirectResponse(ENTER, 303)
        gate.forget(response)
        return response

    return router


def _reading(desk: Desk) -> APIRouter:
    router = APIRouter(prefix=PATH)

    @router.get("", response_class=HTMLResponse)
    def procedures(request: Request) -> Response:
        day = desk.today()
        draft = desk.workshop.draft(day)
        return desk.pages.procedures(request, listed(draft, day), other_problems(draft), day)

    @router.get("/{id_}", response_class=HTMLResponse)
    def procedure(request: Request, id_: str, jour: str = "", partie: str = "") -> Response:
        return desk.show(request, id_, [], jour, partie)

    @router.get("/{id_}/dessin.svg")
    def drawing(id_: str) -> Response:
        view = desk.view(id_, desk.today())
        if view.drawing is None:
            raise Refused("not_found", 404)
        return Response(svg(view.drawing), media_type="image/svg+xml", headers={"Cache-Control": "no-store"})

    return router


def _trying(desk: Desk) -> APIRouter:
    router = APIRouter(prefix=PATH)

    @router.post("/{id_}", response_class=HTMLResponse)
    def turn(
        request: Request,
        id_: str,
        dit: Field = "",
        texte: Field = "",
        choix: Field = "",
        jour: Field = "",
        partie: str = "",
    ) -> Response:
        turns = read_turns(dit)
        if texte.strip() or choix:
            turns.append(Turn(texte.strip()[:1000], choix[:200] or None))
        return desk.show(request, id_, turns, jour, partie)

    return router


def _day(text: str) -> date | None:
    """The day of a date field; anything else is today."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
