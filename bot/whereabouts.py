"""« Dans quelle commune êtes-vous ? »: read in any spelling, by voice or postcode; asked again when not certain."""

from __future__ import annotations

from dataclasses import replace

from bot import aside, choosing, consent, handoff, localities, numbers, runs, visiting
from bot.messages import Event
from bot.scene import Move, Scene
from flows.answers import read_choice
from flows.plain import plain
from flows.texts import Option
from mediation.cases import CALLBACK, PLACE
from mediation.communes import Commune, by_code, label, where

REFUSED = "pas_dire"


def question(scene: Scene) -> Move | None:
    """The commune: always to find a place, and for a call-back if patience is left. None once it is known."""
    case = scene.talk.case
    if "commune" in case or case.get("mode") not in (CALLBACK, PLACE):
        return None
    if case["mode"] == PLACE:
        return handoff.ask_next(scene, "commune", scene.ask("commune_for_place"))
    if not handoff.has_room(scene, kept=int(consent.to_ask(scene))):
        return None
    return handoff.ask_next(scene, "commune", scene.ask("commune_for_call", REFUSED))


def near_me(scene: Scene) -> Move:
    """« Un lieu près de chez moi », apart from any case: what waits is put aside."""
    return again(runs.replace_talk(scene, case=aside.put(scene.talk), asked=None))


def again(scene: Scene) -> Move:
    """The commune asked anew, apart from any case."""
    return handoff.ask_next(scene, "commune", scene.ask("commune_for_place"))


def answer(scene: Scene) -> Move | None:
    """The commune in the text; None when there is none in it."""
    number = numbers.given(scene)
    if number:
        return number
    words = scene.library.words
    no_answer = {word for name in (REFUSED, "non", "ne_sait_pas", "peu_importe") for word in words[name]}
    refused = scene.picked == REFUSED or scene.exact in no_answer
    if refused or (scene.exact == "1" and _offers(scene, REFUSED)):
        return unknown(scene)
    if any(scene.exact in known for known in words.values()):  # a command, whatever commune sounds like it
        return None
    found = where(scene.text)
    if found.kind == "none":
        return None
    alone = localities.alone(found)
    if alone is None:
        return _which(scene, found.communes)
    return settled(scene, alone.code) if found.sure else _confirm(scene, alone)


def searched(scene: Scene) -> Move | None:
    """A commune, as the answer to « voulez-vous que je cherche un lieu ? »; None when it is none."""
    return elsewhere(scene) if _offers(scene, "oui") else None


def elsewhere(scene: Scene) -> Move | None:
    """The places of a commune that is named for sure, where places are spoken of already; None when none is."""
    if any(scene.exact in known for known in scene.library.words.values()):
        return None
    found = where(scene.text)
    if found.kind == "none" or not found.sure:
        return None
    there = handoff.with_case(scene, mode=PLACE) if "questions" in scene.talk.case else scene
    alone = localities.alone(found)
    return settled(there, alone.code) if alone else _which(there, found.communes)


def _offers(scene: Scene, option: str) -> bool:
    return bool(scene.talk.last) and any(one.id == option for one in scene.talk.last[-1].options)


def _is_enough(scene: Scene) -> bool:
    """True when the commune of a call-back may not take one more question: the last one is for the consent."""
    case = scene.talk.case
    calls = "questions" in case and case.get("mode") == CALLBACK
    return calls and not handoff.has_room(scene, kept=int(consent.to_ask(scene)))


def _given_up(scene: Scene) -> Move:
    return unknown(scene).first(*scene.says("commune_unknown"))


def _confirm(scene: Scene, commune: Commune) -> Move:
    if _is_enough(scene):
        return _given_up(scene)
    said = scene.ask("commune_sure", "oui", "non", commune=label(commune))
    return handoff.ask_next(scene, "commune_sure", said, commune.code)


def _which(scene: Scene, communes: tuple[Commune, ...]) -> Move:
    if _is_enough(scene):
        return _given_up(scene)
    said = handoff.choices(scene.ask("commune_which"), *(Option(one.code, label(one)) for one in communes))
    return handoff.ask_next(scene, "commune_which", said, *(one.code for one in communes))


def which(scene: Scene) -> Move | None:
    """One of the communes of that name, or another one."""
    offered = scene.talk.last[-1].options if scene.talk.last else ()
    reading = read_choice(scene.text, offered)
    if reading.ok:
        return settled(scene, str(reading.value))
    alike = [one for one in (by_code(option.id) for option in offered) if one]
    there = localities.in_area(scene.text, alike)
    if there:
        return settled(scene, there.code)
    pointed = scene.exact.startswith(tuple(f"{plain(word)} " for word in scene.library.words["celui_de"]))
    beside = localities.nearest_to(scene.text, alike) if pointed else None
    if beside:
        return _confirm(scene, beside)
    other = (*scene.library.words["autre_chose"], *scene.library.words["non"])
    return _again(scene) if scene.exact in other else answer(scene)


def sure(scene: Scene) -> Move | None:
    """« Est-ce bien … ? »: yes, no, or the right one at once."""
    said = choosing.yes_no(scene)
    assert scene.talk.asked
    if said == "oui":
        return settled(scene, scene.talk.asked.options[0])
    return _again(scene) if said == "non" else answer(scene)


def _again(scene: Scene) -> Move:
    """Another try, by postcode; the last one."""
    if _is_enough(scene):
        return _given_up(scene)
    move = handoff.ask_next(scene, "commune", scene.ask("commune_other"))
    asked = move.talk.asked
    return replace(move, talk=replace(move.talk, asked=asked and replace(asked, misses=1)))


def settled(scene: Scene, code: str) -> Move:
    """The commune is known."""
    event = Event("commune_given")
    if by_code(code) is None:
        return unknown(scene)
    if "questions" in scene.talk.case:
        return handoff.go_on(handoff.with_case(scene, commune=code)).noting(event)
    procedure = scene.talk.run.procedure if scene.talk.run else None
    return visiting.shown(scene, scene.places(code, procedure)).noting(event)


def unknown(scene: Scene) -> Move:
    """The commune is not known and will not be asked again: a call-back goes on without it, a place does not."""
    case = scene.talk.case
    if "questions" not in case:
        return aside.taken_up(scene).first(*scene.says("commune_unknown"))
    if case.get("mode") == PLACE:
        return visiting.instead(handoff.with_case(scene, commune=None), "commune_unknown")
    return handoff.go_on(handoff.with_case(scene, commune=None))
