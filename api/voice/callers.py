"""Who calls and what they did: a request of the provider → an Inbound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import phonenumbers

from api.voice.listening import KEYING
from bot.channels.voice import VOICE
from bot.messages import Inbound
from flows.answers.phones import callable_number

# What the provider writes in place of a number that is hidden. They look like numbers, and are nobody's.
HIDDEN = frozenset({"266696687", "86282452253", "7378742833", "2562533", "8656696", "464"})
AGAIN, BACK = "*", "#"
ENOUGH: dict[str, int | None] = {name: keying.digits for name, keying in KEYING.items()}


@dataclass(frozen=True)
class Hook:
    """A request of the provider, its signature already checked."""

    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]

    @property
    def sid(self) -> str:
        """The provider's id of the call."""
        return self.form.get("CallSid", "")


def address_of(hook: Hook) -> str:
    """The caller's number. A hidden one is known by its call only: nothing is shared between two of them."""
    number = _number(hook.form.get("From", ""))
    return phonenumbers.format_number(number, _E164) if number else f"call:{hook.sid}"


def phone_of(hook: Hook) -> str | None:
    """The caller's number when it can be called back, in E.164."""
    caller = hook.form.get("From", "")
    return callable_number(caller) if _number(caller) else None


def inbound(hook: Hook, turn: str, at: datetime, text: str = "", signal: str | None = None) -> Inbound:
    """What the caller said or did at this turn. The same request gives the same `provider_id`."""
    return Inbound(VOICE.name, address_of(hook), text, f"{hook.sid}:{turn}", at, signal=signal, phone=phone_of(hook))


def said(hook: Hook) -> str:
    """What the caller answered: keys before speech, "" for a silence.

    # alone goes back; where it ends a number, the provider may report it as a silence instead (its documents say that
    the key only counts after a figure), and the question is then asked again.
    """
    digits = hook.form.get("Digits", "").strip()
    if digits == BACK and hook.query.get("cut"):
        return AGAIN
    if digits:
        return _keyed(digits, hook.query.get("expects", ""))
    speech = hook.form.get("SpeechResult", "").strip()
    if speech:
        return speech
    if hook.form.get("FinishedOnKey") == BACK:
        return BACK
    return AGAIN if hook.query.get("tries") else ""  # a request made again comes without its words: no silence


def cut(hook: Hook) -> bool:
    """True when the keys were enough by themselves: a # out of habit may follow, and must not be taken for « back ».

    It is taken for « again » then: whoever meant « back » hears the question, and presses it once more.
    """
    enough = ENOUGH.get(hook.query.get("expects", ""))
    return enough is not None and len(hook.form.get("Digits", "").strip()) == enough


def _keyed(digits: str, expects: str) -> str:
    """The keys as an answer: a date gets its strokes. What 0 and 00 mean is for the dialogue to say."""
    if set(digits) == {AGAIN}:
        return AGAIN
    if expects == "date" and digits.isdigit() and len(digits) in (6, 8):
        return f"{digits[:2]}/{digits[2:4]}/{digits[4:]}"
    return digits


_E164 = phonenumbers.PhoneNumberFormat.E164


def _number(written: str) -> phonenumbers.PhoneNumber | None:
    if written.lstrip("+") in HIDDEN:
        return None
    try:
        number = phonenumbers.parse(written, None)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None
