"""Puts the parts of the service together: content, database, keys, dialogue, and Rasa beside."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from api import db
from api.app import Services, utc_now
from api.casework import Casework, open_casework
from api.channels import Channels, open_channels
from api.conversations import Conversations
from api.db import make_engine, ping
from api.keys import check_keys
from api.linking import Links
from api.places.around import places_around
from api.places.communes import use_communes
from api.places.warming import warm_up_apart
from api.sending.errors import Sender
from api.settings import CHECKOUT, Settings
from api.supervisor import Supervisor
from api.vault import Vault
from bot.dialogue import Dialogue
from bot.scene import Limits
from bot.understanding import RasaClient
from flows.loader import load, load_languages
from mediation.territory import load_territory

CHECKS_A_MINUTE = 3  # a gentle word every twenty seconds to who asked to wait


@dataclass(frozen=True)
class Stack:
    """Everything that runs, for the commands and the tests. `warm_up` reads apart what a first search needs."""

    engine: Engine
    vault: Vault
    conversations: Conversations
    understanding: Supervisor
    client: RasaClient
    channels: Channels
    casework: Casework
    warm_up: Callable[[], object]

    @property
    def services(self) -> Services:
        """What the HTTP application leans on."""
        return Services(
            self.conversations,
            self._database_ok,
            lambda: self.understanding.state == "ready",
            understand=self.client.parse,
            channels=self.channels,
            console=self.casework.console,
        )

    def _database_ok(self) -> bool:
        ping(self.engine)
        return True


@contextmanager
def running(settings: Settings, share: bool = False, senders: dict[str, Sender] | None = None) -> Iterator[Stack]:
    """The parts, running; stopped at the end. The conversation is useful at once, Rasa comes when it is ready.

    `share` lets the other commands of this machine use the same Rasa; `senders` takes the place of the providers.
    Raises what the content, the settings or the database have to say.
    """
    use_communes(settings)
    library, territory = load(), load_territory(settings.territory)
    limits = Limits(settings.voice_hold_minutes * CHECKS_A_MINUTE, settings.link_code_minutes)
    dialogue = Dialogue(library, territory, load_languages(library), limits)
    db.upgrade(settings)
    engine, vault = make_engine(settings.database_url), Vault.from_text(settings.encryption_keys.get_secret_value())
    check_keys(engine, vault)
    supervisor = Supervisor(settings, nlu_python(), share)
    client = RasaClient(lambda: supervisor.url, lambda: supervisor.token)
    channels = open_channels(settings, engine, vault, territory, library, utc_now, senders)
    supervisor.start()
    try:
        casework = open_casework(settings, engine, vault, dialogue, channels.outbox, utc_now)
        conversations = Conversations(
            engine,
            vault,
            dialogue.reply_to,
            client,
            Links(vault, settings),
            channels.outbox,
            partial(places_around, engine, library, territory, languages=dialogue.languages),
            casework.charging,
            settings.keep_messages_days,
        )
        warm_up = partial(warm_up_apart, territory, dialogue.languages, utc_now)
        yield Stack(engine, vault, conversations, supervisor, client, channels, casework, warm_up)
    finally:
        supervisor.stop()
        channels.close()
        engine.dispose()


def nlu_python() -> Path:
    """The python of Rasa's environment, as made by the `allo` script."""
    return Path(os.environ.get("ALLO_NLU_PYTHON") or CHECKOUT / ".envs" / "nlu" / "bin" / "python")
