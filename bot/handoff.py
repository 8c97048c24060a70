"""Passing to a person: the case and its recap, who can be called meanwhile, the call-back and the consent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import phonenumbers
from babel.dates import format_date

from bot.messages import Event, HandoffRequest
from bot.scene import FRENCH, Move, Scene, asking
from flows.edits import bring_up_to_date
from flows.model import Question
from flows.run import Run
from flows.texts import Say
from flows.walk import blocked_reason, walk
from mediation.territory import call_back_by


def offer(scene: Scene, sentence: str) -> Move:
    """Asks whether the citizen wants a person."""
    return Move(asking(scene.talk, "person"), (scene.ask(sentence, "oui", "non"),))


def opened(scene: Scene, reason: str, run: Run | None = None) -> Move:
    """Opens the case, and says nothing yet."""
    run = run or scene.talk.run
    by = call_back_by(scene.territory, scene.day)
    known = recap(scene, run)
    case: dict[str, Any] = {"reason": reason, "recap": known, "due": by.isoformat() if by else None}
    talk = replace(scene.talk, asked=None, case={**case, "run": run.to_json() if run else None})
    event = Event("handoff_opened", run.procedure if run else None, known.get("step"), reason)
    return Move(talk, (), (event,), handoff=_request(case))


def begin(scene: Scene, reason: str, run: Run | None = None) -> Move:
    """Opens the case at once, so that nothing is lost, then says who to call and asks for a number."""
    move = opened(scene, reason, run)
    says = (*scene.says("handoff_start"), *contact(scene, run or scene.talk.run))
    if not move.talk.case["due"]:
        return replace(move, says=(*says, *scene.says("callback_closed")))
    asked = ask_number(replace(scene, talk=move.talk))
    return replace(move, talk=asked.talk, says=(*says, *asked.says))


def call_back(scene: Scene, reason: str) -> Move:
    """« Être rappelé » was chosen: the case is opened, and the number at hand is the one to call."""
    move = opened(scene, reason)
    there = replace(scene, talk=move.talk)
    after = with_phone(there, scene.phone) if scene.phone else ask_number(there)
    return replace(after, handoff=after.handoff or move.handoff).noting(*move.events)


def ask_number(scene: Scene) -> Move:
    """At which number to call back: the one at hand when there is one."""
    if scene.phone:
        talk = replace(scene.talk, case={**scene.talk.case, "offered": scene.phone})
        said = scene.ask("callback_here", "oui", "non", phone=spaced(scene.phone))
        return Move(asking(talk, "callback_here"), (said,))
    return Move(asking(scene.talk, "callback_phone"), (scene.ask("callback_phone", "pas_de_rappel"),))


def ask_here(scene: Scene) -> Move:
    """« Peut-on vous rappeler au … ? », to someone who has just shared a number and has no case yet."""
    move = opened(scene, "asked")
    asked = ask_number(replace(scene, talk=move.talk))
    return replace(move, talk=asked.talk, says=asked.says)


def spaced(phone: str) -> str:
    """A number as it is read and said, by pairs: 06 12 34 56 78."""
    try:
        number = phonenumbers.parse(phone, "FR")
    except phonenumbers.NumberParseException:
        return phone
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, form.NATIONAL if number.country_code == 33 else form.INTERNATIONAL)


def promised(scene: Scene, reason: str, phone: str) -> Move:
    """The case opened and the call-back promised at `phone`, nothing asked; answers are not shown without consent."""
    move = opened(scene, reason)
    case = {**move.talk.case, "phone": phone}
    said = (_promise(scene, case),) if case.get("due") else scene.says("callback_closed")
    return replace(move, talk=replace(move.talk, case={}), says=said, handoff=_request(case))


def closed(case: Mapping[str, Any]) -> HandoffRequest:
    """The case of someone who has just been spoken to."""
    return replace(_request(case), closed=True)


def with_phone(scene: Scene, phone: str | None) -> Move:
    """Goes on once the number is known, or refused."""
    case = {name: value for name, value in scene.talk.case.items() if name != "offered"} | {"phone": phone}
    talk = replace(scene.talk, case=case)
    if phone is None:
        return finish(replace(scene, talk=talk), share=False)
    if _answers(scene):
        return Move(asking(talk, "consent"), (scene.ask("consent_answers", "oui", "non"),), handoff=_request(case))
    return finish(replace(scene, talk=talk), share=False)


def finish(scene: Scene, share: bool) -> Move:
    """The last word: who calls, when, and what is kept."""
    case = dict(scene.talk.case)
    answers = _answers(scene) if share else None
    talk = replace(scene.talk, asked=None, case={})
    says = scene.says("callback_none") if not case.get("phone") else (_promise(scene, case),)
    if talk.run:
        says = (*says, *scene.says("after_handoff"))
    elif talk.plans:
        says = (*says, *scene.says("plan_put_off"))
    if scene.can.spoken:
        says = (*says, *scene.says("anything_else"))
    event = Event("handoff_consent", detail="oui" if share else "non")
    return Move(talk, says, (event,), handoff=_request(case, answers))


def contact(scene: Scene, run: Run | None) -> tuple[Say, ...]:
    """The official number and hours of the body concerned, when they may be said today."""
    if run is None:
        return scene.says("handoff_contact_none")
    outcome = walk(scene.library, run, scene.day).outcome
    name = (outcome.contact if outcome else None) or scene.library.procedures[run.procedure].contact
    known, facts = scene.library.contacts[name], scene.library.facts
    phone, hours = facts.get(known.phone or ""), facts.get(known.hours or "")
    cost = facts.get(known.cost or "")
    if not (phone and hours and cost and all(fact.sayable(scene.day) for fact in (phone, hours, cost))):
        return scene.says("handoff_contact_plain", site=known.site or "")
    values = {"name": known.name, "phone": phone.value, "phone_speech": phone.speech or phone.value}
    return scene.says("handoff_contact", **values, hours=hours.value, cost=cost.value[0].upper() + cost.value[1:])


def recap(scene: Scene, run: Run | None) -> dict[str, Any]:
    """What a mediator needs to know, in French, without the citizen's answers."""
    base: dict[str, Any] = {"channel": scene.channel, "at": scene.at.isoformat(timespec="minutes")}
    if scene.library.language:
        base["language"] = scene.library.language
    if run is None:
        return {**base, "procedure": None, "parked": [old.procedure for old in scene.talk.parked]}
    path = walk(scene.french, run, scene.day)
    node = path.here
    tried = [f"{key}: {blocked_reason(value)}" for key, value in run.answers.items() if blocked_reason(value)]
    text = next((getattr(node.step, word) for word in ("ask", "do", "say") if hasattr(node.step, word)), "")
    return {
        **base,
        "procedure": run.procedure,
        "title": scene.french.procedures[run.procedure].title,
        "step": node.key,
        "step_text": text,
        "steps_done": len(path.answered(run)),
        "tried": tried,
        "misses": scene.talk.misses,
    }


def _answers(scene: Scene) -> dict[str, Any]:
    """The answers given to questions, with the question's text, for who agreed to show them."""
    data = scene.talk.case.get("run")
    if not data:
        return {}
    run = Run.from_json(data)
    if run.procedure not in scene.library.procedures:
        return {}
    run, _lost = bring_up_to_date(scene.library, run)
    nodes = walk(scene.french, run, scene.day).nodes
    asked = {node.key: node.step.ask for node in nodes if isinstance(node.step, Question)}
    return {key: {"question": asked[key], "answer": value} for key, value in run.answers.items() if key in asked}


def _promise(scene: Scene, case: Mapping[str, Any]) -> Say:
    callback = scene.territory.callback
    assert callback and case.get("due")
    due = format_date(date.fromisoformat(case["due"]), "EEEE d MMMM", locale=scene.library.language or FRENCH)
    return scene.says("callback_promise", team=scene.territory.team, due=due, hours=callback.hours)[0]


def _request(case: Mapping[str, Any], answers: Mapping[str, Any] | None = None) -> HandoffRequest:
    return HandoffRequest(case["reason"], case["recap"], case.get("phone"), answers, case.get("due"))
