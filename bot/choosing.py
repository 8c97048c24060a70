"""Choices among what was shown: a heading of the menu, a procedure, a thing of the list."""

from __future__ import annotations

from bot import handoff, menus, plans, runs, silences
from bot.scene import Move, Scene
from flows.answers import read_choice, read_yes_no
from flows.plain import plain


def yes_no(scene: Scene) -> str | None:
    """« oui », « non », or None when it is neither: three things, never two."""
    reading = read_yes_no(scene.text, scene.library.words)
    return str(reading.value) if reading.ok else None


def theme(scene: Scene) -> Move | None:
    """A heading or a procedure of the menu."""
    assert scene.talk.asked
    options = tuple(scene.option(id_) for id_ in scene.talk.asked.options)
    reading = read_choice(scene.text, options, strict=True)
    if reading.problem:
        return again(scene, reading.problem)
    return menus.chosen(runs.replace_talk(scene, asked=None), str(reading.value)) if reading.ok else None


def again(scene: Scene, problem: str) -> Move:
    """The same choice once more, with why the answer was not taken."""
    return runs.show(scene).first(*scene.says(problem))


def procedure(scene: Scene) -> Move | None:
    """One of the procedures shown, the others, or « autre chose »."""
    assert scene.talk.asked
    pressed = scene.talk.last[-1].options if scene.talk.last else ()
    reading = read_choice(scene.text, pressed)
    if reading.problem:
        return again(scene, reading.problem)
    if not reading.ok:
        return None
    if reading.value == menus.MORE:
        return menus.listed(scene, scene.talk.asked.options)
    if reading.value == "autre_chose":
        return handoff.offer(scene, "person_offer")
    return menus.chosen(runs.replace_talk(scene, asked=None), str(reading.value))


def which(scene: Scene) -> Move | None:
    """« Est-ce … ? »: one of those shown; « oui » when there is only one."""
    assert scene.talk.asked
    options = scene.talk.asked.options
    said = yes_no(scene) if len(options) == 1 and plain(scene.text) not in ("1", "2") else None
    if said == "oui":
        return runs.propose(runs.replace_talk(scene, asked=None), options[0])
    if said == "non":
        return menus.themes(scene, "what_need")
    return procedure(scene)


def task(scene: Scene) -> Move | None:
    """What to do with the thing offered from the list: now, later, or done already."""
    assert scene.talk.asked
    pressed = scene.talk.last[-1].options if scene.talk.last else ()
    reading = read_choice(scene.text, pressed, strict=True)
    if reading.problem:
        return again(scene, reading.problem)
    said = yes_no(scene)
    if not reading.ok and said is None:
        return None
    choice = str(reading.value) if reading.ok else task_choice(scene, str(said))
    return plans.answered(scene, scene.talk.asked.options[0], choice)


def silence(scene: Scene) -> Move | None:
    """After silences: a call-back, a recap by SMS, or going on."""
    pressed = scene.talk.last[-1].options if scene.talk.last else ()
    reading = read_choice(scene.text, pressed)
    return silences.offer_answered(scene, str(reading.value)) if reading.ok else None


def task_choice(scene: Scene, said: str) -> str:
    """« Oui » is the first choice shown, « non » always puts off."""
    pressed = scene.talk.last[-1].options if scene.talk.last else ()
    return "plus_tard" if said == "non" or not pressed else pressed[0].id
