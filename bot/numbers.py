"""The number to call back, wherever it is given: asked for, instead of a yes, or before it is asked."""

from __future__ import annotations

from bot import calling, handoff, ways
from bot.scene import Move, Scene
from flows.answers import read_phone
from mediation.cases import CALLBACK


def wanted(scene: Scene) -> Move | None:
    """« À quel numéro ? »: a number, or no call."""
    if scene.picked == "pas_de_rappel" or scene.exact in scene.library.words["pas_de_rappel"] or scene.exact == "1":
        return calling.no_call(scene)
    if scene.exact in scene.library.words["sans_telephone"]:
        return ways.without_phone(scene)
    return given(scene)


def given(scene: Scene) -> Move | None:
    """The case goes on with the number in the text, None when there is none."""
    reading = read_phone(scene.text)
    callable_ = reading.ok and scene.territory.callback is not None and handoff.in_hand(scene)
    return calling.with_phone(scene, str(reading.value)) if callable_ else None


def for_a_person(scene: Scene) -> Move | None:
    """A number at « Voulez-vous parler à une personne ? »: yes, and where."""
    reading = read_phone(scene.text)
    if not reading.ok or scene.territory.callback is None:
        return None
    return handoff.begin(scene, handoff.why_offered(scene), mode=CALLBACK, phone=str(reading.value))
