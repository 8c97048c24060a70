"""What a <Gather> waits for, and what it makes of the keys that are pressed."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

USUAL_TIMEOUT = 5
USUAL_FINISH = "#"


@dataclass(frozen=True)
class Waiting:
    """What is waited for: keys, speech or both, for how many seconds once all is said, and where it then goes.

    `digits` is how many keys are enough (None: until `finish` or the end of the wait). `on_empty`: a silence is
    reported too. `prompt` is how long what is said meanwhile takes, in seconds: an answer may come before its end.
    """

    action: str
    keys: bool
    speech: bool
    timeout: int
    digits: int | None
    finish: str
    on_empty: bool
    language: str
    hints: tuple[str, ...]
    prompt: float = 0.0


@dataclass(frozen=True)
class Typed:
    """What the keys came to: the digits sent, the key that ended them, and the keys that came too late."""

    digits: str
    finished_on: str
    late: str
    complete: bool


def waiting(gather: Element, here: str, prompt: float) -> Waiting:
    """What this element of the document at `here` waits for, with Twilio's own defaults."""
    taken = gather.get("input", "dtmf").split()
    digits = gather.get("numDigits")
    return Waiting(
        action=gather.get("action", here),
        keys="dtmf" in taken,
        speech="speech" in taken,
        timeout=int(gather.get("timeout", USUAL_TIMEOUT)),
        digits=int(digits) if digits else None,
        finish=gather.get("finishOnKey", USUAL_FINISH),
        on_empty=gather.get("actionOnEmptyResult") == "true",
        language=gather.get("language", "en-US"),
        hints=tuple(phrase.strip() for phrase in gather.get("hints", "").split(",") if phrase.strip()),
        prompt=prompt,
    )


def typed(awaited: Waiting, pressed: str, lone_finish_ends: bool = False) -> Typed:
    """What is sent once these keys are pressed.

    The finishing key alone is not an entry: Twilio's pages say now that it does nothing, once that it ended the
    wait with nothing entered (`lone_finish_ends`). Keys after the end belong to no wait, and are lost.
    """
    digits = ""
    for place, key in enumerate(pressed, start=1):
        if key == awaited.finish:
            if digits or lone_finish_ends:
                return Typed(digits, key, pressed[place:], complete=True)
            continue
        digits += key
        if len(digits) == awaited.digits:
            return Typed(digits, "", pressed[place:], complete=True)
    return Typed(digits, "", "", complete=False)
