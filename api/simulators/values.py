"""What the value of a TwiML attribute may be: one small check a kind, each saying what it wants."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

MOST_HINTS = 500
LONGEST_HINT = 100
LONGEST_BREAK = 10.0
# How much longer than usual a text takes: rough, the voices do not publish it.
RATES = {"x-slow": 1.7, "slow": 1.25, "medium": 1.0, "fast": 0.8, "x-fast": 0.65}
STRENGTHS = {"none": 0.0, "x-weak": 0.1, "weak": 0.25, "medium": 0.4, "strong": 0.8, "x-strong": 1.2}
_TIME = re.compile(r"(\d+(?:\.\d+)?)(ms|s)")


@dataclass(frozen=True)
class Kind:
    """A kind of value: what it is in words, and the check of a written one."""

    name: str
    fits: Callable[[str], bool]


def seconds_of(time: str) -> float | None:
    """The length of a break written as « 500ms » or « 1.5s », in seconds; None when it is not one."""
    match = _TIME.fullmatch(time)
    return None if match is None else float(match[1]) / (1000 if match[2] == "ms" else 1)


def whole(least: int, most: int | None = None) -> Kind:
    """A whole number, from `least` to `most`."""

    def fits(value: str) -> bool:
        return bool(re.fullmatch(r"\d{1,9}", value)) and least <= int(value) <= (most or int(value))

    return Kind(f"a whole number from {least}" + (f" to {most}" if most else ""), fits)


def one_of(*allowed: str) -> Kind:
    """One of these words."""
    return Kind("one of " + ", ".join(allowed), lambda value: value in allowed)


def shape(name: str, pattern: str) -> Kind:
    """Anything that the whole of `pattern` matches."""
    return Kind(name, lambda value: re.fullmatch(pattern, value) is not None)


def _hints(value: str) -> bool:
    phrases = [phrase.strip() for phrase in value.split(",")]
    return len(phrases) <= MOST_HINTS and all(0 < len(phrase) <= LONGEST_HINT for phrase in phrases)


def _rate(value: str) -> bool:
    percent = re.fullmatch(r"(\d{2,3})%", value)
    return value in RATES or (percent is not None and 20 <= int(percent[1]) <= 200)


BOOLEAN = one_of("true", "false")
METHOD = one_of("POST")  # all our addresses take POST only
URL = shape("an address, whole or from /", r"(?:https?://[^\s/]+|/)[^\s<>\"]*")
PHONE = shape("a number written +33…", r"\+[1-9]\d{6,14}")
LANGUAGE = shape("a language like fr-FR", r"[a-z]{2,3}-[A-Z]{2}")
FINISH = shape("one key of 0-9 * #, or nothing", r"[0-9*#]?")
RING = one_of("fr")  # Twilio has those of other countries too: our callers would not know them
HINTS = Kind(f"at most {MOST_HINTS} phrases of {LONGEST_HINT} characters, with commas between", _hints)
SPEECH_TIMEOUT = shape("a whole number from 1, or auto", r"auto|[1-9]\d{0,3}")
BREAK = Kind(f"a time up to {LONGEST_BREAK:.0f} seconds, like 500ms", lambda v: (seconds_of(v) or 99) <= LONGEST_BREAK)
RATE = Kind("x-slow to x-fast, or 20% to 200%", _rate)
STRENGTH = one_of(*STRENGTHS)
VOLUME = shape("a volume", r"silent|x-soft|soft|medium|loud|x-loud|[+-]\d{1,2}dB")
INPUT = one_of("dtmf", "speech", "dtmf speech", "speech dtmf")
