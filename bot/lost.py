"""Who does not know: a way out written by the author, a few plain questions, or a person."""

from __future__ import annotations

from bot import handoff, menus, runs, steps
from bot.scene import Move, Scene
from flows import engine
from flows.model import Instruction


def unknown(scene: Scene) -> Move | None:
    """« Je ne sais pas »."""
    run, node = scene.talk.run, runs.waiting(scene)
    if (
        scene.talk.asked and scene.talk.asked.kind in handoff.KINDS
    ):  # neither yes nor no: asked again, then done without
        return None
    if run and node and not scene.busy and engine.unknown_exit(scene.library, run, scene.day):
        return steps.after(scene, engine.answer(scene.library, run, engine.UNKNOWN, scene.day))
    if run and node and isinstance(node.step, Instruction):
        return steps.block(runs.without_question(scene))
    if run is None and not scene.busy:
        return orient(scene)
    if scene.talk.asked is not None and not scene.busy:
        return handoff.offer(scene, "person_offer")
    return runs.show(scene).first(*scene.says("unknown_help"))


def orient(scene: Scene) -> Move:
    """A few plain questions for who cannot name a procedure; a person for who has just answered them."""
    found = next((page.id for page in scene.library.procedures.values() if page.kind == "orientation"), None)
    if found is None or scene.library.only_french(found):
        return handoff.offer(scene, "person_offer")
    if scene.talk.run or (scene.talk.asked and scene.talk.asked.kind == "task"):
        return handoff.offer(scene, "person_offer")
    return runs.propose(runs.without_question(scene), found)


def which_need(scene: Scene) -> Move:
    """« Quelle démarche ? »: a few questions; among them, the one that waits again."""
    run = scene.talk.run
    if run is None:
        return orient(scene)
    asking_already = scene.library.procedures[run.procedure].kind == "orientation"
    return runs.show(scene).first(*steps.hint(scene)) if asking_already else menus.themes(scene)
