"""« Puis-je montrer … ? »: one plain question before a person reads; yes, no and unclear are three things."""

from __future__ import annotations

from bot import handoff, runs
from bot.messages import Event
from bot.scene import Move, Scene
from mediation.cases import NO, PLACE, UNCLEAR, YES

__all__ = ["NO", "UNCLEAR", "YES", "answered", "question", "to_ask"]


def to_ask(scene: Scene) -> bool:
    """True when there is something to show, somebody to show it to, and it was not asked yet."""
    case = scene.talk.case
    return scene.helped and bool(case.get("shows")) and "consent" not in case


def question(scene: Scene) -> Move | None:
    """The question, if there is something to show and patience left; without it nothing is shown.

    A commune keeps the last question for it; where none can be left out, who goes to a place is asked all the same.
    """
    patient = handoff.has_room(scene) or scene.talk.case.get("mode") == PLACE
    if not to_ask(scene) or not patient:
        return None
    return handoff.ask_next(scene, "consent", scene.ask("consent_answers", "oui", "non"))


def answered(scene: Scene, outcome: str) -> Move:
    """`outcome` is one of `mediation.cases.CONSENTS`; what is unclear is no refusal, and shows nothing."""
    event = Event("handoff_consent", detail=outcome)
    if "questions" not in scene.talk.case:  # asked for somebody who is no longer in charge
        return runs.show(runs.without_question(scene))
    return handoff.go_on(handoff.with_case(scene, consent=outcome)).noting(event)
