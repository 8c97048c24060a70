"""When something went wrong: a corrected answer, or words that were too hard."""

from __future__ import annotations

import re
from dataclasses import replace

from bot import handoff, menus, runs, steps
from bot.messages import Event
from bot.scene import Move, Scene
from flows import engine
from flows.render import answer_label
from flows.walk import walk

_IT_IS = re.compile(r"\b(?:c\s*['’]?\s*[eé](?:tait|st|tai)|it\s*(?:['’]\s*s|is|was))\b", re.IGNORECASE)


def correct(scene: Scene) -> Move | None:
    if scene.talk.run is None:
        return None
    turn = engine.correct(scene.library, scene.talk.run, _corrected_part(scene), scene.day)
    if not turn.understood:
        other = menus.mentioned(scene)
        return runs.propose(scene, other) if other else runs.show(scene).first(*scene.says("correct_unclear"))
    event = Event("corrected", scene.talk.run.procedure, turn.answered)
    node = next(node for node in walk(scene.library, turn.run, scene.day).nodes if node.key == turn.answered)
    label = answer_label(scene.library, node, turn.run.answers[node.key])
    return steps.after(scene, turn).first(*scene.says("corrected", answer=label)).noting(event)


def _corrected_part(scene: Scene) -> str:
    """What comes after « je me suis trompé, c'est »: the new answer, as written."""
    parts = _IT_IS.split(scene.text)
    if len(parts) > 1:
        return parts[-1]
    starts = [start for start in scene.library.correction_starts if scene.exact.startswith(start)]
    longest = max(starts, key=len, default="")
    words = scene.text.replace("'", " ").replace("’", " ").split()
    return " ".join(words[len(longest.split()) :])


def simpler(scene: Scene) -> Move:
    """Said more simply, with the reason for the step; the second time, a person."""
    misses = scene.talk.misses + 1
    if misses > 1:
        return handoff.offer(runs.replace_talk(scene, misses=0, asked=None), "person_offer").first(
            *scene.says("slower")
        )
    shown = runs.show(runs.without_question(scene)) if scene.talk.run and not scene.busy else runs.show(scene)
    reason = engine.why(scene.library, scene.talk.run, scene.day) if scene.talk.run and not scene.busy else None
    said = (replace(scene.says("no_why")[0], text=reason),) if reason else ()
    return replace(shown, talk=replace(shown.talk, misses=misses)).first(*scene.says("slower"), *said)
