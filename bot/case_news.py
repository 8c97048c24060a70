"""What the assistant says of itself to the citizen when something happens to their case, and the talk after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Literal

from bot import handoff, plans, runs
from bot.charge import back
from bot.messages import Event
from bot.owners import Charge
from bot.relaying import is_to_call, not_the_step, step_said
from bot.scene import Move, Scene, asking
from flows.dates import in_words
from flows.texts import Say
from mediation.cases import AFTERNOON, MORNING, PLACE

News = Literal[
    "taken", "closed", "given_back", "released", "timed_out", "rerouted", "late", "transferred", "scheduled", "consent",
    "step",
]  # fmt: skip
NEWS = "case_news"  # the kind of the event that each one leaves
BY_CLOCK = ("timed_out", "rerouted", "late")  # nobody is there: they may wait for the morning

Values = Mapping[str, str]


def told(scene: Scene, news: News, values: Values) -> Move:
    """What is said. Raises KeyError for a news that no one wrote."""
    return TELLING[news](scene, values).noting(Event(NEWS, detail=news))


def in_charge(news: News, values: Values) -> Charge | None:
    """The person in charge once this is told, None when nobody is."""
    held = news in ("taken", "consent", "scheduled", "step") or (news == "transferred" and not values.get("place"))
    name = values.get("name")
    return Charge(name, values.get("mode")) if held and name else None


def _quiet(scene: Scene, said: tuple[Say, ...]) -> Move:
    """The assistant keeps silent from now on; nothing that it asked waits any more."""
    return Move(replace(scene.talk, asked=None, case={}, silences=0), said)


def _taken(scene: Scene, values: Values) -> Move:
    mode = values.get("mode")
    if is_to_call(Charge("", mode)):
        return _quiet(scene, _with_way_back(scene, "case_taken_call", values))
    return _quiet(scene, _with_way_back(scene, "case_taken_place" if mode == PLACE else "case_taken", values))


def _transferred(scene: Scene, values: Values) -> Move:
    if values.get("place"):
        return _back_or_quiet(scene, scene.says("case_transferred_place", place=values["place"]))
    called = is_to_call(Charge("", values.get("mode")))
    return _quiet(scene, _with_way_back(scene, "case_transferred_call" if called else "case_transferred", values))


def _closed(scene: Scene, values: Values) -> Move:
    """The run is kept as it stands, and offered again rather than resumed: the person may have done it all."""
    there = runs.replace_talk(scene, asked=None, case={}, paused=False, misses=0, silences=0)
    run, said = there.talk.run, scene.says("case_closed")
    if run is None:
        return (plans.offer(there) if there.talk.plans else runs.what_else(there)).first(*said)
    offered = there.ask("resume_offer", "oui", "non", title=there.title(run.procedure))
    return Move(asking(there.talk, "resume", run.procedure), (*said, offered))


def _given_back(scene: Scene, values: Values) -> Move:
    return back_with(scene, scene.says("case_given_back", name=values["name"]))


def _released(scene: Scene, values: Values) -> Move:
    return _back_or_quiet(scene, scene.says("case_released", name=values["name"]))


def _timed_out(scene: Scene, values: Values) -> Move:
    return _back_or_quiet(scene, scene.says("case_timed_out", name=values["name"]))


def _rerouted(scene: Scene, values: Values) -> Move:
    place = values.get("place")
    said = scene.says("case_rerouted", place=place) if place else scene.says("case_rerouted_team")
    return Move(scene.talk, said, aside=True)


def _late(scene: Scene, values: Values) -> Move:
    said = (*scene.says("case_late"), *handoff.contact(scene, scene.talk.run))
    return Move(scene.talk, said, aside=True)


def _scheduled(scene: Scene, values: Values) -> Move:
    """`due`: the day, ISO; `half`: one of `mediation.cases.HALVES`, or nothing."""
    day = in_words(date.fromisoformat(values["due"]), "EEEE d MMMM", scene.library.language)
    half = {MORNING: "case_call_morning", AFTERNOON: "case_call_afternoon"}.get(values.get("half", ""), "case_call_day")
    return Move(not_the_step(scene.talk), scene.says(half, name=values["name"], day=day), aside=True)


def _consent(scene: Scene, values: Values) -> Move:
    """Asks whether the person may read what was said before. What the case already says stands in the talk's."""
    talk = asking(scene.talk, "consent")
    return Move(talk, (scene.ask("case_consent", "oui", "non", name=values["name"]),))


def _step(scene: Scene, values: Values) -> Move:
    """The step that waits, as the assistant would say it."""
    move = runs.show(runs.replace_talk(scene, asked=None, paused=False))
    return replace(move, talk=step_said(move.talk))


def back_with(scene: Scene, said: tuple[Say, ...]) -> Move:
    """The assistant is back: a word, then the step that waits, if there is one."""
    move = back(scene)
    return move.first(*said) if move.talk.run else Move(move.talk, said)


def _back_or_quiet(scene: Scene, said: tuple[Say, ...]) -> Move:
    """The assistant is back without being asked to: who last spoke of a danger is told no step until « reprendre »."""
    move = back_with(scene, said)
    if not scene.talk.alarm:
        return move
    return Move(replace(move.talk, paused=bool(move.talk.run)), said, aside=True)


def _with_way_back(scene: Scene, name: str, values: Values) -> tuple[Say, ...]:
    """The sentence, with the button of the assistant; where choices are numbers, a number is words for the person."""
    if scene.can.numbered:
        return scene.says(name, name=values["name"])
    return (scene.ask(name, "assistant", name=values["name"]),)


TELLING: dict[News, Callable[[Scene, Values], Move]] = {
    "taken": _taken,
    "closed": _closed,
    "given_back": _given_back,
    "released": _released,
    "timed_out": _timed_out,
    "rerouted": _rerouted,
    "late": _late,
    "transferred": _transferred,
    "scheduled": _scheduled,
    "consent": _consent,
    "step": _step,
}
