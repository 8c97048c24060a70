"""What `allo chat` shows of a channel: the SMS with what they cost, the buttons in rows, the call as it is heard."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from api.simulators.call import KEYPAD, Phone
from api.simulators.listening import Waiting
from api.simulators.transcript import Moment
from bot.channels.base import Rendered
from bot.channels.telegram import button_rows
from flows.gsm7 import fold, segments, septets

INDENT = "  "


def sms(messages: Sequence[Rendered], spent: int = 0) -> str:
    """Each SMS as the telephone shows it, with its places, its segments, and those of the talk so far.

    `spent` is how many segments were sent before.
    """
    shown = []
    for place, message in enumerate(messages, start=1):
        cost = segments(message.text)
        spent += cost
        head = (
            f"SMS {place}/{len(messages)} · {septets(message.text)} septets · {_many(cost, 'segment')} · total {spent}"
        )
        shown.append(f"{head}\n{_indented(fold(message.text))}")
    return "\n\n".join(shown)


def sms_json(messages: Sequence[Rendered]) -> dict[str, Any]:
    """The SMS of a reply and how many segments they take."""
    return {
        "texts": [fold(message.text) for message in messages],
        "segments": sum(segments(message.text) for message in messages),
    }


def telegram(messages: Sequence[Rendered]) -> str:
    """Each message, and its buttons under it in the rows that the channel makes of them."""
    shown = (
        (message.text, *(INDENT + "  ".join(f"[{label}]" for label in row) for row in _rows(message)))
        for message in messages
    )
    return "\n\n".join("\n".join(lines) for lines in shown)


def telegram_json(messages: Sequence[Rendered]) -> dict[str, Any]:
    """The messages of a reply and their buttons, row by row."""
    return {"messages": [{"text": message.text, "buttons": _rows(message)} for message in messages]}


def voice(moment: Moment) -> str:
    """What is heard, with a mark at each pause; how long it takes; the keys; what is waited for, and how long."""
    lines = [*(said.marked for said in moment.spoken), f"{INDENT}~{moment.seconds:.0f} s"]
    if moment.keys:
        lines.append(INDENT + "  ".join(f"[{key}] {label}" for key, label in moment.keys))
    lines += [f"{INDENT}→ {number}" for number in moment.dialled]
    if moment.awaited:
        lines.append(INDENT + _wait(moment.awaited))
    if moment.over:
        lines.append(f"{INDENT}■")
    return "\n".join(lines)


def voice_json(moment: Moment) -> dict[str, Any]:
    """The same for a program. `waits_for` names what may answer: keys, speech; none once the call is over."""
    awaited = moment.awaited
    return {
        "spoken": [said.text for said in moment.spoken],
        "seconds": moment.seconds,
        "keys": [{"key": key, "label": label} for key, label in moment.keys],
        "waits_for": _kinds(awaited) if awaited else [],
        "digits": awaited.digits if awaited else None,
        "timeout": awaited.timeout if awaited else None,
        "over": moment.over,
        "transferred": moment.transferred,
    }


def play(phone: Phone, line: str) -> str:
    """Does on the telephone what a line of the terminal says: keys, nothing (a silence), or words.

    Keys may be written with spaces (« 06 12 34 56 78 »). Returns what is then heard.
    """
    pressed = re.sub(r"\s", "", line)
    if not pressed:
        return phone.silence()
    if set(pressed) <= set(KEYPAD):
        return phone.keys(pressed)
    return phone.says(line.strip())


def _many(count: int, name: str) -> str:
    return f"{count} {name}" + ("s" if count > 1 else "")


def _indented(text: str) -> str:
    return "\n".join(INDENT + line for line in text.split("\n"))


def _rows(message: Rendered) -> list[list[str]]:
    return [[label for label, _ in row] for row in button_rows(message.key, message.options)]


def _kinds(awaited: Waiting) -> list[str]:
    return [name for name, taken in (("keys", awaited.keys), ("speech", awaited.speech)) if taken]


def _wait(awaited: Waiting) -> str:
    """« keys (1) or speech, 8 s »: in brackets how many keys are enough, or the key that ends them."""
    enough = str(awaited.digits) if awaited.digits else awaited.finish
    kinds = [f"{kind} ({enough})" if kind == "keys" and enough else kind for kind in _kinds(awaited)]
    return f"? {' + '.join(kinds)}, {awaited.timeout} s"
