"""What people tell without asking for anything: a payment that did not come, who they are, a call they wait for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot import handoff, lost, menus, runs
from bot.scene import Move, Scene

# What may be behind a payment that did not come, by the intent that tells of one: enough to choose from, never a cause.
LATE = {"retard_caf": ("caf_dtr", "caf_rdv"), "retard_ft": ("ft_actualisation", "ft_rdv")}
MAX_TOLD = 1  # in a row among the steps of a procedure; then it may well be an answer that we fail to read


def late(intent: str) -> Callable[[Scene], Move | None]:
    """« Je n'ai rien reçu »: the close procedures to choose from. Why nothing came, only the body knows."""

    def answer(scene: Scene) -> Move | None:
        if handoff.in_hand(scene):
            return None
        current = scene.talk.run.procedure if scene.talk.run else None
        known = [id_ for id_ in LATE[intent] if id_ in scene.library.procedures and id_ != current]
        open_ = tuple(id_ for id_ in known if not scene.library.only_french(id_))
        return (
            menus.which(runs.without_question(scene), open_, "late_payment")
            if open_
            else handoff.offer(scene, "person_offer")
        )

    return answer


def situation(scene: Scene) -> Move | None:
    """« J'ai 78 ans », « je suis veuve »: no procedure by itself. A few questions find one; a step is shown again."""
    thanked = scene.says("about_you")
    if handoff.in_hand(scene):
        return runs.show(scene).first(*thanked)
    if scene.talk.run is None and not scene.busy:
        return lost.orient(scene).first(*thanked)
    misses = scene.talk.misses + 1
    if misses > MAX_TOLD:
        return None
    shown = runs.show(scene).first(*thanked)
    return replace(shown, talk=replace(shown.talk, misses=misses))


def awaited(scene: Scene) -> Move:
    """« Personne ne m'a appelé », where nothing is known to be promised: a person is offered."""
    return handoff.offer(scene, "person_offer")
