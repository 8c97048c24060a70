"""Says how far a training is, one JSON object a line (no Rasa here)."""

import json
import os
import sys
from typing import TextIO

_streams: list[TextIO] = []  # at most one


def open_stream() -> None:
    """Keeps standard output for progress lines and sends everything else printed to standard error."""
    _streams.append(os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1, encoding="utf-8"))
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())


def report(stage: str, done: int = 0, of: int = 1) -> None:
    """Writes one progress line; silent when no stream was opened (a plain `rasa train`)."""
    for stream in _streams:
        stream.write(json.dumps({"stage": stage, "done": done, "of": of}) + "\n")
