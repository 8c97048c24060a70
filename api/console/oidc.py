"""The identity provider (ProConnect, Keycloak): OpenID Connect, authorization code with PKCE, state and nonce."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc.errors import JoseError

from api.console.digests import new_token
from api.console.oidc_wire import ProviderDown, Untrusted, Wire, as_json, call
from api.settings import Settings
from api.vault import Vault, VaultError

ASKED_FOR = 600  # seconds to come back from the provider
LEEWAY = 60  # seconds between two clocks
BACK = "/mediateur/oidc/retour"
AMR = '{"id_token":{"amr":{"essential":true}}}'
_CONTEXT = ("console", "oidc")


@dataclass(frozen=True)
class Asked:
    """What a browser was sent to the provider with. `then`: the page wanted after signing in. `at`: in seconds."""

    state: str
    nonce: str
    verifier: str
    then: str
    at: int


@dataclass(frozen=True)
class Identity:
    """Who the provider says it is. `subject` is the same each time; `email` None when it does not vouch for one.

    `two_factors`: the provider says that it asked for two; None when it says nothing of it.
    """

    subject: str
    email: str | None
    two_factors: bool | None


class Provider:
    """One provider, found from its issuer's address."""

    def __init__(self, settings: Settings, vault: Vault, now: Callable[[], datetime]) -> None:
        self._settings, self._vault, self._now = settings, vault, now
        self._issuer = settings.oidc_issuer.rstrip("/")
        self._back = settings.public_url.rstrip("/") + BACK
        self._wire = Wire()

    def ask(self, then: str) -> tuple[str, str]:
        """The provider's address to send the browser to, and the sealed cookie to check its return by.

        Raises ProviderDown.
        """
        about = self._about()
        asked = Asked(new_token(), new_token(), new_token(), then, int(self._now().timestamp()))
        query = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": self._back,
            "scope": "openid email",
            "state": asked.state,
            "nonce": asked.nonce,
        }
        if "S256" in about.get("code_challenge_methods_supported", ()):  # some refuse a parameter they do not know
            query |= {"code_challenge": create_s256_code_challenge(asked.verifier), "code_challenge_method": "S256"}
        if self._settings.oidc_second_factor and about.get("claims_parameter_supported") is True:
            query["claims"] = AMR
        sealed = self._vault.seal(json.dumps(asdict(asked)), *_CONTEXT)
        return f"{about['authorization_endpoint']}?{urlencode(query)}", base64.urlsafe_b64encode(sealed).decode()

    def asked(self, cookie: str, state: str) -> Asked:
        """What this browser was sent with. Raises Untrusted when it was not, or too long ago."""
        try:
            asked = Asked(**json.loads(self._vault.open(base64.urlsafe_b64decode(cookie), *_CONTEXT)))
        except (VaultError, ValueError, TypeError):
            raise Untrusted from None
        late = self._now().timestamp() - asked.at > ASKED_FOR
        if late or not hmac.compare_digest(asked.state.encode(), state.encode("utf-8", "replace")):
            raise Untrusted
        return asked

    def who(self, code: str, asked: Asked) -> Identity:
        """Who came back with `code`. Raises ProviderDown, Untrusted."""
        answer = self._token(code, asked)
        claims = self._id_token(answer, asked)
        if "email" not in claims and "userinfo_endpoint" in self._about():
            more = self._userinfo(str(answer.get("access_token", "")))
            if more.get("sub") != claims["sub"]:
                raise Untrusted
            claims = {**more, **claims}
        amr = claims.get("amr")
        subject = hashlib.sha256(f"{self._issuer}\n{claims['sub']}".encode()).hexdigest()
        return Identity(subject, self._email(claims), None if amr is None else "mfa" in amr)

    def _email(self, claims: dict[str, Any]) -> str | None:
        """The address, if the provider vouches for it; where it never says so, the setting does or does not."""
        trusted = claims.get("email_verified", self._settings.oidc_trust_email)
        email = claims.get("email")
        return email.strip().lower() if trusted is True and isinstance(email, str) else None

    def _token(self, code: str, asked: Asked) -> dict[str, Any]:
        about, settings = self._about(), self._settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "code_verifier": asked.verifier,
        }
        name, secret = settings.oidc_client_id, settings.oidc_client_secret.get_secret_value()
        if "client_secret_post" in about.get("token_endpoint_auth_methods_supported", ()):
            form |= {"client_id": name, "client_secret": secret}
            return as_json(call("POST", about["token_endpoint"], data=form))
        basic = httpx.BasicAuth(quote(name, safe=""), quote(secret, safe=""))
        return as_json(call("POST", about["token_endpoint"], data=form, auth=basic))

    def _id_token(self, answer: dict[str, Any], asked: Asked) -> dict[str, Any]:
        header, claims = self._wire.opened(str(answer.get("id_token", "")), self._about()["jwks_uri"])
        params = {"nonce": asked.nonce, "client_id": self._settings.oidc_client_id}
        wanted = {
            "iss": {"essential": True, "value": self._about()["issuer"]},
            "aud": {"essential": True, "value": self._settings.oidc_client_id},
            "sub": {"essential": True},
        }
        token = CodeIDToken(claims, header, wanted, {**params, "access_token": answer.get("access_token")})
        try:
            token.validate(now=int(self._now().timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError):
            raise Untrusted from None
        return claims

    def _userinfo(self, access: str) -> dict[str, Any]:
        response = call("GET", self._about()["userinfo_endpoint"], headers={"Authorization": f"Bearer {access}"})
        if response.headers.get("content-type", "").startswith("application/jwt"):
            return self._wire.opened(response.text.strip(), self._about()["jwks_uri"])[1]
        return as_json(response)

    def _about(self) -> dict[str, Any]:
        """The provider's description of itself."""
        about: dict[str, Any] = self._wire.fetched(f"{self._issuer}/.well-known/openid-configuration")
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        safe = self._issuer.partition(":")[0] + ":"
        if str(about.get("issuer", "")).rstrip("/") != self._issuer or not all(
            str(about.get(name, "")).startswith(safe) for name in needed
        ):
            raise ProviderDown
        return about
