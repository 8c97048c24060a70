"""What a page of the console leans on, in one object: each router of the console is made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from api.console.gate import ConsoleGate
from api.console.pages import ConsolePages
from api.settings import Settings
from api.vault import Vault
from bot.dialogue import Dialogue
from flows.library import Library
from mediation.territory import Territory

if TYPE_CHECKING:
    from api.cases.acts import Cases
    from api.cases.speaking import Speaker


@dataclass(frozen=True)
class Console:
    """The parts of the console. `now` is the time of day, in UTC; show hours in `zone`, the citizens' own."""

    settings: Settings
    engine: Engine
    vault: Vault
    cases: Cases
    gate: ConsoleGate
    pages: ConsolePages
    territory: Territory
    library: Library
    now: Callable[[], datetime]
    dialogue: Dialogue
    speaker: Speaker

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the territory."""
        return ZoneInfo(self.territory.timezone)
