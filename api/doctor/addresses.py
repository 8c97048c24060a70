"""The public address: can providers reach it, and where do their webhooks stand?"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from api.doctor.findings import Finding, fix, ok, skip
from api.routes import sms, telegram
from api.settings import Settings
from api.telegram_polling import polling_wanted
from api.voice import twiml

TELEGRAM, SMS, VOICE = telegram.PATH, sms.PATH, twiml.BASE
VOICE_STATUS = f"{VOICE}/status"
LOCAL_NAMES = ("localhost", "testserver")
LOCAL_ENDINGS = (".localhost", ".local", ".internal", ".lan")
HTTPS = 443
TELEGRAM_PORTS = (443, 80, 88, 8443)


def webhook(settings: Settings, path: str) -> str:
    """The address that a provider is to call."""
    return settings.public_url.rstrip("/") + path


def telegram_webhook_wanted(settings: Settings) -> bool:
    """True when Telegram is to deliver its updates to us."""
    return bool(settings.telegram_token.get_secret_value()) and not polling_wanted(settings)


def twilio_wanted(settings: Settings) -> bool:
    """True when something of Twilio's is set, even if not all of it."""
    return bool(
        settings.twilio_account_sid
        or settings.twilio_number
        or settings.twilio_sender
        or settings.twilio_auth_token.get_secret_value()
    )


def public_address(settings: Settings) -> Finding:
    """Whether webhooks may come to this address."""
    if not (telegram_webhook_wanted(settings) or twilio_wanted(settings)):
        return skip("public_address", "not_needed")
    parts = _parts(settings.public_url)
    if parts is None or parts.query or parts.fragment:
        return fix("public_address", "malformed")
    if parts.username is not None:
        return fix("public_address", "password")
    if local(parts.hostname or ""):
        return fix("public_address", "local", url=shown(settings.public_url))
    if parts.scheme != "https":
        return fix("public_address", "not_https", url=shown(settings.public_url))
    return ok("public_address", "good", url=shown(settings.public_url))


def port(settings: Settings) -> int:
    """The port of the public address; 443 where none can be read."""
    parts = _parts(settings.public_url)
    return (parts.port if parts else None) or HTTPS


def local(host: str) -> bool:
    """True for this machine and for networks that providers cannot enter."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host in LOCAL_NAMES or host.endswith(LOCAL_ENDINGS)


def shown(url: str) -> str:
    """An address that may be printed: without the name, password and query that it may hold."""
    parts = _parts(url)
    if parts is None:
        return "…"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _parts(url: str) -> SplitResult | None:
    """The parts of a web address; None when it is none."""
    try:
        parts = urlsplit(url)
        readable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if readable else None
