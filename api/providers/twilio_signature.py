"""Is a request really Twilio's? Its signature is checked on the public address, whatever a proxy made of it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from twilio.request_validator import RequestValidator

from api.settings import Settings

HEADER = "X-Twilio-Signature"
MOST_FIELDS = 200

Form = Mapping[str, str | list[str]]


class Signature:
    """Twilio's signature of requests. Without a configured token nothing passes."""

    def __init__(self, settings: Settings) -> None:
        token = settings.twilio_auth_token.get_secret_value()
        self._validator = RequestValidator(token) if token else None
        self._public = settings.public_url.rstrip("/")

    def check(self, request_path_and_query: str, form: Form, signature: str | None) -> bool:
        """True when `signature` is that of this request. The path and query as received, the form decoded."""
        if self._validator is None or not signature:
            return False
        return bool(self._validator.validate(self._public + request_path_and_query, _multi(form), signature))

    def sign(self, path: str, form: Form) -> str:
        """The signature that Twilio would give: for the simulators. Raises ValueError without a token."""
        if self._validator is None:
            raise ValueError("no Twilio token is configured: nothing can be signed")
        return str(self._validator.compute_signature(self._public + path, _multi(form)))


def read_form(body: bytes) -> dict[str, str | list[str]]:
    """The fields of a form, a list where one comes several times. Raises ValueError when there are too many."""
    fields = parse_qsl(body.decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    many = ImmutableMultiDict(fields)
    return {name: many.getlist(name) if len(many.getlist(name)) > 1 else many[name] for name in many}


def path_and_query(request: Request) -> str:
    """The path and query as they came, before any decoding."""
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope.get("query_string", b"")
    return (path + (b"?" + query if query else b"")).decode("latin-1")


def one(form: Form, name: str) -> str:
    """The value of a field; the first one where it comes several times, empty where it does not."""
    value = form.get(name, "")
    return value if isinstance(value, str) else next(iter(value), "")


def _multi(form: Form) -> ImmutableMultiDict[str, str]:
    """The form as the validator reads it where a field has several values."""
    pairs = ((name, [value] if isinstance(value, str) else value) for name, value in form.items())
    return ImmutableMultiDict([(name, value) for name, values in pairs for value in values])
