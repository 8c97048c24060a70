"""The acts of mediators on cases: taking, answering, ending. Each is one transaction under the citizen's lock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from api.cases.acting import Tools
from api.cases.answering import Answering
from api.cases.ending import Ending
from api.cases.opening import Router
from api.cases.refusals import REFUSALS, CaseError, NotYours, Over, Refused, Taken
from api.cases.taking import Taking
from api.vault import Vault

if TYPE_CHECKING:
    from api.cases.speaking import Speaker
    from bot.dialogue import Dialogue

__all__ = ["REFUSALS", "CaseError", "Cases", "NotYours", "Over", "Refused", "Taken"]


class Cases(Taking, Answering, Ending):
    """All that can be done to a case. Each act raises NotYours when the account may not see it.

    Those of who holds it raise Taken when somebody else does, Over when it is closed, Refused when it cannot be done
    so, and StorageDown when the database does not answer: then nothing was done.
    """

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        dialogue: Dialogue,
        speaker: Speaker,
        router: Router,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(Tools(engine, vault, dialogue, speaker, router, now))
