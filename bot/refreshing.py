"""Brings the runs of a talk to the procedures' files as they are now."""

from __future__ import annotations

from dataclasses import replace

from bot.scene import Scene
from flows.edits import bring_up_to_date


def up_to_date(scene: Scene) -> tuple[Scene, tuple[str, ...]]:
    """The scene with its runs brought to the files as they are now, and the names of sentences to say about it."""
    library, run = scene.french, scene.talk.run
    notes: tuple[str, ...] = ()
    lost = False
    if run and run.procedure in library.procedures:
        run, lost = bring_up_to_date(library, run)
    elif run:
        run, notes = None, ("procedure_gone",)
    parked = tuple(
        bring_up_to_date(library, old)[0] for old in scene.talk.parked if old.procedure in library.procedures
    )
    notes = ("answer_lost",) if lost else notes
    return replace(scene, talk=replace(scene.talk, run=run, parked=parked)), notes
