"""The webhooks of SMS: a signed message of Twilio's in, the answer as TwiML out, and what became of it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

import structlog
from fastapi import APIRouter, Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from twilio.twiml.messaging_response import MessagingResponse

from api.conversations import Replayed, StorageDown
from api.opt_outs import OptOuts
from api.providers.sms_inbound import answerable, inbound_of
from api.providers.twilio_signature import HEADER, Form, Signature, one, path_and_query, read_form
from api.providers.twilio_sms import STATUS_PATH, status_url
from api.settings import Settings
from bot.channels.sms import SMS
from bot.messages import Inbound, Reply
from flows.gsm7 import fold

PATH = "/webhooks/sms"
PERSON = "person"
PROVIDER = "provider"
log = structlog.get_logger(__name__)

Receive = Callable[[Inbound], Reply]
Status = Callable[[str, str, str | None], None]


def _nobody_waits(sid: str, word: str, code: str | None) -> None:
    """Where nothing is sent but replies, nobody wants to know what became of them."""


def _never(text: str) -> bool:
    return False


@dataclass(frozen=True)
class Desk:
    """Answers messages. `urgent`: a text that speaks of danger is answered even after STOP."""

    settings: Settings
    receive: Receive
    opt_outs: OptOuts
    now: Callable[[], datetime]
    sentence: Callable[[str], str]
    urgent: Callable[[str], bool]
    limiter: MovingWindowRateLimiter

    def answer(self, form: Form) -> Response:
        """The answer to a message that is really Twilio's. Never raises."""
        inbound = inbound_of(form, self.settings.max_text, self.now())
        if not inbound.provider_id or not answerable(form):
            return self.twiml(())
        try:
            return self.twiml(self._answered(inbound, one(form, "OptOutType").lower()))
        except Replayed:
            return Response(status_code=403)
        except StorageDown:
            return self.twiml([self._sentence("not_stored")])
        except Exception as error:
            _log("sms_failed", error)
            return self.twiml([self._sentence("failed_sms")])

    def _answered(self, inbound: Inbound, by_twilio: str) -> Iterable[str]:
        if by_twilio:  # Twilio has answered by itself, and would drop what we say after its STOP
            self._keep(by_twilio, inbound, PROVIDER)
            return ()
        # Before anything may refuse the message: STOP always holds.
        self._keep(inbound.signal, inbound, PERSON)
        number = self.opt_outs.who(inbound.address)
        if not self._may("messages", self.settings.messages_per_minute, number):
            return [self._sentence("too_fast")] if self._may("too_fast", 1, number) else ()
        if inbound.signal != "stop" and self.opt_outs.stopped(inbound.address) and not self.urgent(inbound.text):
            return [self._sentence("sms_stopped")]
        return [rendered.text for rendered in SMS.render(self.receive(inbound))]

    def _keep(self, word: str | None, inbound: Inbound, source: str) -> None:
        if word == "stop":
            self.opt_outs.stop(inbound.address, inbound.provider_id, source, inbound.at)
        elif word == "start":
            self.opt_outs.start(inbound.address, inbound.provider_id, inbound.at)

    def _may(self, what: str, a_minute: int, number: str) -> bool:
        return self.limiter.hit(RateLimitItemPerMinute(a_minute), what, number)

    def _sentence(self, name: str) -> str:
        return fold(self.sentence(name))

    def twiml(self, texts: Iterable[str]) -> Response:
        """One `<Message>` a text; Twilio says what becomes of each at the `action` address."""
        response, back = MessagingResponse(), status_url(self.settings)
        for text in texts:
            response.message(text, **({"action": back, "method": "POST"} if back else {}))
        return Response(str(response), media_type="application/xml")


def sms_router(
    settings: Settings,
    receive: Receive,
    signature: Signature,
    opt_outs: OptOuts,
    now: Callable[[], datetime],
    sentence: Callable[[str], str],
    *,
    status: Status = _nobody_waits,
    urgent: Callable[[str], bool] = _never,
) -> APIRouter:
    """The two webhooks. A request that is not signed by Twilio for our account gets 403, and leaves no trace.

    `sentence` gives an assistant's sentence by its name, for what is answered outside a conversation: `not_stored`,
    `failed_sms`, `too_fast`, `sms_stopped`. `status` learns what became of a message: its id, Twilio's word, and
    Twilio's code of error.
    """
    router = APIRouter(include_in_schema=False)
    limiter = MovingWindowRateLimiter(MemoryStorage())
    desk = Desk(settings, receive, opt_outs, now, sentence, urgent, limiter)

    async def handled(request: Request, handle: Callable[[Form], Response]) -> Response:
        form = await _signed(request, settings, signature)
        return Response(status_code=403) if form is None else await run_in_threadpool(handle, form)

    @router.post(PATH)
    async def message(request: Request) -> Response:
        return await handled(request, desk.answer)

    @router.post(STATUS_PATH)
    async def became(request: Request) -> Response:
        return await handled(request, lambda form: _told(form, status))

    return router


async def _signed(request: Request, settings: Settings, signature: Signature) -> Form | None:
    """The form of a request that is Twilio's, for our account; None for any other, however it was made."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > settings.max_body:
            return None
    try:
        form = read_form(body)
    except ValueError:
        return None
    signed = signature.check(path_and_query(request), form, request.headers.get(HEADER))
    ours = settings.twilio_account_sid and one(form, "AccountSid") == settings.twilio_account_sid
    return form if signed and ours else None


def _told(form: Form, status: Status) -> Response:
    sid, word = one(form, "MessageSid"), one(form, "MessageStatus")
    try:
        if sid and word:
            status(sid, word, one(form, "ErrorCode") or None)
    except StorageDown:
        return Response(status_code=503)
    return Response(status_code=204)


def _log(event: str, error: Exception) -> None:
    """Its kind and its place: the message of an error may quote the citizen."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    log.error(event, error=type(error).__name__, place=f"{PurePath(place.filename).name}:{place.lineno}")
