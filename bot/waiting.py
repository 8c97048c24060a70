"""« C'est quand ? », of a case that waits for somebody: where it waits, until when, and how to go on meanwhile."""

from __future__ import annotations

from datetime import date, timedelta

from bot import handoff, runs
from bot.messages import Event
from bot.owners import Waiting
from bot.scene import Move, Scene
from flows.dates import in_words
from flows.texts import Say
from mediation.cases import MORNING


def told(scene: Scene, case: Waiting) -> Move:
    """Who has the request, until when if that is known, then what waits in the talk."""
    pending = scene.talk.run or scene.talk.asked
    move = runs.show(scene) if pending else runs.what_else(scene)
    said = _standing(scene, case)
    called = set(handoff.contact(scene, scene.talk.run)) & set(said)  # who to call meanwhile was told
    meanwhile = () if called else scene.says("waiting_meanwhile")
    return move.first(*said, *meanwhile).noting(Event("waiting_told"))


def _standing(scene: Scene, case: Waiting) -> tuple[Say, ...]:
    if not scene.helped:
        return (*scene.says("request_kept"), *handoff.contact(scene, scene.talk.run))
    where = scene.says("waiting_place", place=case.place) if case.place else scene.says("waiting_team")
    return (*where, *_until(scene, case))


def _until(scene: Scene, case: Waiting) -> tuple[Say, ...]:
    """The call or the answer that was promised, while its day is to come; else when somebody else is looked for."""
    if case.late:
        return (*scene.says("waiting_late"), *handoff.contact(scene, scene.talk.run))
    if case.on and case.on >= scene.day:
        day = in_words(case.on, "EEEE d MMMM", scene.library.language)
        if case.half:
            name = "half_morning_said" if case.half == MORNING else "half_afternoon_said"
            day = scene.says(name, day=day)[0].text
        return scene.says("waiting_call", day=day)
    if case.due and case.due >= scene.day:
        return scene.says("waiting_due", day=in_words(case.due, "EEEE d MMMM", scene.library.language))
    if case.by and case.by >= scene.at:
        return scene.says("waiting_by", day=near(scene, case.by.astimezone(scene.at.tzinfo).date()))
    return ()


def near(scene: Scene, day: date) -> str:
    """« aujourd'hui », « demain », « lundi 30 novembre »."""
    name = {scene.day: "day_today", scene.day + timedelta(days=1): "day_tomorrow"}.get(day)
    return scene.says(name)[0].text if name else in_words(day, "EEEE d MMMM", scene.library.language)
