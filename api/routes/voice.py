"""The webhooks of the phone line: nothing is done before the signature is checked, and no failure is a silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.conversations import Replayed, StorageDown
from api.providers.twilio_signature import HEADER, Form, one, path_and_query, read_form
from api.settings import Settings
from api.voice.callers import Hook
from api.voice.calls import Calls
from api.voice.line import RETRIES, Line, Refused, Sentence
from api.voice.twiml import BASE
from bot.messages import Inbound, Reply
from mediation.territory import Territory

XML = "application/xml"
log = structlog.get_logger(__name__)
Act = Callable[[Hook], str]


class Checks(Protocol):
    """What knows the provider's signature."""

    def check(self, path: str, form: Form, signature: str | None, /) -> bool:
        """True when the provider signed this request for this address."""


def voice_router(
    settings: Settings,
    receive: Callable[[Inbound], Reply],
    signature: Checks,
    calls: Calls,
    territory: Territory,
    now: Callable[[], datetime],
    sentence: Sentence,
    title: Callable[[str], str],
) -> APIRouter:
    """The routes. `sentence` gives the assistant's sentences in French, `title` the title of a procedure by its id."""
    line = Line(settings, receive, calls, territory, now, sentence, title)
    router = APIRouter()

    def webhook(path: str, answer: Callable[[Hook], Response]) -> None:
        async def route(request: Request) -> Response:
            hook = await _signed(request, signature, settings.max_body)
            return await run_in_threadpool(answer, hook) if hook else Response(status_code=403)

        router.add_api_route(path, route, methods=["POST"], include_in_schema=False)

    caller: dict[str, Act] = {"": line.began, "/turn": line.turned, "/transfer": line.transferred}
    rung: dict[str, Act] = {"/whisper": line.whispered, "/accept": line.accepted}
    for path, act in (caller | rung).items():
        webhook(BASE + path, _answering(line, act, path not in rung))
    webhook(f"{BASE}/status", lambda hook: _noted(line, hook))
    return router


async def _signed(request: Request, signature: Checks, most: int) -> Hook | None:
    """The request when the provider signed it, else None: nothing else of it is looked at."""
    body = await request.body()
    if len(body) > most:
        return None
    try:
        form = read_form(body)
    except ValueError:
        return None
    if not signature.check(path_and_query(request), form, request.headers.get(HEADER)):
        return None
    return Hook(request.url.path, dict(request.query_params), {name: one(form, name) for name in form})


def _answering(line: Line, act: Act, to_caller: bool) -> Callable[[Hook], Response]:
    def answer(hook: Hook) -> Response:
        try:
            return _xml(act(hook))
        except (Refused, Replayed):
            return Response(status_code=403)
        except StorageDown:
            return _xml(_once_more(line, hook, to_caller))
        except Exception as error:
            _failed(error)
            return _xml(_sorry(line) if to_caller else line.script.refused())

    return answer


def _once_more(line: Line, hook: Hook, to_caller: bool) -> str:
    """The database is away: a moment, then the same request, a few times.

    The provider sends a redirected request without the words nor the keys, and they must not stand in an address: the
    question is then asked again. A key pressed by a person rung is no secret, and comes along.
    """
    tries = int(tried) if (tried := hook.query.get("tries", "0")).isdigit() else RETRIES
    if tries >= RETRIES:
        return _sorry(line) if to_caller else line.script.refused()
    query = {**hook.query, "tries": str(tries + 1)}
    if not to_caller and hook.form.get("Digits"):
        query["key"] = hook.form["Digits"][:1]
    return line.script.moment(f"{hook.path}?{urlencode(query)}", line.sentence("voice_moment"))


def _sorry(line: Line) -> str:
    """We cannot go on: it is said, with a way to reach a person."""
    return line.script.goodbye(Reply(()), line.sentence("voice_sorry"))


def _noted(line: Line, hook: Hook) -> Response:
    try:
        line.ended(hook)
    except Replayed:
        return Response(status_code=403)
    except StorageDown:
        return Response(status_code=503)
    except Exception as error:
        _failed(error)
    return Response(status_code=204)


def _failed(error: Exception) -> None:
    """Only the kind and the place: the message of an error may quote the caller."""
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else ""
    log.error("call_failed", error=type(error).__name__, place=place)


def _xml(document: str) -> Response:
    return Response(document, media_type=XML, headers={"Cache-Control": "no-store"})
