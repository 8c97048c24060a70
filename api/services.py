"""Puts the parts of the service together: content, database, keys, dialogue, and Rasa beside."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from api import db
from api.app import Services
from api.conversations import Conversations
from api.db import make_engine, ping
from api.keys import check_keys
from api.settings import CHECKOUT, Settings
from api.supervisor import Supervisor
from api.vault import Vault
from bot.dialogue import Dialogue
from bot.understanding import RasaClient
from flows.loader import load, load_languages
from mediation.territory import load_territory


@dataclass(frozen=True)
class Stack:
    """Everything that runs, for the commands and the tests."""

    engine: Engine
    vault: Vault
    conversations: Conversations
    understanding: Supervisor
    client: RasaClient

    @property
    def services(self) -> Services:
        """What the HTTP application leans on."""
        return Services(
            self.conversations,
            self._database_ok,
            lambda: self.understanding.state == "ready",
            understand=self.client.parse,
        )

    def _database_ok(self) -> bool:
        ping(self.engine)
        return True


@contextmanager
def running(settings: Settings, share: bool = False) -> Iterator[Stack]:
    """The parts, running; stopped at the end. The conversation is useful at once, Rasa comes when it is ready.

    `share` lets the other commands of this machine use the same Rasa. Raises what the content, the settings
    or the database have to say.
    """
    library = load()
    dialogue = Dialogue(library, load_territory(settings.territory), load_languages(library))
    db.upgrade(settings)
    engine, vault = make_engine(settings.database_url), Vault.from_text(settings.encryption_keys.get_secret_value())
    check_keys(engine, vault)
    supervisor = Supervisor(settings, nlu_python(), share)
    client = RasaClient(lambda: supervisor.url, lambda: supervisor.token)
    supervisor.start()
    try:
        conversations = Conversations(engine, vault, dialogue.reply_to, client)
        yield Stack(engine, vault, conversations, supervisor, client)
    finally:
        supervisor.stop()
        engine.dispose()


def nlu_python() -> Path:
    """The python of Rasa's environment, as made by the `allo` script."""
    return Path(os.environ.get("ALLO_NLU_PYTHON") or CHECKOUT / ".envs" / "nlu" / "bin" / "python")
