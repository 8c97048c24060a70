"""Passing to a person: the case opened at once, then a few questions, one at a time, until something is promised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import briefing, calling, consent, localities, phones, standing, unattended, visiting, ways, whereabouts
from bot.messages import Event, HandoffRequest
from bot.scene import Move, Scene, asking
from flows.run import Run
from flows.texts import Option, Say
from flows.walk import walk
from mediation.cases import CALLBACK, LIVE, PLACE, REASONS, YES
from mediation.territory import call_back_by

# The questions about a case. 0 at one of them presses on: it opens no other case.
KINDS = (
    "way", "callback_phone", "callback_when", "commune", "commune_which", "commune_sure", "place", "consent",
    "standing",
)  # fmt: skip
MOST_QUESTIONS = 4  # between « un humain » and the promise

recap = briefing.recap
spaced = phones.spaced


def offer(scene: Scene, sentence: str, reason: str | None = None) -> Move:
    """Asks whether the citizen wants a person; `reason` is why, should they say yes."""
    why = reason or ("asked" if sentence == "person_offer" else "unclear")
    return Move(asking(scene.talk, "person", why), (scene.ask(sentence, "oui", "non"),))


def why_offered(scene: Scene) -> str:
    """Why a person was offered, as kept with the question."""
    options = scene.talk.asked.options if scene.talk.asked else ()
    return options[0] if options and options[0] in REASONS else "asked"


def opened(scene: Scene, reason: str, run: Run | None = None) -> Move:
    """Opens the case, and says nothing yet."""
    run = run or scene.talk.run
    by = call_back_by(scene.territory, scene.day)
    due = by.isoformat() if by else None
    known = recap(scene, run, due)
    case: dict[str, Any] = {"reason": reason, "recap": known, "due": due, "questions": 0}
    case["run"] = run.to_json() if run else None
    case["shows"] = briefing.worth_showing(scene, run)
    commune = localities.given(scene, run)
    if commune:
        case["commune"] = commune
    talk = replace(scene.talk, asked=None, case=case)
    event = Event("handoff_opened", run.procedure if run else None, known.get("step"), reason)
    return Move(talk, (), (event,), handoff=request(scene, case))


def begin(scene: Scene, reason: str, run: Run | None = None, **known: object) -> Move:
    """Opens the case at once, so that nothing is lost, then says who to call, and asks how to help.

    `known`: what the case holds already (`mode`, `phone`…).
    """
    if not known and standing.holds(scene):
        return standing.again(scene, reason, run)
    move = opened(scene, reason, run)
    whom = () if reason == "safety" else contact(scene, run or scene.talk.run)  # the number for the danger was said
    says = (*scene.says("handoff_start" if scene.helped else "handoff_kept"), *whom)
    after = go_on(with_case(replace(scene, talk=move.talk), **known))
    return after.first(*says).noting(*move.events)


def in_hand(scene: Scene) -> bool:
    """True while a case is being arranged: one of its questions waits."""
    asked = scene.talk.asked
    return bool(asked and asked.kind in KINDS and "questions" in scene.talk.case)


def with_case(scene: Scene, **known: object) -> Scene:
    """The scene with more known about the case."""
    return replace(scene, talk=replace(scene.talk, case={**scene.talk.case, **known}))


def go_on(scene: Scene) -> Move:
    """The next question about the case, or the last word when none is left."""
    for question in (ways.question, calling.question, whereabouts.question, visiting.question, consent.question):
        move = question(scene)
        if move is not None:
            return replace(move, handoff=move.handoff or request(scene, move.talk.case))
    return finish(scene)


def again(scene: Scene) -> Move:
    """The pending question about the case asked anew, as in another language. It is not counted twice."""
    if scene.talk.asked and scene.talk.asked.kind == "standing":
        return standing.question(scene)
    return go_on(with_case(scene, questions=scene.talk.case["questions"] - 1))


def ask_next(scene: Scene, kind: str, said: Say, *ids: str) -> Move:
    """A question about the case. `ids`: what its answers stand for, when the words of the choices do not say it."""
    case = scene.talk.case
    counted = {**case, "questions": case["questions"] + 1} if "questions" in case else case
    return Move(asking(replace(scene.talk, case=counted), kind, *ids), (said,))


def has_room(scene: Scene, kept: int = 0) -> bool:
    """True while one more question may be asked, with `kept` others still to come."""
    return int(scene.talk.case.get("questions", 0)) + kept < MOST_QUESTIONS


def choices(said: Say, *options: Option) -> Say:
    """The question with more choices, before those that it has."""
    return replace(said, options=(*options, *said.options))


def finish(scene: Scene) -> Move:
    """The last word: who helps, how and when."""
    scene = briefing.from_today(scene)
    case = scene.talk.case
    says = promise(scene)
    talk = replace(scene.talk, asked=None, case=standing.kept(scene))
    if talk.run:
        says = (*says, *scene.says("after_handoff"))
    elif talk.plans:
        says = (*says, *scene.says("plan_put_off"))
    if scene.can.spoken:
        says = (*says, *scene.says("anything_else"))
    event = Event("handoff_way", _procedure(case), detail=case.get("mode"))
    wanted = replace(request(scene, case), code=scene.helped and visiting.has_code(case))
    sends = visiting.sends(scene) if scene.helped else unattended.sends(scene)
    return Move(talk, says, (event,), handoff=wanted, sends=sends)


def promise(scene: Scene) -> tuple[Say, ...]:
    """Who helps, how and when."""
    if not scene.helped:
        return unattended.last_word(scene)
    words = {LIVE: ways.last_word, CALLBACK: calling.last_word, PLACE: visiting.last_word}
    said = words.get(str(scene.talk.case.get("mode") or ""))
    return said(scene) if said else scene.says("callback_none")


def _procedure(case: Mapping[str, Any]) -> str | None:
    return (case.get("run") or {}).get("procedure")


def promised(scene: Scene, reason: str, phone: str) -> Move:
    """The case opened and the call-back promised at `phone`, nothing asked; answers are not shown without consent."""
    move = opened(scene, scene.talk.case.get("reason") or reason)
    there = with_case(replace(scene, talk=move.talk), mode=CALLBACK, phone=phone)
    case = there.talk.case
    closed = "callback_closed" if scene.helped else "request_kept"
    said = calling.last_word(there) if case.get("due") else scene.says(closed)
    return replace(move, talk=replace(move.talk, case={}), says=said, handoff=request(scene, case))


def closed(scene: Scene) -> HandoffRequest | None:
    """The case of someone who has just been spoken to."""
    return replace(request(scene, scene.talk.case), closed=True) if "questions" in scene.talk.case else None


def contact(scene: Scene, run: Run | None) -> tuple[Say, ...]:
    """The official number and hours of the body concerned, when they may be said today."""
    named = run.procedure if run else briefing.proposed(scene)
    if named is None or named not in scene.library.procedures:
        return scene.says("handoff_contact_none")
    outcome = walk(scene.library, run, scene.day).outcome if run else None
    name = (outcome.contact if outcome else None) or scene.library.procedures[named].contact
    known, facts = scene.library.contacts[name], scene.library.facts
    phone, hours = facts.get(known.phone or ""), facts.get(known.hours or "")
    cost = facts.get(known.cost or "")
    if not (phone and hours and cost and all(fact.sayable(scene.day) for fact in (phone, hours, cost))):
        return scene.says("handoff_contact_plain", site=known.site or "")
    values = {"name": known.name, "phone": phone.value, "phone_speech": phone.speech or phone.value}
    return scene.says("handoff_contact", **values, hours=hours.value, cost=cost.value[0].upper() + cost.value[1:])


def request(scene: Scene, case: Mapping[str, Any]) -> HandoffRequest:
    """The case as it is to be kept now. The commune only for who is called back or goes somewhere."""
    mode, when = case.get("mode"), case.get("when") or {}
    return HandoffRequest(
        case["reason"],
        case["recap"],
        case.get("phone"),
        briefing.answers(scene, case) if case.get("consent") == YES else None,
        when.get("on") or case.get("due"),
        mode=mode,
        consent=case.get("consent"),
        callback_on=when.get("on"),
        callback_half=when.get("half"),
        commune=case.get("commune") if mode in (CALLBACK, PLACE) else None,
        place=case.get("place"),
    )
