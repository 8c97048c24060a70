"""Waiting for the understanding at the terminal, with a moving line of progress."""

from __future__ import annotations

import sys
import time

from api.services import Stack

PATIENCE = 420  # seconds: a first training on a slow machine


def until_ready(stack: Stack) -> bool:
    """Waits until Rasa answers, saying what is being done; False when it does not in time, the rest still works."""
    started = time.monotonic()
    shown = ""
    while time.monotonic() - started < PATIENCE and stack.understanding.state not in ("ready", "failed"):
        line = f"allo: {stack.understanding.progress}"
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\033[K{line} ({time.monotonic() - started:.0f} s)")
        elif line != shown:
            sys.stderr.write(f"{line}\n")
        shown = line
        time.sleep(0.2)
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    return stack.understanding.state == "ready"
