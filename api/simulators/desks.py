"""A citizen at the keyboard of `allo chat`, on each channel: the real webhooks, signed, and what comes back."""

from __future__ import annotations

import json
import random
import re
import time
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from fastapi import FastAPI
from pydantic import SecretStr

from api.providers.twilio_signature import Signature
from api.routes.telegram import SECRET_HEADER
from api.settings import Settings
from api.simulators import desk
from api.simulators.call import Phone
from api.simulators.mailbox import Letter, Mailbox
from api.simulators.wire import Wire, bytes_in_process, in_process
from bot.channels import named
from bot.channels.base import Rendered
from bot.messages import Inbound, Reply

OUR_NUMBER = "+33199000000"  # kept for fiction: it rings nowhere
ACCOUNT = "AC" + "0" * 32
DATABASE = "simulators.db"
SECRET = "simulated-" + "0" * 16


def simulated(settings: Settings) -> Settings:
    """The settings of a service whose providers are this terminal.

    Its people have a database of their own: what they are sent must not leave by the real service beside.
    """
    made_up = {
        "database_url": f"sqlite:///{settings.home / DATABASE}",
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": SecretStr(SECRET),
        "twilio_number": OUR_NUMBER,
        "twilio_sender": "",
        "telegram_token": SecretStr(""),
        "telegram_secret": SecretStr(SECRET),
    }
    return settings.model_copy(update=made_up)


def an_address(channel: str) -> str:
    """An address for somebody who passes by."""
    return f"+336123{random.randrange(10**5):05d}" if channel != "telegram" else str(random.randrange(10**8, 10**9))


@dataclass
class Kept:
    """Passes messages on, and keeps the last reply: the webhooks do not say which step it was."""

    receive: Callable[[Inbound], Reply]
    reply: Reply | None = None

    def __call__(self, inbound: Inbound) -> Reply:
        """The reply."""
        self.reply = self.receive(inbound)
        return self.reply


@dataclass(frozen=True)
class Turn:
    """What a line typed in the terminal brought."""

    shown: str
    data: dict[str, Any]
    over: bool = False


class Desk(Protocol):
    """One channel in the terminal."""

    def opens(self) -> Turn | None:
        """What comes before anything is typed: the greeting of a call; None elsewhere."""

    def turn(self, line: str) -> Turn:
        """What a typed line brings."""

    def closes(self) -> None:
        """The end: a caller hangs up."""


@dataclass
class SmsDesk:
    """Text messages."""

    wire: Wire
    who: str
    mailbox: Mailbox
    spent: int = 0

    def opens(self) -> Turn | None:
        """An SMS is first written by the citizen."""
        return None

    def turn(self, line: str) -> Turn:
        """Sends the line and shows the SMS that answer it."""
        sid = f"SM{uuid.uuid4().hex}"
        form = {"MessageSid": sid, "AccountSid": ACCOUNT, "From": self.who, "To": OUR_NUMBER}
        answer = self.wire.send("/webhooks/sms", {**form, "Body": line, "NumMedia": "0"})
        texts = [message.text or "" for message in ET.fromstring(answer.body)] if answer.body else []
        rendered = [Rendered(text) for text in texts]
        shown = desk.sms(rendered, self.spent)
        data = desk.sms_json(rendered)
        self.spent += data["segments"]
        return Turn(shown, data)

    def closes(self) -> None:
        """Nothing to do."""


@dataclass
class TelegramDesk:
    """The Telegram bot."""

    post: Callable[[str, bytes, dict[str, str]], int]
    who: str
    mailbox: Mailbox
    kept: Kept

    def opens(self) -> Turn | None:
        """What Telegram sends when someone opens the bot."""
        return self.turn("/start")

    def turn(self, line: str) -> Turn:
        """Sends the line and shows the messages that leave for this chat."""
        self.kept.reply = None
        person = {"id": int(self.who), "is_bot": False, "first_name": "Citoyen"}
        chat = {"id": int(self.who), "type": "private"}
        number = random.randrange(1, 2**31)
        message = {"message_id": number, "date": int(time.time()), "chat": chat, "from": person, "text": line or "…"}
        if line.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(line.split(maxsplit=1)[0])}]
        update = json.dumps({"update_id": number, "message": message}).encode()
        self.post("/webhooks/telegram", update, {SECRET_HEADER: SECRET, "Content-Type": "application/json"})
        reply = self.kept.reply
        expected = len(named("telegram").render(reply)) if reply else 0
        rendered = [letter.rendered for letter in self.mailbox.take(expected)]
        return Turn(desk.telegram(rendered), desk.telegram_json(rendered))

    def closes(self) -> None:
        """Nothing to do."""


@dataclass
class VoiceDesk:
    """The phone line."""

    phone: Phone
    mailbox: Mailbox
    sms: list[Letter] = field(default_factory=list)

    def opens(self) -> Turn | None:
        """The call begins."""
        self.phone.call()
        return self._heard()

    def turn(self, line: str) -> Turn:
        """Keys, words, or a silence for an empty line."""
        if self.phone.over:
            self.phone.call()
        else:
            desk.play(self.phone, line)
        return self._heard()

    def closes(self) -> None:
        """Hangs up."""
        if not self.phone.over:
            self.phone.hang_up()

    def _heard(self) -> Turn:
        time.sleep(0.05)  # what leaves by SMS is on its way
        texts: Sequence[Rendered] = [letter.rendered for letter in self.mailbox.take()]
        shown = desk.voice(self.phone.moment) + (f"\n\n{desk.sms(texts)}" if texts else "")
        data = desk.voice_json(self.phone.moment) | ({"sms": desk.sms_json(texts)} if texts else {})
        return Turn(shown, data, self.phone.over)


def open_desk(channel: str, app: FastAPI, settings: Settings, who: str, mailbox: Mailbox, kept: Kept) -> Desk:
    """The desk of a channel. Raises ValueError for an address that the channel cannot have."""
    sign = Signature(settings).sign
    if channel == "telegram":
        if not re.fullmatch(r"\d{1,15}", who):
            raise ValueError("a Telegram address is the number of a chat")
        return TelegramDesk(bytes_in_process(app), who, mailbox, kept)
    if not re.fullmatch(r"\+\d{6,15}", who):
        raise ValueError("a phone number is written +33612345678")
    if channel == "sms":
        return SmsDesk(Wire(in_process(app), sign), who, mailbox)
    return VoiceDesk(Phone(in_process(app), who, OUR_NUMBER, sign), mailbox)
