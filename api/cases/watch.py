"""The clock of the cases: passes on those that nobody took, takes back those whose mediator is silent or gone."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.case_models import Handoff
from api.cases.account import first_name
from api.cases.alerts import Alerts
from api.cases.due import to_move
from api.cases.lifting import locked_case
from api.cases.moves import free, note_move
from api.cases.news import Herald
from api.cases.routing import Routing
from api.db import StorageDown, reading, writing
from api.place_models import PlaceRow
from bot.case_news import News
from mediation.working_time import is_open

EVERY = 20.0  # seconds between two looks
MOST = 500  # cases in one look; the others in the next

log = structlog.get_logger("allo.watch")


class Watch:
    """Looks at the cases every twenty seconds. Several processes may do so on one database: each case moves once."""

    def __init__(
        self,
        engine: Engine,
        herald: Herald,
        router: Routing,
        alerts: Alerts,
        now: Callable[[], datetime],
        every: float = EVERY,
    ) -> None:
        self._engine, self._herald, self._router, self._alerts = engine, herald, router, alerts
        self._now, self._every = now, every
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="watch", daemon=True)

    def start(self) -> None:
        """Begins; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Ends, after the look under way if there is one."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def tick(self) -> int:
        """One look; says how many cases moved. Nothing moves while nobody works. Raises StorageDown."""
        now = self._now()
        if not is_open(self._router.territory, now):
            return 0
        moved = sum(self._act(case, now) for case in self._due(now))
        self._alerts.tick(now)
        return moved

    def _due(self, now: datetime) -> list[uuid.UUID]:
        due = select(Handoff.id).where(to_move(now))
        with reading(self._engine) as session:
            return list(session.scalars(due.order_by(Handoff.answer_by).limit(MOST)))

    def _act(self, case_id: uuid.UUID, now: datetime) -> bool:
        """Moves one case, in a transaction of its own: a fault in one does not hold back the others."""
        try:
            with writing(self._engine) as session:
                citizen = self._move(session, case_id, now)
        except StorageDown:
            raise
        except Exception as bug:  # a fault of ours
            log.error("watch_fault", error=type(bug).__name__)
            return False
        if citizen is None:
            return False
        self._herald.kick(citizen)
        return True

    def _move(self, session: Session, case_id: uuid.UUID, now: datetime) -> uuid.UUID | None:
        """Whose case moved; None when somebody was faster: a mediator, a citizen, another process."""
        found = locked_case(session, case_id)
        if found is None:
            return None
        case, conversation = found
        if session.scalar(select(Handoff.id).where(Handoff.id == case_id, to_move(now))) is None:
            return None
        recap = case.unseal(self._herald.vault, "recap_sealed") or {}
        name = first_name(session, case.mediator_id) or ""
        news: News = "timed_out"
        if case.mediator_id is None:
            news = self._router.next(session, case, recap, now)
        else:
            note_move(session, case, "timed_out", now, case.mediator_id, case.place_id)
            free(case)
            self._router.next(session, case, recap, now)
        where = session.get(PlaceRow, case.place_id) if case.place_id else None
        values = {"name": name, "place": where.name if where else ""}
        self._herald.tell(session, case, conversation, news, now, values)
        log.info("case_moved", news=news)
        return case.citizen_id

    def _work(self) -> None:
        while not self._stopping.wait(self._every):
            try:
                self.tick()
            except StorageDown:
                log.error("watch_failed")
            except Exception as bug:  # the clock must go on
                log.error("watch_fault", error=type(bug).__name__)
