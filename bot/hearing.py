"""What Rasa understood, and what to do when it did not: ask which of two or three, then offer a person."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from bot import aside, asked, handoff, languages, menus, runs, steps, telling
from bot.acts import ACTS
from bot.messages import Event
from bot.scene import FRENCH, Move, Scene
from flows.safety import Topic

if TYPE_CHECKING:
    from bot.understanding import Understanding

MAX_MISSES = 1
MAX_CANDIDATES = 3
WORTH_ASKING = 0.12  # below, a guess among some forty intents is noise
WORTH_LEAVING = 0.35  # the same, where it would take the citizen away from what is asked
OPEN = ("start", "person", "resume", "resume_parked")
SAFETY_ENOUGH = 0.3  # a number to call, given for nothing, costs less than one not given
WORRIES = {
    "detresse": "worry_detresse",
    "violences": "worry_violences",
    "urgence_vitale": "worry_urgence_vitale",
    "urgence_sociale": "worry_urgence_sociale",
    "arnaque": "worry_arnaque",
}
SENTENCE = 4  # words: a shorter text is a little like many things
UNSURE = ("incompris", "hors_sujet")


def understood(scene: Scene) -> Move | None:
    """The move for what Rasa understood; None when it is not sure enough."""
    named = menus.mentioned(scene) if scene.library.language else None
    if named:  # Rasa knows French only
        return runs.propose(runs.without_question(scene), named)
    heard = scene.understand()
    if not heard.available:
        return _alone(scene)
    # Rasa knows French only, and takes « call me » for a cry for help: of a whole sentence the number is said, no more.
    foreign = bool(scene.library.language or languages.seems_other(scene))
    topic = next((topic for topic in scene.library.safety if topic.id == heard.intent), None)
    if topic and not foreign:
        return safety(scene, topic)
    worried = topic.id if topic and topic.id in WORRIES else worry(heard)
    if worried and not (foreign and len(scene.exact.split()) < SENTENCE):
        return replace(unclear(scene), private=True).first(*scene.says(WORRIES[worried]))
    move = asked.act(scene, heard.intent)
    if move is None and heard.intent in ACTS:
        move = ACTS[heard.intent](scene)
    reason = steps.reason_leading_to(scene, heard.procedure) if heard.procedure else None
    if move is None and reason:
        return steps.blocked_by(scene, reason)
    if move is None and heard.procedure in scene.library.procedures:
        move = runs.propose(runs.without_question(scene), str(heard.procedure))
    if move is None and heard.intent == "hors_sujet":
        move = off_topic(scene)
    if move is None and heard.intent == "ma_demande" and not scene.busy:
        move = telling.awaited(scene)
    return move


def unclear(scene: Scene) -> Move:
    """Nothing fits: asks which of two or three, then how to answer, then offers a person."""
    candidates = _candidates(scene)
    if scene.busy and not (candidates and scene.talk.asked and scene.talk.asked.kind in OPEN):
        return asked.missed(scene)
    if scene.talk.asked and scene.talk.asked.kind == "task":  # the list must not be lost for a wrong key
        return runs.show(scene).first(*scene.says("choose_one")).noting(Event("unclear", detail="asked_task"))
    misses = scene.talk.misses + 1
    event = Event("unclear", scene.talk.run.procedure if scene.talk.run else None, runs.key(scene, scene.talk))
    if misses > MAX_MISSES:
        return handoff.offer(runs.replace_talk(scene, misses=0, asked=None), "person_offer_unclear").noting(event)
    if candidates:
        move = menus.which(runs.without_question(scene), candidates)
    elif scene.talk.run:
        move = runs.show(scene).first(*scene.says("not_understood_step"), *steps.hint(scene))
    else:
        move = menus.themes(scene).first(*scene.says("not_understood_1"))
    return replace(move, talk=replace(move.talk, misses=misses)).noting(event)


def safety(scene: Scene, topic: Topic) -> Move:
    """The number to call first, in the language of the danger; the story not kept, the place in the procedure kept."""
    library = scene.languages.get(topic.language or FRENCH, scene.library)
    kept = (library.sentence("safety_place_kept", scene.day),) if scene.talk.run else ()
    # What we asked before is dropped: a « oui » after these words must not be taken for its answer.
    case = aside.put(scene.talk) if handoff.in_hand(scene) else scene.talk.case  # « reprendre » brings it back
    talk = replace(scene.talk, asked=None, misses=0, paused=bool(scene.talk.run), case=case)
    return Move(talk, (*topic.answer(scene.text), *kept), (Event("safety", detail=topic.id),), private=True)


def off_topic(scene: Scene) -> Move:
    """Says what we can help with, then comes back to what was pending; the second time, a person."""
    if handoff.in_hand(scene):  # a person is being found already
        return asked.missed(scene)
    misses = scene.talk.misses + 1
    if misses > MAX_MISSES:
        return handoff.offer(runs.replace_talk(scene, misses=0, asked=None), "person_offer", reason="unclear").first(
            *scene.says("off_topic")
        )
    pending = scene.talk.run or scene.talk.asked
    move = runs.show(scene) if pending else menus.themes(scene)
    return replace(move, talk=replace(move.talk, misses=misses)).first(*scene.says("off_topic"))


def worry(heard: Understanding) -> str | None:
    """The safety topic that is likely, though not sure: its number is given, then the talk goes on."""
    likely = heard.ranking[0] if heard.ranking and heard.intent == "incompris" else None
    return likely.intent if likely and likely.intent in WORRIES and likely.confidence >= SAFETY_ENOUGH else None


def _alone(scene: Scene) -> Move:
    """Rasa is away: menus, keys and exact words only, and it is said plainly."""
    named = menus.mentioned(scene)
    if named:
        return runs.propose(runs.without_question(scene), named)
    said = scene.says("nlu_away")
    if scene.talk.run or scene.talk.asked:
        return runs.show(scene).first(*said)
    return menus.themes(scene).first(*said)


def _candidates(scene: Scene) -> tuple[str, ...]:
    heard = scene.understood.get(scene.text)
    if heard is None or heard.intent not in UNSURE:
        return ()
    enough = WORTH_LEAVING if scene.talk.run or scene.busy else WORTH_ASKING
    likely = [telling.LATE.get(r.intent, (r.intent,)) for r in heard.ranking if r.confidence >= enough]
    ids = [id_ for id_ in dict.fromkeys(chain.from_iterable(likely)) if id_ in scene.library.procedures]
    current = scene.talk.run.procedure if scene.talk.run else None
    ids = [id_ for id_ in ids if not scene.library.only_french(id_)]
    return tuple(id_ for id_ in ids[:MAX_CANDIDATES] if id_ != current)
