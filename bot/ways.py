"""« Comment voulez-vous être aidé ? »: in writing here, by a call-back, or in a place."""

from __future__ import annotations

from datetime import date

from bot import aside, briefing, calling, choosing, handoff, numbers, runs, standing, transfers, whereabouts
from bot.scene import Move, Scene
from flows.answers import read_choice, read_phone
from flows.dates import in_words
from flows.plain import plain
from flows.texts import Say
from mediation.cases import CALLBACK, LIVE, PLACE

WRITING, CALLING, GOING = "ecrire", "etre_rappele", "lieu"
MODES = {WRITING: LIVE, CALLING: CALLBACK, GOING: PLACE}
OF_A_WAY = ("mode", "when", "place", "places", "chosen")


def asked_for(scene: Scene) -> Move:
    """« Un humain »: the call passed on where somebody may pick up, else the case and its questions."""
    if handoff.in_hand(scene):
        return insisted(scene)
    number = read_phone(scene.text)
    if number.ok and scene.territory.callback:  # « rappelez-moi au 06… »
        there = {"mode": CALLBACK, "phone": str(number.value), **calling.wished(scene)}
        return handoff.begin(scene, _why(scene), **there)
    if calling.is_wished(scene) and not standing.holds(scene):
        return handoff.begin(scene, _why(scene), mode=CALLBACK, **calling.wished(scene))
    if transfers.possible(scene):
        return transfers.begin(scene, _why(scene))
    return handoff.begin(scene, _why(scene))


def _why(scene: Scene) -> str:
    """Why a person is asked for, as far as can be told."""
    if scene.talk.alarm:
        return "safety"
    waits = runs.waiting(scene) if not scene.busy else None
    return "expired_fact" if briefing.out_of_date(scene, waits) else "asked"


def place_wanted(scene: Scene) -> Move:
    """« Un lieu près de chez moi »: a way to be helped, or a question of its own."""
    put_aside = aside.KEY in scene.talk.case and "questions" in scene.talk.case  # by silences
    return chosen(scene, GOING) if handoff.in_hand(scene) or put_aside else whereabouts.near_me(scene)


def without_phone(scene: Scene) -> Move:
    """« Je n'ai pas de téléphone », where a number is asked: the ways that are left."""
    kept = {name: value for name, value in scene.talk.case.items() if name not in OF_A_WAY}
    there = runs.replace_talk(scene, asked=None, case={**kept, "questions": 1, "no_phone": True})
    return handoff.go_on(there) if writes(there) else chosen(there, GOING)


def question(scene: Scene) -> Move | None:
    """Which way; None once it is known. Where nobody calls back nor writes, a place only."""
    if "mode" in scene.talk.case:
        return None
    options = _open(scene)
    if options == (GOING,):
        said = scene.ask("ways_place", "oui", "non")
        return handoff.ask_next(scene, "way", said).first(*(scene.says("callback_closed") if scene.helped else ()))
    return handoff.ask_next(scene, "way", scene.ask("ways", *options)).first(*who_is_there(scene))


def _open(scene: Scene) -> tuple[str, ...]:
    """The ways that are open now, here."""
    team = scene.territory.callback is not None
    writes = not scene.can.spoken and (team or scene.staffed)
    calls = team and "no_phone" not in scene.talk.case
    return (*((WRITING,) if writes else ()), *((CALLING,) if calls else ()), GOING)


def who_is_there(scene: Scene) -> tuple[Say, ...]:
    """Whether somebody can answer in writing now, and if not, when; a caller hears it with the promise."""
    if scene.can.spoken:
        return ()
    return scene.says("handoff_staffed") if scene.staffed else _when(scene, "handoff_hours")


def when_told(scene: Scene) -> tuple[Say, ...]:
    """The answer to « c'est quand ? » before anything is promised, a caller's too."""
    if not scene.helped:
        return scene.says("request_kept")
    return who_is_there(scene) or _when(scene, "handoff_hours")


def _when(scene: Scene, sentence: str) -> tuple[Say, ...]:
    callback, due = scene.territory.callback, scene.talk.case.get("due")
    if not callback or not due:
        return ()
    day = in_words(date.fromisoformat(due), "EEEE d MMMM", scene.library.language)
    return (scene.library.sentence(sentence, scene.day, team=scene.territory.team, due=day, hours=callback.hours),)


