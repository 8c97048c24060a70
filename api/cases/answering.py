"""What the person in charge says and does for the citizen: words, notes, the step of the procedure, the call-back."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from api.cases.account import Account
from api.cases.acting import Act, Acting
from api.cases.notes import add_note, checked
from api.cases.refusals import Refused
from api.models import Message
from api.records import keep_events, keep_runs
from bot.messages import Answer, Reply
from flows.texts import Say
from mediation.cases import CALLBACK, HALVES
from mediation.working_time import bounds

if TYPE_CHECKING:
    from bot.driving import Driven, Shown

FURTHEST = timedelta(days=92)  # a call promised later than that is forgotten by both


class Answering(Acting):
    """The acts of who holds a case, while they hold it."""

    def reply(self, account: Account, case_id: uuid.UUID, text: str, request_id: str) -> uuid.UUID:
        """Says the mediator's words to the citizen, once for one `request_id`; the id of the message.

        Raises Refused (`empty_text`, `text_too_long`, `unreachable`).
        """
        words = checked(text)
        vault = self._tools.vault
        with self._act(account, case_id, None) as act:
            receipt = vault.receipt("console", str(account.id), f"{case_id}:{request_id}")
            said = act.session.scalar(select(Message.id).where(Message.receipt == receipt))
            if said is not None:
                return said
            act.require("reply")
            id_ = act.say((Say(words),), by_me=True)
            if id_ is None:
                raise Refused("unreachable")
            act.session.get_one(Message, id_).receipt = receipt
            act.touch("replied")
            act.answered()
        return id_

    def note(self, account: Account, case_id: uuid.UUID, text: str) -> None:
        """Leaves a note for colleagues. Raises Refused (`empty_text`, `text_too_long`)."""
        with self._act(account, case_id, "note") as act:
            add_note(act.session, self._tools.vault, act.case, account, text, act.at)
            act.note("noted")

    def shown(self, account: Account, case_id: uuid.UUID) -> Shown | None:
        """The step that waits, for who holds the case; None when no procedure is under way."""
        with self._act(account, case_id, "drive") as act:
            return self._tools.dialogue.shown(act.talk, act.channel, act.at)

    def drive(self, account: Account, case_id: uuid.UUID, text: str, step: str, say: bool) -> Driven:
        """Answers the waiting step in the citizen's place; with `say`, the next one is said to them.

        `step` is the key of the step that the page showed. Nothing changes when the text was not understood: the
        result says so. Raises Refused (`no_step`, `step_moved`, `unreachable`).
        """
        with self._act(account, case_id, "drive") as act:
            shown = self._waiting(act)
            if shown.step != step:
                raise Refused("step_moved")
            driven = self._tools.dialogue.drive(act.talk, text, act.at)
            if not driven.understood:
                return driven
            self._keep_drive(act, driven)
            act.note("driven", step)
            act.count("case_driven", step)
            if say:
                _reach(act, act.say(driven.says))
        return driven

    def send_step(self, account: Account, case_id: uuid.UUID) -> None:
        """Says the waiting step to the citizen, as the assistant would. Raises Refused (`no_step`, `unreachable`)."""
        with self._act(account, case_id, "send_step") as act:
            self._waiting(act)
            act.touch("sent_step")
            _reach(act, act.tell("step", name=account.name))

    def schedule(self, account: Account, case_id: uuid.UUID, on: date, half: str | None) -> None:
        """Sets or moves the half-day of the call-back (`half` None: any time that day); the citizen is told.

        Raises Refused (`past_day`, `bad_day`, `unknown_half`).
        """
        with self._act(account, case_id, "schedule") as act:
            if half is not None and half not in HALVES:
                raise Refused("unknown_half")
            self._check_day(act, on, half)
            act.case.mode, act.case.callback_on, act.case.callback_half = CALLBACK, on, half
            act.note("scheduled", half)
            act.answered()
            act.tell("scheduled", name=account.name, due=on.isoformat(), half=half or "")

    def called(self, account: Account, case_id: uuid.UUID, reached: bool) -> None:
        """Writes down that the citizen was called, and whether they answered."""
        with self._act(account, case_id, "called") as act:
            act.note("called", "reached" if reached else "missed")
            if reached:
                act.answered()
            act.count("case_called", "reached" if reached else "missed")

    def ask_consent(self, account: Account, case_id: uuid.UUID) -> None:
        """Asks the citizen whether the person in charge may read what was said before.

        Raises Refused (`consent_given`, `unreachable`).
        """
        with self._act(account, case_id, "ask_consent") as act:
            recap = act.case.unseal(self._tools.vault, "recap_sealed") or {}
            # Their answer brings the case up to date: it must find there what the case already says.
            act.keep_talk(replace(act.talk, case={**act.talk.case, "reason": act.case.reason, "recap": recap}))
            act.note("asked_consent")
            _reach(act, act.tell("consent", name=account.name))

    def _check_day(self, act: Act, on: date, half: str | None) -> None:
        """Raises Refused for a half-day that is over, or too far away."""
        if on - act.at.date() > FURTHEST:
            raise Refused("bad_day")
        if bounds(self._tools.dialogue.territory, on, half)[1] <= act.at:
            raise Refused("past_day")

    def _waiting(self, act: Act) -> Shown:
        shown = self._tools.dialogue.shown(act.talk, act.channel, act.at)
        if shown is None:
            raise Refused("no_step")
        return shown

    def _keep_drive(self, act: Act, driven: Driven) -> None:
        """The talk and the rows of the runs, as a turn would leave them."""
        act.keep_talk(driven.talk)
        after = driven.shown
        reply = Reply((), after.procedure if after else None, after.step if after else None, driven.ended)
        answer = Answer(reply, driven.talk, "", tuple(driven.events))
        keep_runs(act.session, self._tools.vault, act.case.citizen_id, answer, act.at)
        keep_events(act.session, act.case.citizen_id, answer.events, act.at)
        if after:
            act.case.procedure, act.case.step = after.procedure, after.step


def _reach(act: Act, message: uuid.UUID | None) -> None:
    """What had to be said was said, or nothing is done. Raises Refused (`unreachable`)."""
    if message is None:
        raise Refused("unreachable")
    act.answered()
