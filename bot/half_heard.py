"""What Rasa made of an answer to a question about a case, where the exact words said nothing."""

from __future__ import annotations

from bot import calling, visiting, whereabouts
from bot.scene import Move, Scene


def answer(scene: Scene, heard: str) -> Move | None:
    """The move for « non » or « je ne sais pas » in other words; None when the question must be asked again."""
    kind = scene.talk.asked.kind if scene.talk.asked else ""
    if heard == "non" and kind in ("callback_phone", "way"):
        return calling.no_call(scene)
    if heard == "non" and kind == "place":
        return visiting.refused(scene)
    if heard == "ne_sait_pas" and kind == "callback_when":
        return calling.any_time(scene)
    if heard in ("non", "ne_sait_pas") and kind == "commune":
        return whereabouts.unknown(scene)
    return None
