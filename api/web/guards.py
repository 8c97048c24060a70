"""What protects the HTTP service: the size of a body, the security headers, and requests sent from other sites."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

DRAINED = 1_000_000
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
}
YEAR = 365 * 24 * 3600


class SecureHeaders:
    """Adds the security headers to each response; a route that sets one itself keeps its own."""

    def __init__(self, app: App, https: bool) -> None:
        self.app = app
        self.headers = HEADERS | ({"Strict-Transport-Security": f"max-age={YEAR}"} if https else {})

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class BodyLimit:
    """Refuses a body of more than `limit` bytes, announced or not, before any route sees it.

    `others` are limits of their own for some paths.
    """

    def __init__(
        self, app: App, limit: int, refuse: Callable[[Request], Response], others: Mapping[str, int] | None = None
    ) -> None:
        self.app, self.limit, self.refuse, self.others = app, limit, refuse, others or {}

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        body, size, more = b"", 0, True
        limit = self.others.get(scope["path"], self.limit)
        while more and size <= DRAINED:  # read on after the limit: a browser cut while it sends shows no answer
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            chunk = message.get("body", b"")
            size, more = size + len(chunk), message.get("more_body", False)
            body += chunk if size <= limit else b""
        if size > limit or (announced.isdigit() and int(announced) > limit):
            await self.refuse(Request(scope))(scope, receive, send)
            return
        await self.app(scope, _replay(body, receive), send)


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def from_here(request: Request, public_url: str) -> bool:
    """True unless the browser says that the request comes from another site.

    The cookie is SameSite=Lax, so a forged request is nobody's; this is the second lock. An absent or `null`
    Origin says nothing: our own `no-referrer` makes browsers send `null` with a form.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin", "null")
    hosts = {request.headers.get("host"), urlsplit(public_url).netloc}
    return origin == "null" or urlsplit(origin).netloc in hosts
