"""A tiny identity provider on 127.0.0.1, with a key of its own, that a test may make lie."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "allo", "s3cret/+ with signs"
PERSON = {"sub": "person-1", "email": "mediator@exemple.fr", "email_verified": True}


def key(kid: str) -> RSAKey:
    """A key of the provider."""
    return RSAKey.generate_key(2048, {"kid": kid, "alg": "RS256", "use": "sig"})


OURS = key("one")
FOREIGN = RSAKey.generate_key(2048, {"kid": "one"})


@dataclass
class Lies:
    """How it departs from the truth: what it signs with, the claims it changes, the answers it withholds."""

    signs_with: Any = field(default_factory=lambda: OURS)
    header: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    userinfo_signed: bool = False
    fails_at: str = ""


class Provider:
    """The provider, running. `person` is who signs in there, `now` the time in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now, self.lies, self.person = now, Lies(), dict(PERSON)
        self.published: list[RSAKey] = [OURS]
        self.codes: dict[str, dict[str, str]] = {}
        self.calls: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}/realm"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        """Stops it: nobody answers there any more."""
        self._server.shutdown()
        self._server.server_close()

    def consent(self, address: str, code: str = "code-1") -> tuple[str, str]:
        """The person agrees on the page at `address`: the code and the state that their browser comes back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT and "openid" in asked["scope"]
        self.codes[code] = asked
        return code, asked["state"]

    def answer(self, path: str, form: dict[str, str], headers: Any) -> tuple[int, str, bytes]:
        """What it answers: status, kind, body."""
        name = path.rpartition("/")[2]
        self.calls.append(name)
        if name == self.lies.fails_at:
            return 500, "text/plain", b"oops"
        if name == "openid-configuration":
            return _json(self._about())
        if name == "jwks":
            return _json(KeySet(self.published).as_dict(private=False))
        if name == "token":
            return self._token(form, headers)
        if name == "userinfo":
            return self._userinfo(headers)
        return 404, "text/plain", b""

    def _about(self) -> dict[str, Any]:
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks",
                 "userinfo_endpoint": "userinfo"}  # fmt: skip
        about: dict[str, Any] = {name: f"{self.issuer}/{path}" for name, path in names.items()}
        about |= {
            "issuer": self.issuer,
            "code_challenge_methods_supported": ["S256"],
            "claims_parameter_supported": True,
        }
        return {key: value for key, value in (about | self.lies.about).items() if value is not None}

    def _token(self, form: dict[str, str], headers: Any) -> tuple[int, str, bytes]:
        asked = self.codes.pop(form.get("code", ""), None)
        given = (form.get("client_id"), form.get("client_secret"))
        if (basic := headers.get("Authorization", "")).startswith("Basic "):
            given = tuple(unquote(part) for part in base64.b64decode(basic[6:]).decode().split(":"))  # type: ignore[assignment]
        if asked is None or given != (CLIENT, SECRET) or asked["redirect_uri"] != form.get("redirect_uri"):
            return 400, "application/json", b'{"error": "invalid_grant"}'
        if "code_challenge" in asked:
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
                return 400, "application/json", b'{"error": "invalid_grant"}'
        now = int(self.now())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            "nonce": asked["nonce"],
            **self.person,
        }
        claims = {name: value for name, value in (claims | self.lies.claims).items() if value is not None}
        return _json({"access_token": "access-1", "token_type": "Bearer", "id_token": self._signed(claims)})

    def _userinfo(self, headers: Any) -> tuple[int, str, bytes]:
        if headers.get("Authorization") != "Bearer access-1":
            return 401, "text/plain", b""
        about = self.lies.userinfo or {}
        return (200, "application/jwt", self._signed(about).encode()) if self.lies.userinfo_signed else _json(about)

    def _signed(self, claims: dict[str, Any]) -> str:
        header = {"alg": "RS256", "kid": "one", **self.lies.header}
        return jwt.encode(header, claims, self.lies.signs_with, algorithms=["RS256", "HS256"])

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._send(*provider.answer(urlsplit(self.path).path, {}, self.headers))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self._send(*provider.answer(urlsplit(self.path).path, form, self.headers))

            def _send(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        return Handler


def _json(data: Any) -> tuple[int, str, bytes]:
    return 200, "application/json;charset=utf-8", json.dumps(data).encode()
