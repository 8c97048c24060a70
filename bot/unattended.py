"""While nobody of the team has an account: the request is kept, and nothing is promised, neither a day nor a call."""

from __future__ import annotations

from dataclasses import replace

from bot import recaps
from bot.messages import Send
from bot.scene import Scene
from flows.texts import Say
from mediation.cases import PLACE


def without_promises(scene: Scene) -> Scene:
    """The scene as it is where nobody calls back nor answers; unchanged where somebody can."""
    if scene.helped:
        return scene
    return replace(scene, territory=scene.territory.model_copy(update={"callback": None}))


def last_word(scene: Scene) -> tuple[Say, ...]:
    """Where to go, without a code that nobody could read; else that the request is kept."""
    place = _place(scene)
    if place is None:
        return scene.says("request_kept")
    said = scene.says("place_noted", place=place["name"])
    if scene.can.spoken and place.get("speech") and not sends(scene):  # nothing to read: the address once more
        return (Say(place["sms"], None, place["speech"]), *said)
    return said


def sends(scene: Scene) -> tuple[Send, ...]:
    """The address by SMS, to who chose a place on the phone."""
    place = _place(scene)
    texted = place and scene.can.spoken and recaps.wants_texts(scene)
    return (recaps.to_phone(scene, Say(str(place["sms"]))),) if place and texted else ()


def _place(scene: Scene) -> dict[str, str] | None:
    case = scene.talk.case
    chosen: dict[str, str] | None = case.get("chosen")
    return chosen if case.get("mode") == PLACE and case.get("place") else None
