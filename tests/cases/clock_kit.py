"""An office whose clock is in hand: places around Beauvais, mediators who may be away, and what citizens are told."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select

from api.case_models import CaseMove, Handoff
from api.cases import clock
from api.cases.alerts import Alerts
from api.cases.moves import note_move
from api.cases.news import Herald
from api.cases.watch import Watch
from api.console_models import Mediator, MediatorPlace
from api.db import reading, writing
from api.settings import Settings
from api.vault import Vault
from bot.dialogue import Dialogue
from mediation.place import Place
from tests.cases.desk_kit import MARIE, Office
from tests.places.nearest_kit import store

PARIS = ZoneInfo("Europe/Paris")
BEAUVAIS = "60057"
LATITUDE, LONGITUDE, KM_A_DEGREE = 49.4333, 2.0833, 111.2


def paris(text: str) -> datetime:
    """« 2026-11-20 16:50 » in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def place(id_: str, km: float = 0.0, **known: Any) -> Place:
    """A place so many kilometres north of Beauvais; in Beauvais itself at 0."""
    made = Place(id_, f"Lieu {id_}", "Ailleurs" if km else "Beauvais", "60000", insee="60000" if km else BEAUVAIS)
    where = {"lat": LATITUDE + km / KM_A_DEGREE, "lon": LONGITUDE, "hours": "Mo-Fr 09:00-17:00"}
    return replace(made, **{**where, **known})


class ByHand(Herald):
    """Leaves what it said for the test to fetch: moved by hand, the clock would outrun messages on their way."""

    def kick(self, citizen: uuid.UUID) -> None:
        """Sends nothing yet."""


class Town(Office):
    """The office, and the clock that looks at its cases."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.territory = self.dialogue.territory
        self.watch = self.new_watch()

    def new_watch(self, **changed: Any) -> Watch:
        """The clock of another process on the same database."""
        parts = {
            "herald": ByHand(self.vault, self.dialogue, self.speaker),
            "router": self.router,
            "alerts": Alerts(self.engine, self.vault, "https://allo.test"),
        }
        return Watch(self.engine, **{**parts, **changed}, now=self.clock)

    def at(self, text: str) -> datetime:
        """It is now this time in Paris."""
        self.now = paris(text)
        return self.now

    def tick(self, text: str) -> int:
        """One look of the clock at this time in Paris."""
        self.at(text)
        return self.watch.tick()

    def directory(self, *places: Place) -> None:
        """The places that exist."""
        store(self.engine, places)

    def mediator(self, name: str, *places: str, **columns: Any) -> uuid.UUID:
        """An account that works at these places."""
        phone = columns.pop("alert_phone", None)
        usual = {
            "role": "mediator",
            "active": True,
            "territory": False,
            "available": True,
            "alert": "none",
            "password_hash": "none",
        }
        row = Mediator(
            id=uuid.uuid4(), email=f"{name.lower()}@exemple.fr", first_name=name, last_name="Essai", failures=0,
            created_at=self.now, **{**usual, **columns},
        )  # fmt: skip
        row.seal(self.vault, "alert_phone_sealed", phone)
        with writing(self.engine) as session:
            session.add(row)
            session.flush()
            session.add_all(MediatorPlace(mediator_id=row.id, place_id=place) for place in places)
        return row.id

    def asks_here(self, mode: str | None = "live", who: str = MARIE, **wanted: Any) -> uuid.UUID:
        """A citizen of Beauvais asks for a person, now."""
        return self.asks(who, **{"mode": mode, "commune": BEAUVAIS, **wanted})

    def takes(self, case_id: uuid.UUID, mediator: uuid.UUID) -> None:
        """The mediator takes the case now; the citizen has been told."""
        with writing(self.engine) as session:
            case = session.get_one(Handoff, case_id)
            case.mediator_id, case.taken_at = mediator, self.now
            clock.waits_for_answer(case, self.territory, self.now)
            note_move(session, case, "taken", self.now, mediator, case.place_id)

    def writes(self, case_id: uuid.UUID, at: str) -> None:
        """The citizen writes to the person in charge."""
        self.at(at)
        with writing(self.engine) as session:
            case = session.get_one(Handoff, case_id)
            case.heard_at = self.now
            clock.waits_for_answer(case, self.territory, self.now)

    def answers(self, case_id: uuid.UUID, at: str, move: str | None = None) -> None:
        """The person in charge answers, or calls (`move`)."""
        self.at(at)
        with writing(self.engine) as session:
            case = session.get_one(Handoff, case_id)
            case.spoken_at = self.now
            if move:
                note_move(session, case, move, self.now, case.mediator_id)
            clock.answered(session, case, self.territory, self.now)

    def path(self, case_id: uuid.UUID) -> list[tuple[str, str | None]]:
        """What happened to the case since it was opened, and at which place."""
        found = select(CaseMove.kind, CaseMove.place_id).where(CaseMove.handoff_id == case_id)
        with reading(self.engine) as session:
            rows = session.execute(found.where(CaseMove.kind != "opened").order_by(CaseMove.at))
            return [(kind, place) for kind, place in rows]


@pytest.fixture
def quiet_town(engine: Engine, vault: Vault, settings: Settings, dialogue: Dialogue) -> Iterator[Town]:
    """A town without places or mediators."""
    made = Town(engine, vault, settings, dialogue)
    yield made
    made.close()
