"""What a citizen says is nowhere in clear: not in the database's files, not in the logs."""

from __future__ import annotations

import base64
import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import select

from api.case_models import CaseNote, Handoff
from api.conversations import Conversations
from api.db import make_engine, reading, upgrade, writing
from api.logs import configure_logs
from api.privacy import forget
from api.settings import Settings, load_settings
from api.vault import Vault
from bot.dialogue import Dialogue
from bot.understanding import Understanding
from tests.api.fakes import START, FakeDialogue, FakeUnderstanding, inbound
from tests.api.lives import a_life

ADDRESS = "+33698765432"
NIR = "2 85 05 78 006 084 41"
WORDS = ("zygomatique", "crépuscule")
SAID = ("0698765432", "33698765432", "06 98 76 54 32", "698765432", NIR, NIR.replace(" ", ""), *WORDS)


def forms(secret: str) -> set[bytes]:
    """How a text may stand in a file: three encodings, and base64 at each of its three offsets."""
    found = set()
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "latin-1"):
        raw = secret.encode(encoding)
        found.add(raw)
        for offset in range(3):
            encoded = base64.b64encode(bytes(offset) + raw)
            found.add(encoded[4 if offset else 0 : -4])  # the ends depend on what stands around
    found.add(secret.encode("unicode_escape"))
    return {form for form in found if len(form) > 5}


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """All the logs, the most talkative ones too."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs("DEBUG", True, stream)
    for name in ("sqlalchemy", "alembic"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield stream
    for name in ("sqlalchemy", "alembic"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A service of its own, on SQLite: its files can be read byte by byte."""
    monkeypatch.chdir(tmp_path)
    settings = load_settings(home=tmp_path / "home")
    upgrade(settings)
    return settings


def nothing_is_in_clear(home: Path, logs: str) -> list[str]:
    """The secrets found, with the file they were found in. The database must still be open: its -wal counts."""
    files = {path.name: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert "allo.db-wal" in files
    assert len(files["allo.db-wal"]) > 0
    files["logs"] = logs.encode()
    return [
        f"{secret} in {name}"
        for secret in SAID
        for name, data in files.items()
        if any(f in data for f in forms(secret))
    ]


class NoRasa:
    """The understanding while Rasa is down."""

    def parse(self, text: str) -> Understanding:
        return Understanding(text, "incompris", 0.0, None, {}, (), available=False)


def talk(conversations: Conversations, turns: tuple[str, ...], logger: str = "allo") -> None:
    for n, text in enumerate(turns):
        message = inbound(text, f"{ADDRESS}-{n}", ADDRESS, minutes=n)
        try:
            reply = conversations.receive(message)
            structlog.get_logger(logger).info("turn", text=text, address=ADDRESS, reply=reply, inbound=message)
        except ZeroDivisionError:
            structlog.get_logger(logger).exception("failed", inbound=message)


def test_the_storage_seals_all_that_it_is_given(home: Settings, stream: io.StringIO) -> None:
    engine = make_engine(home.database_url)
    vault = Vault.from_text(home.encryption_keys.get_secret_value())
    said = " ".join(WORDS)
    turns = ("start rsa", f"say {said}", f"person 0698765432 {said}", f"mot {said}", f"fail {said}")
    talk(Conversations(engine, vault, FakeDialogue().reply_to, FakeUnderstanding()), turns)
    assert nothing_is_in_clear(home.home, stream.getvalue()) == []
    assert "turn" in stream.getvalue()
    engine.dispose()


def test_a_real_conversation_leaves_no_word_and_keeps_no_nir(
    home: Settings, stream: io.StringIO, dialogue: Dialogue
) -> None:
    engine = make_engine(home.database_url)
    vault = Vault.from_text(home.encryption_keys.get_secret_value())
    conversations = Conversations(engine, vault, dialogue.reply_to, NoRasa())
    said = " ".join(WORDS)
    turns = ("bonjour", f"je cherche {said}", f"mon numéro est le {NIR}", "0", "06 98 76 54 32", "oui", said)
    talk(conversations, turns)
    kept = " ".join(one.text for one in conversations.history("sms", ADDRESS))
    assert "▮NIR▮" in kept
    assert NIR not in kept
    assert nothing_is_in_clear(home.home, stream.getvalue()) == []
    with reading(engine) as session:
        case = session.scalars(select(Handoff)).one()
        assert "698765432" in str(case.unseal(vault, "phone_sealed")).replace(" ", "")
    engine.dispose()


def test_what_a_mediator_writes_is_sealed_too(home: Settings, stream: io.StringIO) -> None:
    """Notes, reports, recaps, what is said to the citizen, the numbers of both: none is in clear in the files."""
    engine = make_engine(home.database_url)
    vault = Vault.from_text(home.encryption_keys.get_secret_value())
    with writing(engine) as session:
        life = a_life(session, vault, START, ADDRESS)
    assert nothing_is_in_clear(home.home, stream.getvalue()) == []
    with reading(engine) as session:
        note = session.scalars(select(CaseNote)).one()
        assert WORDS[0] in note.unseal(vault, "text_sealed")
    assert forget(engine, vault, ADDRESS) == 1
    with reading(engine) as session:
        assert session.get(Handoff, life.case) is None
    assert nothing_is_in_clear(home.home, stream.getvalue()) == []
    engine.dispose()
