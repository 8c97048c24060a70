"""Which commune words surely mean, where it is not worth asking."""

from __future__ import annotations

from collections.abc import Sequence

from bot.scene import Scene
from flows.model import Question
from flows.run import Run
from flows.walk import walk
from mediation.communes import Commune, Where, kilometres, where
from mediation.communes.areas import known, take_area
from mediation.communes.spelling import bare

NEAR_KM = 40.0
SAME_AREA_KM = 20.0  # communes of one postcode: the same places are near them all


def alone(found: Where) -> Commune | None:
    """The commune, or the largest of several that are next to each other; None when it must be asked which."""
    if not found.communes:
        return None
    first = found.communes[0]
    together = all(kilometres(first.point, one.point) <= SAME_AREA_KM for one in found.communes)
    return first if found.kind == "one" or together else None


def in_area(text: str, communes: Sequence[Commune]) -> Commune | None:
    """The one of `communes` whose département or region is named or numbered: « celui du 93 », « La Réunion »."""
    words = bare(text).split()
    named = take_area(words)[0] or known(word for word in words if word[0].isdigit())
    found = [one for one in communes if one.departement in named]
    return found[0] if len(found) == 1 else None


def nearest_to(text: str, communes: Sequence[Commune]) -> Commune | None:
    """The one of `communes` that is near the commune in the text: « celui à côté de Paris »."""
    beside = alone(where(text))
    found = [one for one in communes if beside and kilometres(beside.point, one.point) <= NEAR_KM]
    return found[0] if len(found) == 1 else None


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
