"""The web chat: the page and its forms, and the JSON interface. One handling of a message behind both."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Header, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, Field
from sse_starlette import EventSourceResponse

from api.settings import Settings
from api.web.entries import reply_json, said
from api.web.guards import from_here
from api.web.pages import Draft, Pages, new_id
from api.web.streams import Streams, client_of
from api.web.turns import Turns
from api.web.visitors import Refused, Visitors

NEWEST = "/#dernier"
PROBE = "/?message=1"
Words = Annotated[str, Form(max_length=20_000)]
EventId = Annotated[str, Header(alias="Last-Event-ID", max_length=20)]


class Sent(BaseModel):
    """A message of the citizen. The same `id` again gets the same answer: nothing is done twice."""

    text: str = Field("", description="What the citizen writes; empty for the welcome")
    choice: str | None = Field(None, max_length=200, description="What the pressed button carries: `key|option`")
    id: str = Field(default_factory=new_id, min_length=1, max_length=64, description="The sender's id of the message")


class Choice(BaseModel):
    """A button: its id, and its label. It posts `choice = "<key>|<id>"`."""

    id: str
    label: str


class Said(BaseModel):
    """One message of the assistant."""

    text: str
    speech: str | None
    key: str
    options: list[Choice]


class Answered(BaseModel):
    """What is said back, and where the citizen is now."""

    replies: list[Said]
    procedure: str | None
    step: str | None
    ended: str | None
    person: str | None = Field(description="The first name of who has the citizen's case, and reads the messages")
    case_open: bool = Field(description="A person was asked for: what they write comes at /api/chat/events")


def chat_router(turns: Turns, visitors: Visitors, pages: Pages, settings: Settings) -> APIRouter:
    """The routes of the chat. What changes something is refused when another site asks for it."""

    def same_site(request: Request) -> None:
        if not from_here(request, settings.public_url):
            raise Refused("not_from_here", 403)

    router, ours = APIRouter(), [Depends(same_site)]
    router.include_router(_programs(turns, visitors), dependencies=ours)
    router.include_router(_live(turns, visitors, Streams()), dependencies=ours)
    router.include_router(_forms(turns, visitors, pages), dependencies=ours)
    router.include_router(_comfort(visitors), dependencies=ours)

    @router.get("/", response_class=HTMLResponse, include_in_schema=False)
    def page(request: Request, message: Annotated[str, Field(max_length=1)] = "") -> Response:
        return _opened(request, bool(message), turns, visitors, pages)

    return router


def _programs(turns: Turns, visitors: Visitors) -> APIRouter:
    """The JSON interface, used by the page's script."""
    router = APIRouter()

    @router.post("/api/chat", response_model=Answered, summary="One message to the assistant")
    def chat(request: Request, sent: Sent) -> JSONResponse:
        visitor = visitors.of(request)
        reply = turns.take(visitor, sent.id, sent.text, sent.choice)
        answer = reply_json(reply, turns.standing(visitor))
        response = JSONResponse(answer, headers={"Cache-Control": "no-store"})
        visitors.remember(response, visitor)
        return response

    return router


def _live(turns: Turns, visitors: Visitors, streams: Streams) -> APIRouter:
    """What a person writes, as it comes."""
    router = APIRouter()

    @router.get(
        "/api/chat/events",
        response_class=EventSourceResponse,
        summary="What a person writes to this visitor (events `message`, `state`, `end`)",
    )
    async def events(
        request: Request, after: Annotated[str, Query(max_length=20)] = "", last_event_id: EventId = ""
    ) -> Response:
        visitor = visitors.of(request)
        if visitor.new:
            return Response(status_code=204)
        return streams.opened(turns, visitor, last_event_id or after, client_of(request))

    return router


def _forms(turns: Turns, visitors: Visitors, pages: Pages) -> APIRouter:
    """The same message as a plain form."""
    router = APIRouter()

    @router.post("/", response_class=HTMLResponse, include_in_schema=False)
    def form(request: Request, id: Words = "", text: Words = "", choice: Words = "") -> Response:
        return _posted(request, Draft(id or new_id(), text, choice), turns, visitors, pages)

    return router


def _comfort(visitors: Visitors) -> APIRouter:
    """The size of the text, and leaving a shared computer."""
    router = APIRouter()

    @router.post("/taille", include_in_schema=False)
    def text_size(size: Annotated[int, Form()]) -> Response:
        response = RedirectResponse("/", 303)
        visitors.remember_size(response, size)
        return response

    @router.post("/quitter", include_in_schema=False)
    def leave() -> Response:
        response = RedirectResponse("/", 303)
        visitors.forget(response)
        return response

    return router


def _opened(request: Request, answered: bool, turns: Turns, visitors: Visitors, pages: Pages) -> Response:
    """The page with the conversation so far, or the welcome. `answered`: a message has just been answered."""
    try:
        visitor = visitors.of(request)
        if answered and visitor.new:
            raise Refused("no_cookies", 400)
        known = [] if visitor.new else turns.history(visitor)
        entries = known or said(turns.welcome(visitor))
        standing = turns.standing(visitor)
    except Refused as refused:
        return pages.chat(request, [], refused=refused)
    response = pages.chat(request, entries, standing)
    visitors.remember(response, visitor)
    return response


def _posted(request: Request, draft: Draft, turns: Turns, visitors: Visitors, pages: Pages) -> Response:
    """A form sent without the script: back to the page, or the page again with what went wrong."""
    visitor = None
    try:
        visitor = visitors.of(request)
        reply = turns.take(visitor, draft.id, draft.text, draft.choice or None)
        kept = turns.history(visitor)
    except Refused as refused:
        return pages.chat(request, turns.history_if_any(visitor), refused=refused, draft=draft)
    if not kept:  # « oubliez-moi »: nothing is left to show after a redirect, so the goodbye is shown now
        response: Response = pages.chat(request, said(reply))
    else:
        response = RedirectResponse(PROBE if visitor.new else NEWEST, 303)
    visitors.remember(response, visitor)
    return response
