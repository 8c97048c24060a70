"""What a mediator is told of a case: the recap, in French and without answers; the answers, when they may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.scene import Scene
from flows.edits import bring_up_to_date
from flows.model import Instruction, Question
from flows.render import answer_label
from flows.run import Run
from flows.texts import expired
from flows.walk import Node, Path, blocked_reason, walk
from mediation.territory import call_back_by

FIRST_MENU = "theme"


def recap(scene: Scene, run: Run | None, due: str | None = None) -> dict[str, Any]:
    """What a mediator needs to know, in French, without the citizen's answers. `due`: the day promised, ISO."""
    talk, comfort = scene.talk, scene.talk.comfort
    base: dict[str, Any] = {
        "channel": scene.channel,
        "at": scene.at.isoformat(timespec="minutes"),
        "misses": talk.misses + (talk.asked.misses if talk.asked else 0),
        "comfort": {name: getattr(comfort, name) for name in ("pace", "short", "echo", "discreet")},
        "due": due,
        "parked": [old.procedure for old in talk.parked],
        "others": _titles(scene, [old.procedure for old in talk.parked] + [p.event.procedure for p in talk.plans]),
    }
    if scene.library.language:
        base["language"] = scene.library.language
    if run is None or run.procedure not in scene.french.procedures:
        named = proposed(scene)
        return {**base, "procedure": None, "proposed": named, "title": next(iter(_titles(scene, [named])), None)}
    return {**base, "procedure": run.procedure, **_place(scene, run)}


def _place(scene: Scene, run: Run) -> dict[str, Any]:
    """Where the run stands, and what blocked on the way."""
    path = walk(scene.french, run, scene.day)
    step = path.here.step
    return {
        "title": scene.french.procedures[run.procedure].title,
        "step": path.here.key,
        "step_text": next((getattr(step, word) for word in ("ask", "do", "say") if hasattr(step, word)), ""),
        "steps_done": len(path.answered(run)),
        "tried": _tried(path, run),
    }


def _tried(path: Path, run: Run) -> list[str]:
    """What the citizen said to be blocked by, in the words of the button."""
    steps = {node.key: node.step for node in path.nodes}
    said = []
    for key, value in run.answers.items():
        step, reason = steps.get(key), blocked_reason(value)
        if reason and isinstance(step, Instruction) and reason in step.blocked:
            said.append(step.blocked[reason].label)
    return said


def _titles(scene: Scene, names: list[Any]) -> list[str]:
    return [scene.french.procedures[name].title for name in names if name in scene.french.procedures]


def proposed(scene: Scene) -> str | None:
    """The procedure that was only proposed: « On commence ? » waits for an answer."""
    asked = scene.talk.asked
    named = asked.options[0] if asked and asked.kind in ("start", "switch") and asked.options else None
    return named if named in scene.french.procedures else None


def out_of_date(scene: Scene, node: Node | None) -> bool:
    """True where the waiting step has a fact that may not be said any more: only a person knows."""
    texts = (getattr(node.step, word, None) for word in ("ask", "do", "say", "see")) if node else ()
    return any(expired(text, scene.library.facts, scene.day) for text in texts if text)


def worth_showing(scene: Scene, run: Run | None) -> bool:
    """True when the citizen has said something before that a mediator could read, beyond the first menu."""
    talk = scene.talk
    if run or talk.parked or talk.plans or talk.misses:
        return True
    arriving = talk.asked is not None and talk.asked.kind == FIRST_MENU and not talk.asked.misses
    return talk.greeted and not arriving


def answers(scene: Scene, case: Mapping[str, Any]) -> dict[str, Any]:
    """The answers given to questions, with the question's text, for who agreed to show them."""
    data = case.get("run")
    if not data:
        return {}
    run = Run.from_json(data)
    if run.procedure not in scene.library.procedures:
        return {}
    run, _lost = bring_up_to_date(scene.library, run)
    return {
        key: {
            "question": getattr(node.step, "ask", ""),
            "answer": run.answers[key],
            "label": answer_label(scene.french, node, run.answers[key]),
        }
        for key, node in _questions(scene, run).items()
    }


def _questions(scene: Scene, run: Run) -> dict[str, Node]:
    nodes = walk(scene.french, run, scene.day).nodes
    return {node.key: node for node in nodes if isinstance(node.step, Question) and node.key in run.answers}


def from_today(scene: Scene) -> Scene:
    """The case in hand without the days that passed while a question of ours waited: none is promised any more."""
    case, today = scene.talk.case, scene.day.isoformat()
    fresh: dict[str, Any] = {}
    if (case.get("due") or today) < today:
        by = call_back_by(scene.territory, scene.day)
        fresh["due"] = by.isoformat() if by else None
    if ((case.get("when") or {}).get("on") or today) < today:
        fresh["when"] = {}
    return replace(scene, talk=replace(scene.talk, case={**case, **fresh})) if fresh else scene
