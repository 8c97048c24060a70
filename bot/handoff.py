"""Passing to a person: the case and its recap, who can be called meanwhile, the call-back and the consent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

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


def begin(scene: Scene, reason: str, run: Run | None = None) -> Move:
    """Opens the case at once, so that nothing is lost, then says who to call and asks for a number."""
    run = run or scene.talk.run
    by = call_back_by(scene.territory, scene.day)
    known = recap(scene, run)
    case: dict[str, Any] = {"reason": reason, "recap": known, "due": by.isoformat() if by else None}
    talk = replace(scene.talk, case={**case, "run": run.to_json() if run else None})
    says = (*scene.says("handoff_start"), *contact(scene, run))
    event = Event("handoff_opened", run.procedure if run else None, known.get("step"), reason)
    if by is None:
        return Move(
            replace(talk, asked=None), (*says, *scene.says("callback_closed")), (event,), handoff=_request(case)
        )
    asked = scene.ask("callback_phone", "pas_de_rappel")
    return Move(asking(talk, "callback_phone"), (*says, asked), (event,), handoff=_request(case))


def with_phone(scene: Scene, phone: str | None) -> Move:
    """Goes on once the number is known, or refused."""
    case = {**scene.talk.case, "phone": phone}
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
