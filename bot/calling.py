"""Being called back: at which number, on which half-day, and what is promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date

from bot import choosing, handoff, phones, standing, ways
from bot.scene import FRENCH, Move, Scene
from flows.answers import read_choice
from flows.dates import in_words
from flows.plain import plain
from flows.texts import Option, Say
from mediation.cases import CALLBACK, LIVE, MORNING
from mediation.working_time import HalfDay, half_days

ANY, OTHER = "peu_importe", "autre_numero"
HALVES = {"morning": "matin", "afternoon": "apres_midi"}
KEYS = 4
CALL = "appel"  # in the words that ask for one

spaced = phones.spaced


def question(scene: Scene) -> Move | None:
    """The number, then the half-day: one question when a number is at hand. None once both are known."""
    case = scene.talk.case
    if case.get("mode") != CALLBACK or ("phone" in case and "when" in case):
        return None
    if "phone" not in case and not scene.phone:
        return handoff.ask_next(scene, "callback_phone", scene.ask("callback_phone", "pas_de_rappel"))
    at_hand = "phone" not in case
    if at_hand:
        scene = handoff.with_case(scene, offered=scene.phone)
    if not handoff.has_room(scene):
        return handoff.go_on(handoff.with_case(scene, phone=case.get("phone") or scene.phone, when={}))
    rest = (ANY, OTHER) if at_hand else (ANY,)
    halves = [_option(scene, half) for half in half_days(scene.territory, scene.at, KEYS - len(rest))]
    if at_hand:
        said = scene.ask("callback_when_here", *rest, phone=spaced(str(scene.phone)))
    else:
        said = scene.ask("callback_when_here", *rest, phone=spaced(str(case["phone"])))  # was it well heard?
    return handoff.ask_next(scene, "callback_when", handoff.choices(said, *halves))


def _option(scene: Scene, half: HalfDay) -> Option:
    morning = half.half == MORNING
    if half.day == scene.day:
        label = scene.says("half_this_morning" if morning else "half_this_afternoon")[0].text
    else:
        label = scene.says("half_morning" if morning else "half_afternoon", day=_day_word(scene, half.day))[0].text
    return Option(f"{half.day.isoformat()}_{half.half}", label[0].upper() + label[1:])


def _day_word(scene: Scene, day: date) -> str:
    """« aujourd'hui », « demain », « lundi »."""
    if day - scene.day <= timedelta(days=1):
        return scene.says("day_today" if day == scene.day else "day_tomorrow")[0].text
    return str(format_date(day, "EEEE", locale=scene.library.language or FRENCH))


def answer(scene: Scene) -> Move | None:
    """A half-day that was offered, any, or another number."""
    offered = scene.talk.last[-1].options if scene.talk.last else ()
    reading = read_choice(scene.text, offered, strict=True)
    if reading.problem:
        return choosing.again(scene, reading.problem)
    said = str(reading.value) if reading.ok else _by_words(scene)
    said = OTHER if scene.exact in scene.library.words[OTHER] else said
    if said is None and choosing.yes_no(scene):
        said = ANY if choosing.yes_no(scene) == "oui" else OTHER if "phone" not in scene.talk.case else None
    if said == OTHER:  # their own correction: patience is not spent on it
        scene = handoff.with_case(scene, questions=scene.talk.case.get("questions", 1) - 1)
        return handoff.ask_next(scene, "callback_phone", scene.ask("callback_other", "pas_de_rappel"))
    if said == ANY:
        return any_time(scene)
    if said:
        day, _, half = said.partition("_")
        return _agreed(scene, day, half or None)
    return no_call(scene) if scene.exact in scene.library.words["pas_de_rappel"] else None


def wished(scene: Scene) -> dict[str, Any]:
    """The half-day that is said before it is asked, as a case keeps it: « rappelez-moi demain matin »."""
    day, _, half = (_by_words(scene) or "").partition("_")
    return {"when": {"on": day, "half": half or None}} if day else {}


def is_only_when(scene: Scene) -> bool:
    """True when the text says a moment, and nothing else: « non, plutôt demain après-midi »."""
    words = scene.library.words
    known = {part for name in HALVES.values() for word in words[name] for part in plain(word).split()}
    days = {part for half in half_days(scene.territory, scene.at, KEYS) for part in _option(scene, half).label.split()}
    parts = ways.bare(scene).split()
    return bool(parts) and set(parts) <= known | {part for day in days for part in plain(day).split()}


def is_wished(scene: Scene) -> bool:
    """True when a call is asked for in so many words, where somebody calls back."""
    option = scene.option("etre_rappele")
    words = tuple(word for word in option.words if " " in word and CALL in word)
    return bool(scene.territory.callback and read_choice(scene.text, (replace(option, words=words),)).ok)