def answer(scene: Scene) -> Move | None:
    """A way that was offered, a number to call at, or none of that."""
    number = numbers.given(scene)
    if number:
        return number
    wrong = read_phone(scene.text).problem
    if wrong and scene.territory.callback:
        return chosen(scene, CALLING).first(*scene.says(wrong))
    if scene.exact in scene.library.words["pas_de_rappel"]:
        return calling.no_call(scene)
    offered = scene.talk.last[-1].options if scene.talk.last else ()
    reading = read_choice(bare(scene), offered)
    if reading.problem:
        return choosing.again(scene, reading.problem)
    if reading.value == "non":
        return calling.no_call(scene)
    if reading.ok:
        return chosen(scene, GOING if reading.value == "oui" else str(reading.value))
    words = scene.library.words
    if not scene.territory.callback and bare(scene) in (*words[WRITING], *words[CALLING]):
        return choosing.again(scene, "callback_closed" if scene.helped else "request_kept")
    early = scene.territory.callback and calling.wished(scene)  # « plutôt demain matin »
    return chosen(scene, CALLING) if early else None


def chosen(scene: Scene, way: str) -> Move:
    """The way is known, and for a call sometimes when."""
    early = calling.wished(scene) if way == CALLING else {}
    case = {name: value for name, value in scene.talk.case.items() if name not in ("place", "chosen")}
    return handoff.go_on(handoff.with_case(runs.replace_talk(scene, case=case), mode=MODES[way], **early))


def turned(scene: Scene, strict: bool = False) -> Move | None:
    """« Finalement un lieu », at a later question: that way, and its questions. None when no other way is named.

    `strict`: by the exact words of a way only.
    """
    case = scene.talk.case
    if not handoff.in_hand(scene) or scene.exact.isdigit() or "mode" not in case:
        return None
    reading = read_choice(bare(scene), tuple(scene.option(way) for way in _open(scene)), strict)
    if not reading.ok or MODES[str(reading.value)] == case["mode"]:
        return None
    kept = {name: value for name, value in case.items() if name not in OF_A_WAY}
    return chosen(runs.replace_talk(scene, asked=None, case={**kept, "questions": 1}), str(reading.value))


def writes(scene: Scene) -> bool:
    """True where an answer may come in writing."""
    return WRITING in _open(scene)


def bare(scene: Scene) -> str:
    """The text, without the words of who changes their mind: « non, plutôt un lieu »."""
    said = f" {scene.exact} "
    for words in sorted(scene.library.words["plutot"], key=len, reverse=True):
        said = said.replace(f" {plain(words)} ", " ")
    return said.strip() or scene.text


def insisted(scene: Scene) -> Move:
    """A person asked for again while their help is being arranged: no other case, no loop, and soon a promise."""
    case = scene.talk.case
    waits = scene.talk.asked.kind if scene.talk.asked else ""
    said = answer(scene) if waits == "way" and not scene.exact.isdigit() else turned(scene)
    if said:  # « rappelez-moi » asks for a person, and is a way too
        return said
    if transfers.possible(scene) and not case.get("rung"):
        return transfers.begin(scene, str(case["reason"]))
    if waits == "standing":
        return standing.changed(scene)
    if case.get("pressed"):
        return straight(scene)
    return runs.show(handoff.with_case(scene, pressed=True)).first(*scene.says("handoff_noted"))


def straight(scene: Scene) -> Move:
    """The promise at once, with what is known: a call at the number at hand, else an answer here."""
    case = scene.talk.case
    phone = case.get("phone") or scene.phone
    if scene.territory.callback and phone:
        return handoff.finish(handoff.with_case(scene, mode=CALLBACK, phone=phone))
    waits = scene.talk.asked.kind if scene.talk.asked else ""
    if scene.can.spoken and scene.territory.callback and waits != "callback_phone":
        return handoff.go_on(handoff.with_case(scene, mode=CALLBACK))
    if WRITING in _open(scene):
        return handoff.finish(handoff.with_case(scene, mode=LIVE))
    return handoff.finish(handoff.with_case(scene, mode=None))


def left(scene: Scene) -> Move:
    """The promise, for who leaves in the middle of the questions: with what is known, and no other question."""
    waits = scene.talk.asked.kind if scene.talk.asked else ""
    if waits == "standing":
        return standing.answered(scene, True)
    if waits == "consent":  # nothing was agreed to: nothing is shown
        return handoff.finish(scene)
    return straight(scene)


def last_word(scene: Scene) -> tuple[Say, ...]:
    """Where and when the answer comes, for who writes."""
    return scene.says("live_now") if scene.staffed else _when(scene, "live_later") or scene.says("live_soon")
