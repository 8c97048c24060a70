"""What a text message received by Twilio is: its Inbound, with a signal where it is no words to read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime

from api.providers.twilio_signature import Form, one
from bot.messages import Inbound
from flows.answers.phones import callable_number
from flows.plain import plain

# All the words by which Twilio itself stops, so that it and we always agree; and the French ones.
STOP = frozenset(
    {
        *("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"),
        *("arret", "arreter", "stop sms", "desinscription", "desinscrire", "arret sms"),
    }
)
START = frozenset({"start", "unstop", "reprendre les sms"})
INFO = frozenset({"info", "infos", "contact"})
KEYWORDS: Mapping[str, frozenset[str]] = {"stop": STOP, "start": START, "info": INFO}
SENDER = re.compile(r"\+[1-9]\d{6,14}")
_AROUND_EMOJI = frozenset({"Cf", "Me", "Mn", "Sk", "Zs"})


def answerable(form: Form) -> bool:
    """True when a person can be answered: a number, not the name or the short code of another machine."""
    return SENDER.fullmatch(one(form, "From")) is not None


def inbound_of(form: Form, max_text: int, at: datetime) -> Inbound:
    """The message. A text of more than `max_text` characters is the signal `too_long`."""
    number, text = one(form, "From"), one(form, "Body").strip()
    signal = signal_of(form, text, max_text)
    sid = one(form, "MessageSid")
    return Inbound(
        "sms",
        number,
        "" if signal and signal != "photo" else text,
        sid,
        at,
        signal=signal,
        phone=callable_number(number),
    )


def signal_of(form: Form, text: str, max_text: int) -> str | None:
    """What came in place of words; None for words, and for an empty message, which gets the welcome."""
    word = plain(text).strip("?*# ")
    asked = next((signal for signal, words in KEYWORDS.items() if word in words), None)
    if asked:
        return asked
    if one(form, "NumMedia").strip("0"):
        return "photo"
    if only_emoji(text):
        return "emoji"
    return "too_long" if len(text) > max_text else None


def only_emoji(text: str) -> bool:
    """True for pictures without a word, a figure or a punctuation mark."""
    kinds = {unicodedata.category(char) for char in text}
    return "So" in kinds and kinds <= {"So", *_AROUND_EMOJI}