def no_number(scene: Scene) -> Move:
    """No number was understood: an answer here where one can be written, else no call."""
    if ways.writes(scene):
        return handoff.finish(handoff.with_case(scene, mode=LIVE))
    return no_call(scene)


def any_time(scene: Scene) -> Move:
    """Nothing clear was said of when: any time does."""
    return _agreed(scene, None, None)


def _by_words(scene: Scene) -> str | None:
    """« demain », « le matin », « plutôt lundi après-midi »: the first that fits; a day alone, for any half of it.

    None for another day than those of the next half-days: « jeudi matin » is not tomorrow morning.
    """
    said, words = f" {scene.exact} ", scene.library.words
    halves = [_option(scene, half).id for half in half_days(scene.territory, scene.at, KEYS)]
    wanted = [half for half, name in HALVES.items() if any(f" {plain(word)} " in said for word in words[name])]
    days = [id_ for id_ in halves if _is_named(scene, date.fromisoformat(id_.partition("_")[0]))]
    if not days and (len(wanted) != 1 or any(_is_named(scene, scene.day + timedelta(days=n)) for n in range(7))):
        return None
    fits = [id_ for id_ in days or halves if len(wanted) != 1 or id_.endswith(wanted[0])]
    if not fits:
        return None
    return fits[0] if wanted else fits[0].partition("_")[0]


def _is_named(scene: Scene, day: date) -> bool:
    if f" {plain(scene.says('day_after_tomorrow')[0].text)} " in f" {scene.exact} ":  # it has « demain » in it
        return day == scene.day + timedelta(days=2)
    names = _day_word(scene, day), str(format_date(day, "EEEE", locale=scene.library.language or FRENCH))
    return any(f" {plain(name)} " in f" {scene.exact} " for name in names)


def _agreed(scene: Scene, day: str | None, half: str | None) -> Move:
    when = {"on": day, "half": half} if day else {}
    phone = scene.talk.case.get("phone") or scene.talk.case.get("offered")
    return handoff.go_on(handoff.with_case(scene, phone=phone, when=when))


def with_phone(scene: Scene, phone: str) -> Move:
    """Goes on once the number is known."""
    return handoff.go_on(handoff.with_case(scene, mode=CALLBACK, phone=phone))


def no_call(scene: Scene) -> Move:
    """No call-back is wanted, nor anything else: the case waits as it is; what was promised before is undone."""
    case = scene.talk.case
    called = case.get("mode") == CALLBACK and (case.get("phone") or scene.phone)  # somebody would call all the same
    if called and ways.writes(scene) and "again" not in case:
        return handoff.finish(handoff.with_case(scene, mode=LIVE))
    undone = standing.cancelled(scene) if called or "again" in case else None
    if undone:
        return undone
    return handoff.finish(handoff.with_case(scene, mode=None))


def at_once(scene: Scene, reason: str) -> Move:
    """« Être rappelé », after silences: at the number at hand, at any time, with as few questions as can be."""
    arranging = "questions" in scene.talk.case
    move = Move(scene.talk, ()) if arranging else handoff.opened(scene, reason)
    talk = scene.talk
    said_something = bool(talk.run or talk.parked or talk.plans or talk.misses)
    known: dict[str, Any] = {"phone": scene.phone, "when": {}, "commune": None} if scene.phone else {}
    there = handoff.with_case(replace(scene, talk=move.talk), mode=CALLBACK, shows=said_something, **known)
    return handoff.go_on(there).noting(*move.events)


def ask_here(scene: Scene) -> Move:
    """To someone who has just shared a number and has no case yet."""
    move = handoff.opened(scene, "asked")
    return handoff.go_on(handoff.with_case(replace(scene, talk=move.talk), mode=CALLBACK)).noting(*move.events)


def last_word(scene: Scene) -> tuple[Say, ...]:
    """Who calls, and when."""
    case, callback = scene.talk.case, scene.territory.callback
    when, locale = case.get("when") or {}, scene.library.language or FRENCH
    if callback is None or not case.get("phone"):
        return scene.says("callback_none")
    day = in_words(date.fromisoformat(when.get("on") or case["due"]), "EEEE d MMMM", locale)
    if when:
        half = when.get("half")
        if half and when["on"] == scene.day.isoformat():
            day = scene.says("half_this_morning" if half == MORNING else "half_this_afternoon")[0].text
        elif half:
            day = scene.says("half_morning_said" if half == MORNING else "half_afternoon_said", day=day)[0].text
        return scene.says("callback_promise_when", team=scene.territory.team, when=day)
    return scene.says("callback_promise", team=scene.territory.team, due=day, hours=callback.hours)
