"""What an update of Telegram means: a message for the conversations, or nothing to answer. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from telegram import CallbackQuery, Contact, Message, MessageOrigin, Update, Voice
from telegram.constants import ChatType

from api.providers.telegram_errors import in_seconds
from bot.channels.telegram import TELEGRAM
from bot.messages import Inbound
from flows.answers.phones import callable_number

LATE = timedelta(hours=24)  # Telegram keeps nothing longer: what is older comes from somebody else
VOICE_BYTES, VOICE_SECONDS = 1_000_000, 60
COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
PRESSED = re.compile(r"[0-9a-f]{16}")
KEYCAP = re.compile("\ufe0f?\u20e3")  # « 1 » in a box is the digit
PICTURES = re.compile(
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u231a-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
BETWEEN_PICTURES = re.compile("[\\s\u200d\ufe0e\ufe0f\U000e0020-\U000e007f]")
# Commands whose word for the dialogue is another one: Telegram takes no hyphen there.
COMMANDS = {"oublier": "oubliez-moi"}
FILES = ("document", "video", "video_note", "audio", "story", "poll", "game", "paid_media", "checklist")
SIGNALS = (
    ("sticker", ("animation", "sticker", "dice")),  # an animation is a document too, so it comes first
    ("photo", ("photo", "live_photo")),
    ("file", FILES),
    ("location", ("location", "venue")),
)


@dataclass(frozen=True)
class Pressed:
    """A button that was pressed: what to tell Telegram, and the message whose buttons are used up."""

    id: str
    chat: str
    message_id: int


@dataclass(frozen=True)
class Parsed:
    """An update. `inbound` is None when there is nothing to answer; `late`: it is too old to be Telegram's.

    `voice` is the file of a voice note short enough to be listened to: its words may take the place of the signal.
    """

    inbound: Inbound | None = None
    late: bool = False
    pressed: Pressed | None = None
    voice: str | None = None


def parse(update: Update, now: datetime, max_text: int) -> Parsed:
    """What an update is. Only private chats are answered: groups, channels and all else give an empty Parsed.

    The id of a message is the same when its update is delivered again, and differs from that of another bot.
    """
    if update.callback_query:
        return _button(update.update_id, update.callback_query, now)
    message = update.message or update.edited_message
    if message is None or message.chat.type != ChatType.PRIVATE:
        return Parsed()
    if message.from_user and message.from_user.is_bot:
        return Parsed()
    inbound = Inbound(TELEGRAM.name, str(message.chat.id), "", f"{update.update_id}.m{message.message_id}", now)
    if update.edited_message:
        return _edited(inbound, message, now)
    return replace(_message(inbound, message, max_text), late=now - message.date > LATE)


def _button(update_id: int, query: CallbackQuery, now: datetime) -> Parsed:
    """A pressed button. The date of its message says nothing: an old button may be pressed today."""
    message = query.message
    if message is None or message.chat.type != ChatType.PRIVATE:
        return Parsed()
    chat = str(message.chat.id)
    pressed = Pressed(query.id, chat, message.message_id)
    if not PRESSED.fullmatch(query.data or ""):
        return Parsed(pressed=pressed)
    return Parsed(
        Inbound(TELEGRAM.name, chat, "", f"{update_id}.c{query.id}", now, choice=f"#{query.data}"), pressed=pressed
    )


def _edited(inbound: Inbound, message: Message, now: datetime) -> Parsed:
    """A message that was changed. A shared position that moves is one too, every few seconds: not answered."""
    if message.location:
        return Parsed()
    late = now - (message.edit_date or message.date) > LATE
    return Parsed(replace(inbound, signal="edited"), late)


def _message(inbound: Inbound, message: Message, max_text: int) -> Parsed:
    signal = next((name for name, kinds in SIGNALS if any(getattr(message, kind, None) for kind in kinds)), None)
    if signal:
        return Parsed(replace(inbound, signal=signal, point=_point(message)))
    if message.contact:
        return Parsed(replace(inbound, signal="contact", phone=_own_number(message, message.contact)))
    if isinstance(message.forward_origin, MessageOrigin):
        return Parsed(replace(inbound, signal="forwarded"))
    if message.voice:
        return Parsed(replace(inbound, signal="voice_note"), voice=_short_enough(message.voice))
    if message.text:
        return Parsed(worded(inbound, message.text, max_text))
    return Parsed()  # a message of the service: a pinned message, a new photo of the profile…


def _point(message: Message) -> tuple[float, float] | None:
    """Where the person says to be: a position, or a place of the map."""
    location = message.location or (message.venue.location if message.venue else None)
    return (location.latitude, location.longitude) if location else None


def worded(inbound: Inbound, text: str, max_text: int) -> Inbound:
    """The message with its words, or the signal that stands for them."""
    text = KEYCAP.sub("", text).strip()
    if len(text) > max_text:
        return replace(inbound, signal="too_long")
    if PICTURES.search(text) and not BETWEEN_PICTURES.sub("", PICTURES.sub("", text)):
        return replace(inbound, signal="emoji")
    command = COMMAND.fullmatch(text)
    return (
        _commanded(inbound, command[1].lower(), (command[2] or "").strip())
        if command
        else replace(inbound, signal=None, text=text)
    )


def _commanded(inbound: Inbound, name: str, rest: str) -> Inbound:
    """« /aide » is the word without its bar; « /start » brings the procedure of a link, or begins."""
    if name == "start":
        return replace(inbound, signal=None, text=rest) if PAYLOAD.fullmatch(rest) else replace(inbound, signal="start")
    return replace(inbound, signal=None, text=f"{COMMANDS.get(name, name)} {rest}".strip())


def _own_number(message: Message, contact: Contact) -> str | None:
    """The number in E.164 when the contact is the sender's own, and can be called."""
    if not message.from_user or contact.user_id != message.from_user.id:
        return None
    return callable_number("+" + contact.phone_number.lstrip("+"))


def _short_enough(voice: Voice) -> str | None:
    small = voice.file_size is not None and voice.file_size <= VOICE_BYTES
    return voice.file_id if small and in_seconds(voice.duration) <= VOICE_SECONDS else None
