"""The step of a citizen's procedure as a mediator sees it, and the answer they give in the citizen's place."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import runs, steps
from bot.channels.base import ALWAYS_OPEN
from bot.messages import Event
from bot.scene import Scene
from bot.talk import Talk
from flows import engine
from flows.model import Question
from flows.run import Run
from flows.texts import Say
from flows.walk import Node, walk

BLOCK = "bloque"  # the option of an instruction that asks for help
NOT_KEPT = ("handoff_opened", "handoff_consent")  # the case is open already


@dataclass(frozen=True)
class Shown:
    """The step that waits, in French. `step` is its key; `options` are what may be answered (id, label).

    `steps_done`: how many were answered. `expects`: the kind of answer (« choice », « date »…, « instruction »).
    """

    procedure: str
    title: str
    step: str
    text: str
    options: tuple[tuple[str, str], ...]
    steps_done: int
    expects: str


@dataclass(frozen=True)
class Driven:
    """What an answer given in the citizen's place did.

    `problem` names the sentence that says why it was not understood. `says`: what the citizen has to do now, in their
    language. `ended`: how the run ended (« done », « stop »…), None when it goes on.
    """

    talk: Talk
    understood: bool
    problem: str | None
    shown: Shown | None
    says: tuple[Say, ...] = ()
    events: tuple[Event, ...] = ()
    ended: str | None = None


def shown(scene: Scene) -> Shown | None:
    """The step that waits, None when no procedure is under way."""
    run = scene.talk.run
    if run is None:
        return None
    path = walk(scene.french, run, scene.day)
    if path.outcome:
        return None
    said = engine.show(scene.french, run, scene.day).says[-1]
    options = tuple((option.id, option.label) for option in said.options if option.id not in ALWAYS_OPEN)
    title = scene.french.procedures[run.procedure].title
    return Shown(run.procedure, title, path.here.key, said.text, options, len(path.answered(run)), _kind(path.here))


def driven(scene: Scene, text: str) -> Driven:
    """The talk once `text`, an option's id or words, answered the waiting step."""
    run = scene.talk.run
    if run is None:
        return Driven(scene.talk, False, "no_step", None)
    french = replace(scene, library=scene.french)
    turn = _turn(french, run, text)
    if not turn.understood:
        return Driven(scene.talk, False, turn.problem or "not_understood_step", shown(scene))
    if turn.run.blocked and not (turn.answered or turn.problem):  # « je bloque »: asked why
        asked = runs.replace_talk(scene, run=turn.run, asked=None)
        return Driven(asked.talk, True, None, shown(asked), _says(asked, run, turn))
    move = steps.after(french, turn)
    talk = replace(move.talk, asked=None, case=scene.talk.case, misses=scene.talk.misses)
    after = runs.replace_talk(scene, run=talk.run, plans=talk.plans, parked=talk.parked, asked=None, paused=False)
    events = tuple(event for event in move.events if event.kind not in NOT_KEPT)
    return Driven(talk, True, None, shown(after), _says(after, run, turn), events, move.ended)


def _turn(scene: Scene, run: Run, text: str) -> engine.Turn:
    waits = engine.show(scene.library, run, scene.day).says[-1]
    option = next((option for option in waits.options if text in (option.id, option.label)), None)
    if option and option.id == BLOCK and not run.blocked:
        return engine.block(scene.library, run, scene.day)
    return engine.advance(scene.library, run, option.label if option else text, scene.day)


def _says(scene: Scene, before: Run, turn: engine.Turn) -> tuple[Say, ...]:
    """What follows, in the citizen's language: the next step, or the last words of the procedure."""
    if scene.talk.run:
        return engine.show(scene.library, scene.talk.run, scene.day).says
    if turn.answered is None:
        return turn.says
    return engine.answer(scene.library, before, turn.run.answers[turn.answered], scene.day).says


def _kind(node: Node) -> str:
    return node.step.answer if isinstance(node.step, Question) else "instruction"
