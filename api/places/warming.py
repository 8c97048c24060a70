"""What the first search of a process would read alone, read before anybody waits: communes, holidays, words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from api.places.telling import tell
from api.places.wording import translated
from flows.dates import FRENCH
from mediation.communes import by_code, where
from mediation.nearest import Candidate, Need, rank
from mediation.place import Place
from mediation.regions import REGIONS
from mediation.territory import Territory

# Not quite a name: it is looked for by its sound too, which takes all the tables of communes.
NAME, CODE = "beauve", "60057"
# Places of nobody: tables of phone numbers come with the number, those of holidays with the hours and where it is.
NOWHERE = Place(id="", name="", commune="", postcode="", hours="Mo-Fr 09:00-17:00", phone="+33100000000")
HOLIDAYS = (None, *REGIONS)  # a département for each calendar

log = structlog.get_logger("allo.places")


def warm_up(territory: Territory, languages: Iterable[str], at: datetime) -> None:
    """Does once all that a search does but the database: a commune heard, a place ranked and told. Keeps nothing."""
    where(NAME)
    by_code(CODE)
    local = at.astimezone(ZoneInfo(territory.timezone))
    for insee in HOLIDAYS:
        rank([Candidate(replace(NOWHERE, insee=insee), 1.0)], Need(), local)
    near = rank([Candidate(NOWHERE, 1.0)], Need(), local)[0]
    for language in (FRENCH, *filter(translated, languages)):
        tell(near, local, language=language)


def warm_up_apart(territory: Territory, languages: Iterable[str], now: Callable[[], datetime]) -> threading.Thread:
    """The same in the background; a failure is logged, and the first search reads it all by itself as before."""

    def work() -> None:
        try:
            warm_up(territory, languages, now())
        except Exception as error:  # a courtesy to the first citizen, that nothing depends on
            log.warning("warm_up_failed", error=type(error).__name__)

    thread = threading.Thread(target=work, name="warm-up", daemon=True)
    thread.start()
    return thread
