"""Sends e-mails to mediators by the SMTP server of who runs the service. Best effort: none is ever written twice."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

import structlog

from api.settings import Settings

SECONDS = 10.0
PORTS = {"smtp": 587, "smtps": 465}
OURSELVES = frozenset({"localhost", "127.0.0.1", "::1"})
FAULTS = (OSError, smtplib.SMTPException, ValueError)

log = structlog.get_logger("allo.mail")


@dataclass(frozen=True)
class Email:
    """One e-mail: to which address, and what it says."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True)
class Mail:
    """An SMTP server. `url`: smtp://user:password@host:587 (STARTTLS where offered) or smtps://…; `sender`: From."""

    url: str = field(repr=False)
    sender: str
    seconds: float = SECONDS

    def send(self, emails: Sequence[Email]) -> int:
        """Sends them over one connection; says how many the server took. Failures are logged, never raised."""
        taken = 0
        try:
            with self._connected() as smtp:
                for email in emails:
                    taken += self._sent(smtp, email)
        except FAULTS as error:
            log.error("mail_failed", error=type(error).__name__, left=len(emails) - taken)
        return taken

    def _sent(self, smtp: smtplib.SMTP, email: Email) -> bool:
        if "@" not in email.to:  # some versions of Python send to nobody, and call it sent
            log.error("mail_refused", error="no address")
            return False
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, email.to, email.subject
        message["Date"], message["Auto-Submitted"] = formatdate(), "auto-generated"
        message["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2].strip("> ") or None)
        message.set_content(email.text)
        try:
            smtp.send_message(message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:  # the others may pass
            log.error("mail_refused", error=type(error).__name__)
            return False
        return True

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
        if parts.scheme == "smtps":
            opened: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=self.seconds, context=_trust())
        elif parts.scheme == "smtp":
            opened = smtplib.SMTP(host, port, timeout=self.seconds)
        else:
            raise ValueError("the address of the mail server must begin with smtp:// or smtps://")
        with opened as smtp:
            smtp.ehlo()
            private = parts.scheme == "smtps" or host in OURSELVES
            if parts.scheme == "smtp" and smtp.has_extn("starttls"):
                smtp.starttls(context=_trust())
                private = True
            if parts.username:
                if not private:
                    raise ValueError("a password does not travel in clear")
                smtp.login(unquote(parts.username), unquote(parts.password or ""))
            yield smtp


def mail_of(settings: Settings) -> Mail | None:
    """The mail server of the settings, None where none is set."""
    url = settings.smtp_url.get_secret_value()
    return Mail(url, settings.mail_from) if url and settings.mail_from else None


def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
