"""Choosing a procedure: the menu by themes, exact names, and « which of these ? »."""

from __future__ import annotations

from bot import runs
from bot.scene import Move, Scene, asking
from flows.plain import plain

PAGE = 4
MORE = "plus"


def arrive(scene: Scene) -> Move:
    """An empty message, or one with nothing left to read: the welcome, or the waiting question again."""
    if scene.talk.greeted:
        return runs.show(scene)
    return themes(scene, "what_need").first(*scene.says("welcome", "welcome_privacy"))


def themes(scene: Scene, sentence: str = "menu_theme") -> Move:
    """The first level of the menu."""
    ids = tuple(theme.id for theme in scene.library.menu)
    return Move(asking(scene.talk, "theme", *ids), (scene.ask(sentence, *ids),))


def theme(scene: Scene, id_: str) -> Move:
    """The procedures of a theme, or the only one."""
    procedures = next(theme.procedures for theme in scene.library.menu if theme.id == id_)
    return listed(scene, procedures) if len(procedures) > 1 else runs.propose(scene, procedures[0])


def listed(scene: Scene, procedures: tuple[str, ...], sentence: str = "menu_procedures") -> Move:
    """Procedures to choose from, four choices at a time, the last one leading to the others."""
    shown = procedures if len(procedures) <= PAGE else (*procedures[: PAGE - 1], MORE)
    rest = procedures if len(procedures) <= PAGE else (*procedures[PAGE - 1 :], *procedures[: PAGE - 1])
    return Move(asking(scene.talk, "procedure", *rest), (scene.ask(sentence, *shown),))


def which(scene: Scene, procedures: tuple[str, ...]) -> Move:
    """« Est-ce … ? » between two or three procedures, with a way out."""
    said = scene.ask("which_one", *procedures, "autre_chose")
    return Move(asking(scene.talk, "which", *procedures), (said,))


def named(scene: Scene) -> Move | None:
    """The procedure or theme whose name or exact words are the whole text; a choice when they mean several."""
    for ambiguity in scene.library.ambiguous:
        if scene.exact in ambiguity.words:
            return which(scene, ambiguity.procedures)
    for id_, procedure in scene.library.procedures.items():
        if scene.exact in (plain(id_), plain(procedure.button), *scene.option(id_).words):
            return runs.propose(scene, id_)
    found = next((t.id for t in scene.library.menu if scene.exact in (plain(t.label), *t.words)), None)
    return theme(scene, found) if found else None


def mentioned(scene: Scene) -> str | None:
    """The only procedure whose words stand somewhere in the text, other than the one in hand."""
    text = f" {scene.exact} "
    current = scene.talk.run.procedure if scene.talk.run else None
    found = [
        id_
        for id_ in scene.library.procedures
        if id_ != current and any(len(word) > 2 and f" {word} " in text for word in scene.option(id_).words)
    ]
    return found[0] if len(found) == 1 else None
