"""Puts together what works on the cases: who speaks to citizens, the queues, the acts of mediators, the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.cases.acts import Cases
from api.cases.alerts import Alerts
from api.cases.charging import Charging
from api.cases.news import Herald
from api.cases.presence import helped, staffed
from api.cases.routing import Routing
from api.cases.speaking import Speaker
from api.cases.watch import Watch
from api.console.app import open_console
from api.console.desk import Console
from api.providers.email import mail_of
from api.sending.outbox import Outbox
from api.settings import Settings
from api.vault import Vault
from bot.dialogue import Dialogue

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Casework:
    """The cases of one service. `charging` is for the citizens' turns, `watch` has to be started."""

    charging: Charging
    console: Console
    watch: Watch


def open_casework(
    settings: Settings, engine: Engine, vault: Vault, dialogue: Dialogue, outbox: Outbox, now: Clock
) -> Casework:
    """The parts, ready; nothing runs yet."""
    territory, library = dialogue.territory, dialogue.library
    speaker, routing = Speaker(vault, outbox, library), Routing(library, territory)

    def somebody(session: Session, at: datetime) -> bool:
        return staffed(session, at, territory)

    cases = Cases(engine, vault, dialogue, speaker, routing, now)
    alerts = Alerts(engine, vault, settings.public_url, outbox, mail_of(settings))
    return Casework(
        Charging(vault, routing, territory, somebody, None if settings.team_without_accounts else helped),
        open_console(settings, engine, vault, dialogue, territory, cases, speaker, now),
        Watch(engine, Herald(vault, dialogue, speaker), routing, alerts, now),
    )
