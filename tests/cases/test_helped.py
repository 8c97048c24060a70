"""What the turns of a service are told of its team: nobody, until an account can see what is asked for."""

from __future__ import annotations

import uuid
from typing import Any

from api.casework import open_casework
from api.db import reading
from api.settings import Settings
from bot.dialogue import Dialogue
from bot.messages import Inbound
from tests.cases.clock_kit import Town, quiet_town  # noqa: F401 - a fixture


def test_a_turn_knows_whether_anybody_can_help(quiet_town: Town, settings: Settings, dialogue: Dialogue) -> None:  # noqa: F811
    town = quiet_town

    def told(settings: Settings) -> bool:
        """What a turn of somebody who has no case learns."""
        outbox: Any = None
        charging = open_casework(settings, town.engine, town.vault, dialogue, outbox, lambda: town.now).charging
        with reading(town.engine) as session:
            return charging.known(session, uuid.uuid4(), Inbound("web", "x", "", "1", town.now)).helped

    by_command = settings.model_copy(update={"team_without_accounts": True})
    assert (told(settings), told(by_command)) == (False, True)
    town.mediator("Ana", territory=True, password_hash="x")
    assert told(settings)
