"""What the turns of a service are told of its team: nobody, until an account can see what is asked for."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import update

from api.cases.acts import Refused
from api.casework import open_casework
from api.console_models import Mediator
from api.db import reading, writing
from api.settings import Settings
from bot.dialogue import Dialogue
from bot.messages import Inbound
from tests.cases.clock_kit import Town, quiet_town  # noqa: F401 - a fixture
from tests.cases.desk_kit import Office

pytestmark = pytest.mark.one_database


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


def test_an_invitation_that_nobody_followed_is_given_nothing(office: Office) -> None:
    office.places("p1", "p2")
    claire, case = office.account("Claire", territory=True), office.asks()
    invited, paul = office.account("Neuf", "p1"), office.account("Paul", "p2")
    with writing(office.engine) as session:
        session.execute(update(Mediator).where(Mediator.id == invited.id).values(password_hash=None))
    office.cases.take(claire, case)
    for to, place, why in ((invited.id, None, "unknown_colleague"), (None, "p1", "empty_place")):
        with pytest.raises(Refused) as error:
            office.cases.transfer(claire, case, to, place, "")
        assert error.value.name == why
    assert office.case(case).mediator_id == claire.id
    office.cases.transfer(claire, case, None, "p2", "")
    office.cases.take(paul, case)


def test_a_case_waits_where_somebody_can_sign_in(quiet_town: Town) -> None:  # noqa: F811
    town = quiet_town
    town.mediator("Neuf", "p1", password_hash=None)
    town.mediator("Paul", "p2")
    assert town.case(town.asks_here()).place_id == "p2"
    town.mediator("Léa", "p1", password_hash=None, oidc_subject="lea")
    assert town.case(town.asks_here(who="+33698765432")).place_id == "p1", "the nearest"
