"""How a simulated Twilio reaches the service: requests as it sends and signs them, over HTTP or in this process."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

Form = Mapping[str, str]
Post = Callable[[str, Form, Mapping[str, str]], tuple[int, str]]
Sign = Callable[[str, Form], str]
SIGNATURE = "X-Twilio-Signature"
TOKEN = "I-Twilio-Idempotency-Token"
NO_ANSWER = 0
WAIT = 15  # seconds: what Twilio gives a web service to answer


class BrokenCall(Exception):
    """The service answered in a way that Twilio cannot follow; a caller would hear an error in English."""


@dataclass(frozen=True)
class Request:
    """A request as it was sent, and its answer: status 0 when there was none."""

    path: str
    form: Form
    headers: Mapping[str, str]
    status: int
    body: str


@dataclass
class Wire:
    """Sends signed requests and keeps them.

    `post` takes a path with its query, a form and headers; `sign` is `Signature.sign` of
    `api.providers.twilio_signature`.
    """

    post: Post
    sign: Sign
    requests: list[Request] = field(default_factory=list)

    def send(self, address: str, form: Form) -> Request:
        """Posts the form to the address, of which only the path and the query count."""
        path = path_of(address)
        headers = {SIGNATURE: self.sign(path, form), TOKEN: str(uuid.uuid4()), "User-Agent": "TwilioProxy/1.1"}
        return self._sent(path, form, headers)

    def again(self, request: Request) -> Request:
        """The same request once more, as when its answer was lost on the way."""
        return self._sent(request.path, request.form, request.headers)

    def _sent(self, path: str, form: Form, headers: Mapping[str, str]) -> Request:
        try:
            status, body = self.post(path, form, headers)
        except httpx.HTTPError:
            status, body = NO_ANSWER, ""
        self.requests.append(Request(path, form, headers, status, body))
        return self.requests[-1]


def path_of(address: str) -> str:
    """The path and the query of an address."""
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def over_http(base_url: str) -> Post:
    """Posts to a service that listens at `base_url`."""
    client = httpx.Client(base_url=base_url, timeout=WAIT, trust_env=False)
    return lambda path, form, headers: _read(client.post(path, data=dict(form), headers=dict(headers)))


def in_process(app: Any, base_url: str = "http://localhost") -> Post:
    """Posts to an ASGI application of this process. Its start-up and end are the caller's affair."""

    async def ask(path: str, form: Form, headers: Mapping[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=base_url) as client:
            return await client.post(path, data=dict(form), headers=dict(headers))

    return lambda path, form, headers: _read(asyncio.run(ask(path, form, headers)))


def bytes_in_process(app: Any, base_url: str = "http://localhost") -> Callable[[str, bytes, dict[str, str]], int]:
    """Posts bytes to an ASGI application of this process; gives the status."""

    async def ask(path: str, body: bytes, headers: dict[str, str]) -> int:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=base_url) as client:
            return (await client.post(path, content=body, headers=headers)).status_code

    return lambda path, body, headers: asyncio.run(ask(path, body, headers))


def _read(response: httpx.Response) -> tuple[int, str]:
    kind = response.headers.get("content-type", "")
    if response.is_success and response.content and "xml" not in kind:
        raise BrokenCall(f"{response.request.url.path}: an answer of kind {kind or 'unknown'}, not XML")
    return response.status_code, response.text
