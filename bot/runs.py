"""The runs of a talk: proposing a procedure, starting it, taking it up again, showing where it stands."""

from __future__ import annotations

from dataclasses import replace

from bot.messages import Event
from bot.scene import Move, Scene, asking
from bot.talk import Talk
from flows import engine
from flows.plan import given
from flows.run import Json, Run
from flows.texts import say_on
from flows.walk import Node, walk

UNREAD = "call_need"  # asked as a call begins: the choices are not read out


def waiting(scene: Scene, talk: Talk | None = None) -> Node | None:
    """The step the run in hand waits at, None when there is no run."""
    run = (talk or scene.talk).run
    return walk(scene.library, run, scene.day).here if run else None


def key(scene: Scene, talk: Talk) -> str | None:
    """The key of the waiting step."""
    node = waiting(scene, talk)
    return node.key if node else None


def unread(talk: Talk) -> bool:
    """True when a caller was asked what they need, and did not hear the choices."""
    return bool(talk.last) and talk.last[-1].key == f"asked.{UNREAD}"


def start(scene: Scene, procedure: str, park: bool = False) -> Move:
    """Starts `procedure` now; the run in hand is put aside when `park`, else dropped."""
    talk = scene.talk
    parked = tuple(run for run in talk.parked if run.procedure != procedure)
    if park and talk.run:
        parked = (*parked, talk.run)
    known: dict[str, Json] = {}
    for plan in talk.plans:
        known |= given(scene.library, plan, procedure, scene.day)
    turn = engine.start(scene.library, procedure, scene.day, known)
    moved = replace(talk, run=turn.run, parked=parked, asked=None, paused=False, misses=0)
    return Move(moved, turn.says, (Event("run_started", procedure, turn.key),))


def resume(scene: Scene, run: Run) -> Move:
    """Takes up `run`, which was in hand or put aside."""
    parked = tuple(old for old in scene.talk.parked if old.procedure != run.procedure)
    if scene.talk.run and scene.talk.run.procedure != run.procedure:
        parked = (*parked, scene.talk.run)
    talk = replace(scene.talk, run=run, parked=parked, asked=None, paused=False, misses=0)
    turn = engine.show(scene.library, run, scene.day)
    event = Event("run_resumed", run.procedure, turn.key)
    return Move(talk, (*scene.says("resumed"), *turn.says), (event,))


def show(scene: Scene) -> Move:
    """What the citizen has to do now, said again: the pending question, the waiting step, or « what do you need ? »."""
    talk = scene.talk
    if talk.asked and talk.last and not unread(talk):
        return Move(talk, talk.last[-1:])
    talk = replace(talk, paused=False)
    if talk.run:
        return Move(talk, engine.show(scene.library, talk.run, scene.day).says)
    themes = scene.library.first_menu
    return Move(asking(talk, "theme", *themes), (scene.ask("what_need", *themes),))


def what_else(scene: Scene) -> Move:
    """After an end: what was put aside, or an open question."""
    talk = scene.talk
    if talk.parked:
        last = talk.parked[-1].procedure
        said = scene.ask("next_parked", "oui", "non", title=scene.title(last))
        return Move(asking(talk, "resume_parked", last), (said,))
    return Move(replace(talk, asked=None), scene.says("anything_else"))


def propose(scene: Scene, procedure: str) -> Move:
    """« On commence ? » for a procedure that was named, or the offer to put the one in hand aside."""
    talk = scene.talk
    if talk.run and talk.run.procedure == procedure:
        return show(replace_talk(scene, asked=None)).first(*scene.says("already_there"))
    if scene.library.only_french(procedure):
        return Move(asking(talk, "person", procedure), (scene.ask("french_only", "oui", "non"),))
    if talk.run:
        said = scene.ask(
            "switch_offer", "oui", "non", title=scene.title(procedure), current=scene.title(talk.run.procedure)
        )
        return Move(asking(talk, "switch", procedure), (said,))
    if any(run.procedure == procedure for run in talk.parked):
        said = scene.ask("resume_offer", "oui", "non", title=scene.title(procedure))
        return Move(asking(talk, "resume_parked", procedure), (said,))
    page = scene.library.procedures[procedure]
    if page.kind == "orientation":  # who is lost is asked at once, not whether to begin
        return start(scene, procedure).first(*scene.says("intro", intro=page.intro.strip()))
    said = scene.ask("lets_start", "oui", "non", minutes=str(page.minutes))
    intro = replace(scene.says("intro", intro=page.intro.strip())[0], speech=page.intro_speech)
    listed = " ; ".join(scene.library.after_colon(document) for document in page.documents)
    before = scene.says("documents_first", documents=listed) if listed else ()
    return Move(asking(talk, "start", procedure), (intro, *before, said))


def without_internet(scene: Scene) -> Move | None:
    """« Je n'ai pas internet »: the way on paper, by phone or at a desk, then a person if wanted."""
    asked = scene.talk.asked
    name = scene.talk.run.procedure if scene.talk.run else asked.options[0] if asked and asked.kind == "start" else None
    if name is None or scene.exact not in scene.library.words["sans_internet"]:
        return None
    way = say_on(scene.day, scene.library.facts, scene.library.procedures[name].without_internet)
    event = Event("without_internet", name)
    if asked and asked.kind == "start":
        return show(scene).first(way).noting(event)
    said = scene.ask("person_offer", "oui", "non")
    return Move(asking(scene.talk, "person", "no_equipment"), (way, said), (event,))


def replace_talk(scene: Scene, **changes: object) -> Scene:
    """The scene with its talk changed."""
    return replace(scene, talk=replace(scene.talk, **changes))  # type: ignore[arg-type]


def without_question(scene: Scene) -> Scene:
    """The scene with no question of the assistant's pending."""
    return replace_talk(scene, asked=None)
