"""A turn while a person is in charge: the assistant keeps silent, and what is said goes to that person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot import asked, briefing, charge_calls, closed, framing, overheard, phones, runs, signals
from bot.acts import ACTS
from bot.choosing import yes_no
from bot.messages import Event, HandoffRequest
from bot.relaying import charge, free, is_to_call, is_word, labelled, question, relayed, without_step
from bot.scene import Move, Scene
from flows.safety import Topic
from mediation.cases import NO, UNCLEAR, YES

BACK_KEY = "1"


def worded(scene: Scene, choice: str | None) -> Scene:
    """The scene with the words that the person will read: the label of a button, a choice or key 0, a number shared."""
    if choice:
        scene = framing.pressed(scene, choice)[0]
    if scene.signal == "contact" and scene.phone:
        return replace(scene, text=phones.spaced(scene.phone), signal=None)
    if scene.can.spoken and scene.exact in ("0", "00"):
        return replace(scene, text=scene.option("demande_humain").label)
    return labelled(scene)


def taken_back(scene: Scene) -> Move | None:
    """« Assistant »: the assistant is back, and what waited is said again; None when that is not what is asked."""
    key = scene.can.spoken and scene.exact == BACK_KEY and not question(scene)
    if scene.signal or not (key or is_word(scene, "assistant")):
        return None
    move = back(scene)
    return replace(move.first(*scene.says("assistant_back")), takes_back=True).noting(Event("assistant_back"))


def back(scene: Scene) -> Move:
    """What the assistant says when it takes over: the step that waits, or « autre chose ? »."""
    there = runs.replace_talk(scene, asked=None, case={}, paused=False, misses=0, silences=0, checks=0)
    return runs.show(there) if there.talk.run else runs.what_else(there)


def here(scene: Scene) -> Move | None:
    """« Assistant », when nobody else answers: it is here, and what waited is said again."""
    return runs.show(scene).first(*scene.says("assistant_here")) if is_word(scene, "assistant") else None


def in_danger(scene: Scene, topic: Topic) -> Move:
    """The number to call first, as always; the person reads the message too, and nobody is to count on it at night."""
    said = (*topic.answer(scene.text), *scene.says("charge_gets_it", name=charge(scene).name))
    move = Move(free(scene), said, (Event("safety", detail=topic.id),), relayed=True)
    return closed.told_anyway(scene, move)


def _passed_on(scene: Scene) -> Move:
    """The words go to the person, with what is said of a danger that is heard in them."""
    topic, likely = overheard.danger(scene)
    return in_danger(scene, topic) if topic else relayed(scene).first(*likely)


def untouched(scene: Scene, move: Move) -> Move:
    """The move, with the runs of `scene` as they stood: what changed in their files is told later."""
    if move.forget:
        return move
    return replace(move, talk=replace(move.talk, run=scene.talk.run, parked=scene.talk.parked))


def answer(scene: Scene) -> Move:
    """What is said, and whether the message goes to the person. Nothing is said to words that are simply passed on."""
    if scene.signal and not (scene.signal in signals.WITH_WORDS and scene.text):
        return SIGNALS.get(scene.signal, _refused)(scene)
    if not scene.text.strip():
        return status(scene)
    if scene.talk.more and is_word(scene, "suite"):  # before anything is answered that was not read
        return Move(replace(scene.talk, more=()), scene.talk.more, aside=True)
    return _answered(scene) or _command(scene) or _passed_on(scene)


def status(scene: Scene) -> Move:
    """Who is in charge, and how to have the assistant again."""
    who = charge(scene)
    said = scene.says("charge_reads_call" if is_to_call(who) else "charge_reads", name=who.name)
    return closed.told_anyway(scene, Move(scene.talk, said, aside=True))


def _answered(scene: Scene) -> Move | None:
    """The answer to « tout effacer ? » or « peut-elle lire ? », the only questions asked meanwhile."""
    pending, said = question(scene), yes_no(scene)
    if pending == "forget" and said:
        move = asked.YES_NO["forget"](scene, said == "oui")
        return move if move.forget else Move(free(scene), scene.says("forget_refused"))
    if pending == "consent":
        return _consented(scene, {"oui": YES, "non": NO}.get(said or "", UNCLEAR))
    return None


def _consented(scene: Scene, outcome: str) -> Move:
    """Whether the person may read what was said before; anything but a yes or a no is also words for them."""
    case, run = scene.talk.case, scene.talk.run
    answers = briefing.answers(scene, {"run": run.to_json()}) if outcome == YES and run else None
    recap = case.get("recap") or briefing.recap(scene, run)
    wanted = HandoffRequest(case.get("reason", "asked"), recap, answers=answers, consent=outcome)
    event = Event("handoff_consent", detail=outcome)
    if outcome == UNCLEAR:
        move = _passed_on(scene)
        return replace(move.noting(event), talk=replace(move.talk, case=closed.kept(move.talk.case)), handoff=wanted)
    talk = replace(free(scene), case=closed.kept(case))
    said = scene.says("case_consent_yes" if outcome == YES else "case_consent_no", name=charge(scene).name)
    return Move(talk, said, (event,), handoff=wanted)


def _command(scene: Scene) -> Move | None:
    """What the assistant still does itself: forgets all, says what is kept, who has the case, what waits to be read."""
    if scene.talk.alarm and is_word(scene, "reprendre"):  # what the words about a danger tell to write
        return replace(status(scene), relayed=True)
    if is_word(scene, "oublier"):
        return ACTS["oublier"](scene)
    if is_word(scene, "donnees"):
        known = ACTS["donnees"](scene)
        return without_step(scene, known) if known else None
    if is_word(scene, "demande_humain"):
        return charge_calls.person(scene) if scene.can.spoken else replace(status(scene), relayed=True)
    return charge_calls.command(scene) if scene.can.spoken else None


def _linked(scene: Scene) -> Move:
    """The conversation goes on here: the person reads this channel too."""
    return status(scene).first(*scene.says("linked"))


def _stopped(scene: Scene) -> Move:
    return Move(scene.talk, scene.says("sms_stop_done"), (Event("opted_out"),), aside=True)


def _about_us(scene: Scene) -> Move:
    return Move(scene.talk, scene.says("sms_info", team=scene.territory.team), aside=True)


def _refused(scene: Scene) -> Move:
    """Why this cannot be passed on, in the words of always."""
    move = signals.answer(replace(scene, nearby=()))
    assert move
    return replace(without_step(scene, move), aside=True)


SIGNALS: dict[str, Callable[[Scene], Move]] = {
    **charge_calls.SIGNALS,
    "linked": _linked,
    "start": status,
    "stop": _stopped,
    "info": _about_us,
}
