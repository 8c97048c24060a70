"""Logs: fields that may hold words are dropped, numbers and addresses are masked, for every logger."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from api.logs import configure_logs, safe_text, safe_value


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where the logs of the test go; the loggers are put back as they were."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs("INFO", True, stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def entries(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_fields_that_may_hold_words_are_dropped(stream: io.StringIO) -> None:
    named = dict.fromkeys(
        ("text", "body", "reply", "address", "phone", "telegram_token", "stored_text", "Authorization"), "x"
    )
    structlog.get_logger("allo").info(
        "turn", channel="sms", milliseconds=12, nested={"text": "x", "step": "debut"}, **named
    )
    (entry,) = entries(stream)
    kept = {"event", "level", "logger", "timestamp", "channel", "milliseconds", "nested"}
    assert (set(entry), entry["nested"]) == (kept, {"step": "debut"})


@pytest.mark.parametrize(
    "value",
    ["06 12 34 56 78", "+33612345678", "jeanne.dupont@exemple.fr", "1 84 12 75 123 456", "dossier 482913", 612345678],
)
def test_numbers_and_addresses_are_masked_in_every_value(stream: io.StringIO, value: object) -> None:
    structlog.get_logger("allo").warning(f"vu {value}", seen=value, more=[value, {"deep": (value,)}])
    logging.getLogger("library").warning("vu %s", value, extra={"seen": value})
    assert str(value) not in stream.getvalue()
    assert len(entries(stream)) == 2


def test_an_access_line_shows_neither_the_client_nor_the_query(stream: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").setLevel(logging.INFO)  # a server of another test may have raised it
    logging.getLogger("uvicorn.access").info(
        '%s - "%s %s HTTP/%s" %d', "192.0.2.7:5000", "GET", "/page?texte=bonjour&jeton=abc", "1.1", 200
    )
    (entry,) = entries(stream)
    assert (entry["event"], entry["method"], entry["path"], entry["status"]) == ("request", "GET", "/page", 200)
    assert "bonjour" not in stream.getvalue()
    assert "192.0.2.7" not in stream.getvalue()


def test_addresses_of_services_lose_their_tokens(stream: io.StringIO) -> None:
    for line in (
        "GET http://127.0.0.1/model/parse?token=jeton",
        "https://api/bot12:jeton/sendMessage",
        "GET /mediateur/bienvenue/jeton",
    ):
        logging.getLogger("library").warning(line)
    assert "jeton" not in stream.getvalue()


def test_an_error_shows_where_and_what_kind_and_not_its_words(stream: io.StringIO) -> None:
    def fail() -> None:
        try:
            int("mes mots")
        except ValueError as error:
            raise RuntimeError("mes mots") from error

    for logger in (structlog.get_logger("allo"), logging.getLogger("library")):
        try:
            fail()
        except RuntimeError:
            logger.exception("failed")
    assert "mes mots" not in stream.getvalue()
    for entry in entries(stream):
        assert entry["error"] == ["RuntimeError", "ValueError"]
        assert any("fail" in frame for frame in entry["frames"])


def test_an_unknown_object_is_only_named() -> None:
    class Words:
        def __repr__(self) -> str:
            return "mes mots"

    assert safe_value([Words()]) == ["<Words>"]


def test_libraries_that_write_addresses_are_quiet(stream: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET http://x")
    assert entries(stream) == []


@given(st.from_regex(r"[a-z ]{0,5}\d{6,30}[a-z ]{0,5}", fullmatch=True))
def test_no_long_row_of_digits_is_left(text: str) -> None:
    digits = max((len(run) for run in "".join(c if c.isdigit() else " " for c in safe_text(text)).split()), default=0)
    assert digits < 6
