"""The run in hand: starting it, answering its waiting step, what happens when it ends."""

from __future__ import annotations

from dataclasses import replace

from bot import handoff
from bot.messages import Event
from bot.scene import Move, Scene, asking
from bot.talk import Talk
from flows import engine
from flows.answers import read_choice
from flows.model import Instruction, Question
from flows.render import node_options
from flows.run import Run
from flows.texts import Say
from flows.walk import DONE, Node, walk

HINTS = {
    "yes_no": "say_yes_or_no",
    "choice": "choose_one",
    "number": "say_number",
    "amount": "say_amount",
    "date": "say_date",
    "place": "say_place",
    "phone": "say_phone",
}


def waiting(scene: Scene, talk: Talk | None = None) -> Node | None:
    """The step the run in hand waits at, None when there is no run."""
    run = (talk or scene.talk).run
    return walk(scene.library, run, scene.day).here if run else None


def key(scene: Scene, talk: Talk) -> str | None:
    """The key of the waiting step."""
    node = waiting(scene, talk)
    return node.key if node else None


def free_text_asked(scene: Scene) -> bool:
    """True when the waiting question asked for words that are not to be kept."""
    node = waiting(scene) if not scene.busy else None
    return bool(node and isinstance(node.step, Question) and node.step.answer == "free_text")


def start(scene: Scene, procedure: str, park: bool = False) -> Move:
    """Starts `procedure` now; the run in hand is put aside when `park`, else dropped."""
    talk = scene.talk
    parked = tuple(run for run in talk.parked if run.procedure != procedure)
    if park and talk.run:
        parked = (*parked, talk.run)
    turn = engine.start(scene.library, procedure, scene.day)
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
    if talk.asked and talk.last:
        return Move(talk, talk.last[-1:])
    talk = replace(talk, paused=False)
    if talk.run:
        return Move(talk, engine.show(scene.library, talk.run, scene.day).says)
    themes = tuple(theme.id for theme in scene.library.menu)
    return Move(asking(talk, "theme", *themes), (scene.ask("what_need", *themes),))


def answer_step(scene: Scene) -> Move | None:
    """The text read as an exact answer to the waiting step; None when it is not one."""
    run, node = scene.talk.run, waiting(scene)
    if run is None or node is None or scene.busy:
        return None
    if isinstance(node.step, Instruction) and not run.blocked:
        option = read_choice(scene.text, node_options(scene.library, node), strict=True)
        if option.ok and option.value != DONE:
            return block(scene) if option.value == "bloque" else None
    turn = engine.advance(scene.library, run, scene.text, scene.day)
    if not turn.understood:
        return say_problem(scene, turn.problem) if turn.problem else None
    return after(scene, turn)


def after(scene: Scene, turn: engine.Turn) -> Move:
    """What follows an answer: the next step, the end of the run, or a person."""
    assert scene.talk.run
    name = scene.talk.run.procedure
    if turn.problem:  # « autre chose » among the reasons
        blocked = Event("step_blocked", name, turn.key, "autre_chose")
        return handoff.begin(replace_talk(scene, run=replace(turn.run, blocked=False)), "stuck").noting(blocked)
    value = turn.run.answers.get(turn.answered or "")
    is_block = isinstance(value, str) and value.startswith("bloque:")
    event = Event("step_blocked" if is_block else "step_answered", name, turn.answered, value[7:] if is_block else None)  # type: ignore[index]
    talk = replace(scene.talk, run=turn.run, misses=0, paused=False, asked=None)
    if turn.outcome is None:
        return Move(talk, turn.says, (event,))
    return _ended(replace(scene, talk=talk), turn, event)


def _ended(scene: Scene, turn: engine.Turn, event: Event) -> Move:
    assert turn.outcome and scene.talk.run
    run, kind = scene.talk.run, turn.outcome.end
    ended = Event(f"run_{kind}", run.procedure, turn.key)
    if kind == "handoff":
        move = handoff.begin(replace_talk(scene, run=None), "outcome", run)
    elif kind == "procedure" and turn.outcome.procedure:
        move = propose(replace_talk(scene, run=None), turn.outcome.procedure)
    else:
        move = what_else(replace_talk(scene, run=None))
    return replace(move.first(*turn.says).noting(event, ended), ended=kind)


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
    if talk.run:
        said = scene.ask(
            "switch_offer", "oui", "non", title=scene.title(procedure), current=scene.title(talk.run.procedure)
        )
        return Move(asking(talk, "switch", procedure), (said,))
    if any(run.procedure == procedure for run in talk.parked):
        said = scene.ask("resume_offer", "oui", "non", title=scene.title(procedure))
        return Move(asking(talk, "resume_parked", procedure), (said,))
    page = scene.library.procedures[procedure]
    said = scene.ask("lets_start", "oui", "non", intro=page.intro.strip(), minutes=str(page.minutes))
    listed = ", ".join(scene.library.after_colon(document) for document in page.documents)
    before = scene.says("documents_first", documents=listed) if listed else ()
    return Move(asking(talk, "start", procedure), (*before, said))


def block(scene: Scene) -> Move:
    """« Je bloque »: asks what blocks at an instruction; elsewhere offers the ways out."""
    if scene.talk.run is None:
        return handoff.offer(scene, "person_offer")
    turn = engine.block(scene.library, scene.talk.run, scene.day)
    if not turn.understood:
        return handoff.offer(scene, "person_offer")
    return Move(replace(scene.talk, run=turn.run, misses=0), turn.says)


def say_problem(scene: Scene, problem: str) -> Move:
    """Why the answer was not accepted, then the question again; at the second miss, a person is offered."""
    talk = replace(scene.talk, misses=scene.talk.misses + 1)
    event = Event("unclear", talk.run.procedure if talk.run else None, key(scene, talk), problem)
    if problem == "run_too_long" or talk.misses > 1:
        return handoff.offer(
            replace_talk(scene, misses=0), problem if problem == "run_too_long" else "person_offer_unclear"
        ).noting(event)
    return Move(talk, (*scene.says(problem), *_shown(scene, talk)), (event,))


def hint(scene: Scene) -> tuple[Say, ...]:
    """How to answer the waiting step, in one sentence."""
    node = waiting(scene)
    if node is None:
        return ()
    if isinstance(node.step, Question):
        name = HINTS.get(node.step.answer)
        return scene.says(name) if name else ()
    blocked = scene.talk.run and scene.talk.run.blocked
    return scene.says("choose_one" if blocked else "say_done_or_blocked")


def _shown(scene: Scene, talk: Talk) -> tuple[Say, ...]:
    return show(replace(scene, talk=talk)).says


def replace_talk(scene: Scene, **changes: object) -> Scene:
    """The scene with its talk changed."""
    return replace(scene, talk=replace(scene.talk, **changes))  # type: ignore[arg-type]


def without_question(scene: Scene) -> Scene:
    """The scene with no question of the assistant's pending."""
    return replace_talk(scene, asked=None)
