"""Going to a place: those that help near the citizen, the one chosen, and the code to bring there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot import aside, choosing, handoff, localities, recaps, runs
from bot.messages import RECAP_CODE, Event, Nearby, Send
from bot.scene import Move, Scene
from flows.answers import read_choice
from flows.run import Run
from flows.texts import Say
from mediation.cases import CALLBACK, PLACE

SHOWN = 2
RANKS = ("le_premier", "le_deuxieme")
NONE = "aucun_lieu"
FRANCE_SERVICES = "france_services"


def question(scene: Scene) -> Move | None:
    """The places near the commune; None when no place is wanted, or one is chosen."""
    case = scene.talk.case
    if case.get("mode") != PLACE or "place" in case or not case.get("commune"):
        return None
    procedure = (case.get("run") or {}).get("procedure") or case["recap"].get("proposed")
    found = scene.places(str(case["commune"]), procedure)
    return _offered(scene, found) if found else instead(scene, "place_none")


def told(places: Sequence[Nearby]) -> tuple[Say, ...]:
    """The places in turn, one message each, where nothing more will be sent: a voice says the street too."""
    return tuple(_say(place, _heard(place)) for place in places[:SHOWN])


def _say(place: Nearby, speech: str) -> Say:
    return Say(place.text, place.sms or None, speech)


def _heard(place: Nearby) -> str:
    return place.whole or place.speech


def _offered(scene: Scene, places: Sequence[Nearby]) -> Move:
    """The places, then which one; for who has no case, which one to get by SMS, or to hear whole."""
    kept = [
        {"id": place.id, "name": place.name, "sms": place.sms or place.text, "speech": _heard(place)}
        for place in places[:SHOWN]
    ]
    there = handoff.with_case(scene, places=kept)
    by_sms = "questions" not in scene.talk.case and recaps.wants_texts(scene)
    if len(kept) > 1:
        said = scene.ask("place_sms_which" if by_sms else "place_which", *RANKS, NONE)
    else:
        said = scene.ask("place_sms_one" if by_sms else "place_one", "oui", "non")
    move = handoff.ask_next(there, "place", said)
    # The street comes with the one chosen, said or by SMS: nobody remembers two addresses.
    brief = tuple(_say(place, place.speech) for place in places[:SHOWN])
    return move.first(*scene.says("places_here"), *brief).noting(_event(scene))


def _event(scene: Scene) -> Event:
    return Event("places_shown", scene.talk.run.procedure if scene.talk.run else None)


def shown(scene: Scene, places: Sequence[Nearby]) -> Move:
    """The places for who has no case; a caller may have one by SMS. Then what waited."""
    if not places:
        return aside.taken_up(scene).first(*scene.says("place_none"))
    if scene.can.spoken and (len(places) > 1 or recaps.wants_texts(scene)):
        return _offered(scene, places)
    says = (*scene.says("places_here"), *told(places), *scene.says("place_prepare"))
    return replace(aside.taken_up(scene), slower=scene.can.spoken).first(*says).noting(_event(scene))


def at_the_end(scene: Scene, ended: Run) -> tuple[Say, ...]:
    """The places themselves, at the end of the procedure that prepares for going to one."""
    if scene.library.procedures[ended.procedure].organisme != FRANCE_SERVICES:
        return ()
    commune = localities.given(scene, ended)
    found = scene.places(commune, ended.procedure) if commune else ()
    return (*scene.says("places_here"), *told(found)) if found else ()


def here(scene: Scene) -> Move:
    """The places around the position that was sent, while a case is being arranged. The position is not kept."""
    if scene.talk.case.get("mode") == CALLBACK:
        return handoff.go_on(handoff.with_case(scene, commune=None))
    there = handoff.with_case(scene, mode=PLACE, commune=None)
    move = _offered(there, scene.nearby)
    return replace(move, handoff=handoff.request(scene, move.talk.case))


def answer(scene: Scene) -> Move | None:
    """The first, the second, or none of them."""
    places = scene.talk.case.get("places") or []
    offered = scene.talk.last[-1].options if scene.talk.last else ()
    said = choosing.yes_no(scene) if len(places) == 1 else None
    if said:
        return chosen(scene, 0) if said == "oui" else refused(scene)
    reading = read_choice(scene.text, offered)
    if reading.problem:
        return choosing.again(scene, reading.problem)
    if reading.ok and reading.value in RANKS:
        return chosen(scene, RANKS.index(str(reading.value)))
    none = reading.value == NONE or scene.exact in (*scene.library.words["non"], *scene.library.words["autre_chose"])
    return refused(scene) if none else None


def chosen(scene: Scene, rank: int) -> Move:
    """One of the places is chosen."""
    case = scene.talk.case
    place = case["places"][rank]
    if "questions" in case:
        return handoff.go_on(handoff.with_case(scene, place=place["id"], chosen=place))
    move = aside.taken_up(_without_places(scene))
    if not _texted(scene):
        whole = Say(str(place["sms"]), None, str(place["speech"]))
        return replace(move, slower=scene.can.spoken).first(whole, *scene.says("place_prepare"))
    return replace(move.first(*scene.says("sms_recap_sent")), sends=(_sent(scene, place),)).noting(Event("recap"))


def refused(scene: Scene) -> Move:
    """None of the places: a call-back, or what waited."""
    if "questions" in scene.talk.case:
        return instead(scene, "place_refused")
    return aside.taken_up(_without_places(scene))


def _without_places(scene: Scene) -> Scene:
    case = {name: value for name, value in scene.talk.case.items() if name != "places"}
    return runs.replace_talk(scene, case=case)


def instead(scene: Scene, sentence: str) -> Move:
    """No place: a call-back instead, where somebody calls back."""
    mode = CALLBACK if scene.territory.callback else None
    move = handoff.go_on(handoff.with_case(scene, mode=mode, commune=scene.talk.case.get("commune")))
    said = scene.library.sentence(sentence, scene.day)
    return move.first(said, *(scene.says("call_instead") if mode else ()))


def has_code(case: Mapping[str, Any]) -> bool:
    """True when the last word tells a code to bring."""
    return case.get("mode") == PLACE and bool(case.get("place"))


def last_word(scene: Scene) -> tuple[Say, ...]:
    """Where to go, the code to bring; and that one may just go."""
    case = scene.talk.case
    if not has_code(case):
        return scene.says("callback_none")
    place = case["chosen"]
    name = "place_again" if case.get("again") else "place_chosen"  # a code told again is another one
    said = scene.says(name, place=place["name"], code=RECAP_CODE)
    if _texted(scene):
        return (*said, *scene.says("place_by_sms"))
    if scene.can.spoken and place.get("speech"):  # nothing to read: the address once more
        return (Say(place["sms"], None, place["speech"]), *said)
    return said


def sends(scene: Scene) -> tuple[Send, ...]:
    """The address by SMS, with the code, to who chose a place on the phone."""
    case = scene.talk.case
    if not has_code(case) or not _texted(scene):
        return ()
    return (_sent(scene, case["chosen"], *scene.says("place_code", code=RECAP_CODE)),)


def _texted(scene: Scene) -> bool:
    return scene.can.spoken and recaps.wants_texts(scene)


def _sent(scene: Scene, place: Mapping[str, Any], *more: Say) -> Send:
    return recaps.to_phone(scene, Say(str(place["sms"])), *more)
