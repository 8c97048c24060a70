"""Which commune words surely mean, where it is not worth asking."""

from __future__ import annotations

from bot.scene import Scene
from flows.model import Question
from flows.run import Run
from flows.walk import walk
from mediation.communes import Commune, Where, kilometres, where

SAME_AREA_KM = 20.0  # communes of one postcode: the same places are near them all


def alone(found: Where) -> Commune | None:
    """The commune, or the largest of several that are next to each other; None when it must be asked which."""
    if not found.communes:
        return None
    first = found.communes[0]
    together = all(kilometres(first.point, one.point) <= SAME_AREA_KM for one in found.communes)
    return first if found.kind == "one" or together else None


def given(scene: Scene, run: Run | None) -> str | None:
    """The code of the commune that the citizen gave in a procedure, when it is certain."""
    if run is None or run.procedure not in scene.library.procedures:
        return None
    for node in walk(scene.library, run, scene.day).nodes:
        if isinstance(node.step, Question) and node.step.answer == "place" and node.key in run.answers:
            found = where(str(run.answers[node.key]))
            commune = alone(found) if found.sure else None
            if commune:
                return commune.code
    return None
