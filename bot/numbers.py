"""The number to call back, wherever it is given: asked for, instead of a yes, or before it is asked."""

from __future__ import annotations

from dataclasses import replace

from bot import asked, handoff
from bot.scene import Move, Scene
from flows.answers import read_phone


def wanted(scene: Scene) -> Move | None:
    """« À quel numéro ? »: a number, or no call."""
    if scene.picked == "pas_de_rappel" or scene.exact in scene.library.words["pas_de_rappel"] or scene.exact == "1":
        return handoff.with_phone(scene, None)
    return given(scene) or (asked.missed(scene) if read_phone(scene.text).problem else None)


def given(scene: Scene) -> Move | None:
    """The case goes on with the number in the text, None when there is none."""
    reading = read_phone(scene.text)
    return handoff.with_phone(scene, str(reading.value)) if reading.ok else None


def for_a_person(scene: Scene) -> Move | None:
    """A number at « Voulez-vous parler à une personne ? »: yes, and where."""
    if not read_phone(scene.text).ok:
        return None
    begun = handoff.begin(scene, "asked")
    after = given(replace(scene, talk=begun.talk))
    assert after
    return replace(after, handoff=after.handoff or begun.handoff).noting(*begun.events)
