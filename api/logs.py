"""Logs that hold no word of a citizen: fields that may are dropped, numbers and addresses are masked, always.

`configure_logs` is called once by whoever starts a process. Every logger goes through it, those of libraries too.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Mapping
from datetime import date
from enum import Enum
from pathlib import PurePath
from typing import Any, TextIO
from uuid import UUID

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.masking import mask

LONGEST = 400
MANY_DIGITS = 6
# A field whose name holds one of these words may hold what a citizen said or is reached by.
UNSAID = frozenset(
    {
        "address", "answer", "answers", "authorization", "body", "choice", "content", "cookie", "email", "from",
        "headers", "key", "keys", "mail", "message", "messages", "name", "number", "password", "payload", "phone",
        "query", "recap", "replies", "reply", "said", "say", "says", "secret", "talk", "text", "to", "token", "url",
        "words",
    }
)  # fmt: skip
QUIET = (
    *("httpx", "httpcore", "alembic", "sqlalchemy", "urllib3", "asyncio"),
    *("multipart", "python_multipart", "telegram"),
)
_PATTERNS = (
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "▮"),
    (re.compile(r"\?[^\s\"'?]+"), "?▮"),  # a query string may carry a token or words
    (re.compile(r"/bot[^/\s\"']+"), "/bot▮"),  # the token in Telegram's addresses
    (re.compile(r"/bienvenue/[^/\s\"']+"), "/bienvenue/▮"),  # an invitation to the console
    (re.compile(r"(?:\+|00)\s?\d{2}(?:[\s.\-]?\d){8,}|(?<!\d)0[1-9](?:[\s.\-]?\d{2}){4}(?!\d)"), "▮"),
    (re.compile(rf"\d{{{MANY_DIGITS},}}"), "▮"),
)


def configure_logs(level: str = "INFO", as_json: bool = True, stream: TextIO | None = None) -> None:
    """Sends all logs to `stream` (standard error by default), as JSON lines or for a person at a terminal."""
    safe: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        _access,
        _exception,
        scrub,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=safe,
        pass_foreign_args=True,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.access", "uvicorn.error"):  # uvicorn brings handlers of its own
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    structlog.configure(
        processors=[*safe, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def scrub(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """The entry without the fields that may hold words, and with every other value made safe."""
    kept = {key: value for key, value in event.items() if key.startswith("_") or not _may_hold_words(key)}
    return {key: value if key.startswith("_") else safe_value(value) for key, value in kept.items()}


def safe_value(value: Any) -> Any:
    """A value that may be written: masked, cut short; an unknown object is only named, as its repr may hold words."""
    if isinstance(value, Enum):
        return safe_value(value.value)
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < 10 ** (MANY_DIGITS - 1) else "▮"
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, UUID | date | PurePath):
        return safe_text(str(value))
    if isinstance(value, Mapping):
        return {str(key): safe_value(item) for key, item in value.items() if not _may_hold_words(str(key))}
    if isinstance(value, list | tuple | set | frozenset):
        return [safe_value(item) for item in value]
    return f"<{type(value).__name__}>"


def safe_text(text: str) -> str:
    """`text` without long numbers, addresses of people, query strings nor tokens."""
    text = mask(text[:LONGEST]).text
    for pattern, mark in _PATTERNS:
        text = pattern.sub(mark, text)
    return text


def _may_hold_words(key: str) -> bool:
    return not UNSAID.isdisjoint(re.split(r"[^a-z]+", key.lower()))


def _access(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """uvicorn's line for a request: what was asked and what came out, without the client nor the query."""
    args = event.pop("positional_args", ())
    if event.get("logger") != "uvicorn.access" or not isinstance(args, tuple) or len(args) != 5:
        return event
    _, method, path, _, status = args
    return {**event, "event": "request", "method": method, "path": str(path).partition("?")[0], "status": status}


def _exception(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Where it failed and the kind of error. Not its message: it often quotes the value that did not suit."""
    error = event.pop("exc_info", None)
    error = sys.exc_info() if error is True else error
    error = error[1] if isinstance(error, tuple) else error
    event.pop("stack_info", None)
    event.pop("exception", None)
    if not isinstance(error, BaseException):
        return event
    kinds: list[str] = []
    frames: list[str] = []
    while error is not None and len(kinds) < 5:
        kinds.append(type(error).__name__)
        frames += [
            f"{PurePath(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)[-8:]
        ]
        error = error.__cause__ or error.__context__
    return {**event, "error": kinds, "frames": frames}
