"""All that the page of a case shows, gathered in one transaction."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.case_models import Handoff
from api.cases.account import Account, takes_cases
from api.cases.notes import LONGEST
from api.cases.report import Report, prefilled
from api.cases.seeing import CasePage, case_page
from api.console.canned import About, Canned, canned
from api.console.changes import Marks, marks_of
from api.console.desk import Console
from api.console.telling import Telling
from api.console_models import Mediator, MediatorPlace
from api.db import writing
from api.place_models import PlaceRow
from bot.driving import Shown
from flows.texts import expired, fill
from mediation.cases import HALVES, SAID_CLOSINGS

TEXTS = "sms"


@dataclass(frozen=True)
class CaseView:
    """A case as its page shows it. `shown`: the step that waits, for who holds the case.

    `marks`: of which state of the case and of the list this is. `step_text`: the step of the recap in words, empty when
    it may not be said any more. `reach`: how what is written here reaches the citizen (None: it does not). `colleagues`
    and `places`: to whom it may go (id, label). `report`: the activity report filled in with what is known, for who may
    close the case.
    """

    page: CasePage
    say: Telling
    marks: Marks
    shown: Shown | None
    step_text: str
    reach: str | None
    canned: tuple[Canned, ...]
    colleagues: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, str], ...]
    report: Report | None
    longest: int = LONGEST
    halves: tuple[str, ...] = HALVES
    closings: tuple[str, ...] = SAID_CLOSINGS

    @property
    def ready(self) -> dict[str, list[Canned]]:
        """The ready answers under their headings, in order."""
        found: dict[str, list[Canned]] = {}
        for one in self.canned:
            found.setdefault(one.heading, []).append(one)
        return found

    @property
    def by_sms(self) -> bool:
        """True when what is written leaves as SMS, which are counted."""
        return self.reach == TEXTS


def case_view(console: Console, account: Account, case_id: uuid.UUID) -> CaseView:
    """The view of a case; its opening is journaled. Raises NotYours."""
    now = console.now()
    say = Telling(console.pages.words["dossier"], console.zone, now)
    with writing(console.engine) as session:
        marks = marks_of(session, account, case_id)  # read first: a change in between is shown, then shown again
        page = case_page(session, console.vault, account, case_id, now)
        case = session.get_one(Handoff, case_id)
        reach = console.speaker.reachable(session, case.citizen_id) if page.mine else None
        passes = "transfer" in page.may
        colleagues, places = (_colleagues(session, page), _places(session)) if passes else ((), ())
        report = _report(console, case, page, say) if "close" in page.may else None
    shown = console.dialogue.shown(page.talk, page.channel, now) if page.talk else None
    ready = _ready(console, account, page, say, shown, reach)
    text = _step_text(console, page, say)
    return CaseView(page, say, marks, shown, text, reach, ready, colleagues, places, report)


def _ready(
    console: Console, account: Account, page: CasePage, say: Telling, shown: Shown | None, reach: str | None
) -> tuple[Canned, ...]:
    """The ready answers of the step that waits, for who holds the case."""
    if not page.mine:
        return ()
    where = (shown.procedure, shown.step) if shown else (page.row.procedure, page.row.step)
    about = About(*where, short=reach == TEXTS)
    return canned(console.library, say.words["canned"], about, account.name, say.today)


def _step_text(console: Console, page: CasePage, say: Telling) -> str:
    text = page.recap.get("step_text")
    if not isinstance(text, str) or expired(text, console.library.facts, say.today):
        return ""
    return fill(text, console.library.facts, say.today)


def _report(console: Console, case: Handoff, page: CasePage, say: Telling) -> Report:
    procedure = console.library.procedures.get(case.procedure or "")
    kinds: set[str] = {move.kind for move in page.moves}
    body = procedure.organisme if procedure else None
    return prefilled(case, page.recap, kinds, body, say.now.astimezone(console.zone))


def _colleagues(session: Session, page: CasePage) -> tuple[tuple[str, str], ...]:
    """The active accounts that could hold it, with their last names: two may have the same first name."""
    found = select(Mediator).where(takes_cases()).order_by(Mediator.first_name)
    rows: Any = session.scalars(found)
    return tuple((str(row.id), f"{row.first_name} {row.last_name}") for row in rows if row.id != page.row.holder_id)


def _places(session: Session) -> tuple[tuple[str, str], ...]:
    """The places where somebody active works."""
    staffed = (
        select(MediatorPlace.place_id).join(Mediator, Mediator.id == MediatorPlace.mediator_id).where(takes_cases())
    )
    found = select(PlaceRow.id, PlaceRow.name).where(PlaceRow.id.in_(staffed)).order_by(PlaceRow.name, PlaceRow.id)
    return tuple((id_, name) for id_, name in session.execute(found).tuples())
