"""What comes in place of words: a photo, a sticker, a silence, a call that begins. Each has its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot import aside, calling, courtesy, handoff, linking, phone_line, runs, silences, transfers, visiting
from bot.messages import Event
from bot.scene import Move, Scene


def answer(scene: Scene) -> Move | None:
    """The move for a signal; None when there are words. Raises KeyError for a signal that no one defined."""
    if scene.signal in WITH_WORDS and scene.text:
        return None
    return SIGNALS[scene.signal](scene) if scene.signal else None


def _told(sentence: str) -> Callable[[Scene], Move]:
    """Says why this cannot be used, then what waits again."""

    def move(scene: Scene) -> Move:
        return runs.show(scene).first(*scene.says(sentence)).noting(Event("signal", detail=scene.signal))

    return move


def _started(scene: Scene) -> Move:
    return courtesy.hello(runs.without_question(scene))


def _stopped(scene: Scene) -> Move:
    talk = replace(scene.talk, paused=bool(scene.talk.run))
    return Move(talk, scene.says("sms_stop_done"), (Event("opted_out"),))


def _about_us(scene: Scene) -> Move:
    said = scene.says("sms_info", team=scene.territory.team)
    return Move(scene.talk, said, (Event("signal", detail="info"),))


def _contact(scene: Scene) -> Move:
    """A number shared by its owner: the one to call back at, once they say so."""
    if scene.phone is None:
        return _told("sticker_seen")(scene)
    if handoff.in_hand(scene):
        return calling.with_phone(scene, scene.phone)
    return calling.ask_here(scene)


def _around(scene: Scene) -> Move:
    """A position: the nearest places that help, then what waits. It is used for that, and not kept."""
    if not scene.nearby:
        return _told("location_not_used")(scene)
    if handoff.in_hand(scene) and scene.talk.asked and scene.talk.asked.kind in WHERE:
        return visiting.here(scene)
    event = Event("places_shown", scene.talk.run.procedure if scene.talk.run else None)
    there = aside.taken_up(scene) if scene.talk.asked and scene.talk.asked.kind in WHERE else runs.show(scene)
    return there.first(*scene.says("places_near"), *visiting.told(scene.nearby)).noting(event)


# Questions that a position answers.
WHERE = ("way", "commune", "commune_which", "commune_sure")
WITH_WORDS = ("photo", "file")
SIGNALS: dict[str, Callable[[Scene], Move]] = {
    "call": phone_line.begun,
    "silence": silences.silence,
    "hung_up": phone_line.hung_up,
    "transfer_done": transfers.done,
    "transfer_failed": transfers.failed,
    "linked": linking.linked,
    "linked_already": linking.linked_already,
    "code_refused": linking.refused,
    "code_too_many": linking.too_many,
    "photo": _told("photo_refused"),
    "file": _told("photo_refused"),
    "voice_note": _told("voice_note_unheard"),
    "sticker": _told("sticker_seen"),
    "emoji": _told("sticker_seen"),
    "location": _around,
    "too_long": _told("too_long_text"),
    "edited": _told("edited_seen"),
    "forwarded": _told("forwarded_seen"),
    "contact": _contact,
    "start": _started,
    "info": _about_us,
    "stop": _stopped,
}
