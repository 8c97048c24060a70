"""Tells a citizen, in the assistant's own words, what the clock has just done with their case."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from api.case_models import Handoff
from api.models import Conversation
from api.records import keep_events, talk_of
from api.vault import Vault

if TYPE_CHECKING:
    from api.cases.speaking import Speaker
    from bot.case_news import News
    from bot.dialogue import Dialogue


@dataclass(frozen=True)
class Herald:
    """Tells citizens news of their case, in the caller's transaction, which holds their lock."""

    vault: Vault
    dialogue: Dialogue
    speaker: Speaker

    def tell(
        self,
        session: Session,
        case: Handoff,
        conversation: Conversation,
        news: News,
        at: datetime,
        values: Mapping[str, str],
    ) -> None:
        """Says the news where the citizen can be reached. Where they cannot, only their talk is as it should be."""
        talk = talk_of(self.vault, conversation)
        channel = self.speaker.reachable(session, case.citizen_id) or conversation.channel
        answer = self.dialogue.tell(news, talk, channel, at, **values)
        conversation.seal(self.vault, "talk_sealed", answer.talk.to_json())
        keep_events(session, case.citizen_id, answer.events, at)
        if answer.reply.says:
            self.speaker.say(session, case.citizen_id, answer, at, case=case.id)

    def kick(self, citizen: uuid.UUID) -> None:
        """Sends what was said, once the transaction is committed."""
        self.speaker.kick(citizen)
