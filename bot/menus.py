"""Choosing a procedure: the menu by themes, exact names, and « which of these ? »."""

from __future__ import annotations

from bot import runs
from bot.scene import Move, Scene, asking
from flows.answers.letters import titled_letter
from flows.library import Letter
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
    ids = scene.library.first_menu
    return Move(asking(scene.talk, "theme", *ids), (scene.ask(sentence, *ids),))


def theme(scene: Scene, id_: str) -> Move:
    """What stands under a heading: procedures or other headings, or the only one."""
    items = scene.library.theme(id_).items
    if not items:  # nothing under it is translated
        return Move(asking(scene.talk, "person"), (scene.ask("french_only", "oui", "non"),))
    return listed(scene, items) if len(items) > 1 else chosen(scene, items[0])


def chosen(scene: Scene, item: str) -> Move:
    """The heading opened, or the procedure proposed."""
    return theme(scene, item) if item in scene.library.menu else runs.propose(scene, item)


def listed(scene: Scene, items: tuple[str, ...], sentence: str = "menu_procedures") -> Move:
    """Items to choose from, four choices at a time, the last one leading to the others."""
    shown = items if len(items) <= PAGE else (*items[: PAGE - 1], MORE)
    rest = items if len(items) <= PAGE else (*items[PAGE - 1 :], *items[: PAGE - 1])
    return Move(asking(scene.talk, "procedure", *rest), (scene.ask(sentence, *shown),))


def which(scene: Scene, procedures: tuple[str, ...], sentence: str = "which_one") -> Move:
    """« Est-ce … ? » between two or three procedures, with a way out."""
    said = scene.ask(sentence, *procedures, "autre_chose")
    return Move(asking(scene.talk, "which", *procedures), (said,))


def named(scene: Scene) -> Move | None:
    """The procedure or theme whose name or exact words are the whole text; a choice when they mean several."""
    wanted = needed(scene)
    for ambiguity in scene.library.ambiguous:
        if wanted in ambiguity.words:
            return which(scene, ambiguity.procedures)
    for id_, procedure in scene.library.procedures.items():
        if scene.exact in (plain(id_), plain(procedure.button), *scene.option(id_).words):
            return runs.propose(scene, id_)
    letter = scene.library.letters.get(titled_letter(scene.text, scene.library.letters) or "")
    if letter:
        return by_letter(scene, letter)
    found = next((t.id for t in scene.library.menu.values() if scene.exact in (plain(t.label), *t.words)), None)
    return theme(scene, found) if found and scene.exact else None


def linked_to(scene: Scene) -> Move | None:
    """The procedure whose very id was sent, as a link does: nobody writes « caf_dtr » to answer what waits."""
    id_ = scene.text.strip()
    known = "_" in id_ and id_ in scene.library.procedures
    return runs.propose(runs.without_question(scene), id_) if known else None


def needed(scene: Scene) -> str:
    """The text without what opens it: « je voudrais une attestation » → « une attestation »."""
    starts = sorted(scene.library.need_starts, key=len, reverse=True)
    start = next((start for start in starts if scene.exact.startswith(f"{start} ")), "")
    return scene.exact.removeprefix(start).strip()


def by_letter(scene: Scene, letter: Letter) -> Move:
    """The procedure that answers a letter, or a choice when there are several."""
    known = tuple(id_ for id_ in letter.procedures if id_ in scene.library.procedures)
    return runs.propose(scene, known[0]) if len(known) == 1 else which(scene, known)


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
