"""Speaking another language: asked for in a word at any moment, and what waits is said again in it."""

from __future__ import annotations

from dataclasses import replace

from bot import handoff, menus, plans, runs, whereabouts
from bot.messages import Event
from bot.scene import FRENCH, Move, Scene
from flows.library import Library
from flows.texts import Say

SIGNS = 2  # small words of a language that give it away; one alone may be a name
ASKING = "langue"
SENTENCES = {
    "switch": "switch_offer",
    "resume": "resume_offer",
    "resume_parked": "resume_offer",
    "resume_plan": "plan_resume_offer",
    "restart": "restart_offer",
    "person": "person_offer",
    "consent": "consent_answers",
    "forget": "forget_offer",
    "sms_recap": "sms_recap_offer",
}


def switched(scene: Scene) -> Move | None:
    """« English », « français »: goes on in that language; None when the text asks for none."""
    asked = (code for code, library in scene.languages.items() if scene.exact in library.words.get(ASKING, ())[1:])
    wanted = next(asked, None)
    if wanted is None:
        return None
    talk = replace(scene.talk, language=None if wanted == FRENCH else wanted)
    there = replace(scene, library=scene.languages[wanted], talk=talk)
    return again(there).first(*there.says("language_now")).noting(Event("language_changed", detail=wanted))


def again(scene: Scene) -> Move:
    """What waits, said anew in the language of the scene."""
    asked = scene.talk.asked
    if not scene.talk.greeted:
        return menus.arrive(scene)
    if asked is None:
        return runs.show(scene)
    if asked.kind in ("theme", "procedure"):
        return menus.themes(scene, "what_need")
    if asked.kind == "which":
        return menus.which(scene, asked.options)
    if asked.kind == "task":
        return plans.offer(scene)
    if handoff.in_hand(scene):
        return handoff.again(scene)
    if asked.kind in handoff.KINDS and asked.kind != "consent":
        return whereabouts.again(scene)
    about = asked.options[0] if asked.options else ""
    proposed = asked.kind == "start" or (asked.kind == "person" and not scene.library.language)
    if proposed and about in scene.library.procedures:
        return runs.propose(runs.without_question(scene), about)
    if asked.kind not in SENTENCES:
        return runs.show(scene)
    return Move(scene.talk, (_question(scene, asked.kind, asked.options),))


def _question(scene: Scene, kind: str, about: tuple[str, ...]) -> Say:
    run, plan = scene.talk.run, plans.current(scene.talk)
    names = (*about, *((run.procedure,) if run else ()), *((plan.event.procedure,) if plan else ()))
    titles = [scene.title(name) for name in names if name in scene.library.procedures]
    current = scene.title(run.procedure) if run else ""
    return scene.ask(SENTENCES[kind], "oui", "non", title=titles[0] if titles else "", current=current)


def noting(scene: Scene, move: Move) -> Move:
    """The move, with a word said first when it enters texts that exist in French only."""
    library = scene.languages.get(move.talk.language or FRENCH, scene.library)
    node = runs.waiting(scene, move.talk) if library.language and move.says else None
    if node is None or not library.only_french(node.procedure.id):
        return move
    before = runs.waiting(scene)
    told = before is not None and before.procedure.id == node.procedure.id and scene.talk.language
    return move if told else move.first(library.sentence("french_only_here", scene.day))


def hinting(scene: Scene, move: Move) -> Move:
    """The move, with how to ask for a language when the text seems to be written in it."""
    if scene.library.language or scene.text not in scene.understood or move.private:
        return move
    library = seems_other(scene)
    if library is None:
        return move
    offer = library.sentence("language_offer", scene.day)
    return move if offer in scene.talk.last else move.first(offer)


def seems_other(scene: Scene) -> Library | None:
    """The language that the text seems to be written in, in a French talk."""
    words = set(scene.exact.split())
    others = (library for code, library in scene.languages.items() if code != FRENCH and not scene.library.language)
    return next((library for library in others if len(words.intersection(library.signs)) >= SIGNS), None)
