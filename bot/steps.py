"""The waiting step of the run in hand: reading an answer, « je bloque », what happens when the run ends."""

from __future__ import annotations

from dataclasses import replace

from bot import handoff, menus, plans, recaps, runs, visiting
from bot.messages import Event
from bot.scene import Move, Scene
from bot.talk import Talk
from flows import engine
from flows.answers import NOTHING, read_choice
from flows.model import Instruction, Question, SubProcedure
from flows.render import answer_label, node_options, reason_options
from flows.texts import Say
from flows.walk import BLOCKED, DONE, Node, blocked_reason, walk

HINTS = {
    "yes_no": "say_yes_or_no",
    "choice": "choose_one",
    "number": "say_number",
    "amount": "say_amount",
    "date": "say_date",
    "place": "say_place",
    "phone": "say_phone",
    "letter": "say_letter",
}


def free_text_asked(scene: Scene) -> bool:
    """True when the waiting question asked for words that are not to be kept."""
    node = runs.waiting(scene) if not scene.busy else None
    return bool(node and isinstance(node.step, Question) and node.step.answer == "free_text")


def answer_step(scene: Scene) -> Move | None:
    """The text read as an exact answer to the waiting step; None when it is not one."""
    run, node = scene.talk.run, runs.waiting(scene)
    if run is None or node is None or scene.busy:
        return None
    if isinstance(node.step, Instruction) and not run.blocked:
        option = read_choice(scene.text, node_options(scene.library, node), strict=True)
        if option.ok and option.value != DONE:
            return block(scene) if option.value == "bloque" else None
    turn = engine.advance(scene.library, run, scene.text, scene.day)
    if turn.understood:
        return after(scene, turn)
    return say_problem(scene, turn.problem) if turn.problem else _reason_named(scene, node)


def _reason_named(scene: Scene, node: Node) -> Move | None:
    """« Mot de passe perdu » at an instruction that has it among its reasons: no need to say « je bloque » first."""
    if not isinstance(node.step, Instruction):
        return None
    reasons = reason_options(scene.library, node)[:-1]
    reading = read_choice(scene.text, reasons) if not scene.exact.isdigit() else NOTHING
    return blocked_by(scene, str(reading.value)) if reading.ok else None


def blocked_by(scene: Scene, reason: str) -> Move:
    """Goes where the author leads those whom `reason` blocks at the waiting instruction."""
    assert scene.talk.run
    return after(scene, engine.answer(scene.library, scene.talk.run, f"{BLOCKED}{reason}", scene.day))


def reason_leading_to(scene: Scene, procedure: str) -> str | None:
    """The reason for « je bloque » at the waiting instruction that opens `procedure`, if the author wrote one."""
    node = runs.waiting(scene)
    if node is None or scene.busy or not isinstance(node.step, Instruction):
        return None
    for id_, reason in node.step.blocked.items():
        target = node.procedure.steps[reason.go]
        if isinstance(target, SubProcedure) and target.use == procedure:
            return id_
    return None


def after(scene: Scene, turn: engine.Turn) -> Move:
    """What follows an answer: the next step, the end of the run, or a person."""
    assert scene.talk.run
    name = scene.talk.run.procedure
    if turn.problem:  # « autre chose » among the reasons
        blocked = Event("step_blocked", name, turn.key, "autre_chose")
        return handoff.begin(runs.replace_talk(scene, run=replace(turn.run, blocked=False)), "stuck").noting(blocked)
    reason = blocked_reason(turn.run.answers.get(turn.answered or ""))
    event = Event("step_blocked" if reason else "step_answered", name, turn.answered, reason)
    talk = replace(scene.talk, run=turn.run, misses=0, paused=False, asked=None, silences=0, checks=0)
    if turn.outcome is None:
        return Move(talk, turn.says, (event,)).first(*_echo(scene, turn))
    return _ended(replace(scene, talk=talk), turn, event)


def _echo(scene: Scene, turn: engine.Turn) -> tuple[Say, ...]:
    """The answer said again before going on, to who often misses a word."""
    if not scene.talk.comfort.echo or turn.answered is None:
        return ()
    nodes = walk(scene.library, turn.run, scene.day).nodes
    node = next((node for node in nodes if node.key == turn.answered), None)
    if node is None or not isinstance(node.step, Question) or node.step.answer == "free_text":
        return ()
    label = answer_label(scene.library, node, turn.run.answers[node.key])
    return scene.says("noted_answer", answer=label)


def landed(scene: Scene) -> Move | None:
    """After an edit of the file, the run may stand on an outcome: it ends, and that is said."""
    run = scene.talk.run
    if run is None:
        return None
    turn = engine.show(scene.library, run, scene.day)
    edited = Event("run_edited", run.procedure, turn.key)
    return _ended(runs.without_question(scene), turn, edited) if turn.outcome else None


def _ended(scene: Scene, turn: engine.Turn, event: Event) -> Move:
    assert turn.outcome and scene.talk.run
    run, kind = scene.talk.run, turn.outcome.end
    ended = Event(f"run_{kind}", run.procedure, turn.key)
    scene = replace(scene, talk=replace(scene.talk, run=None))
    if kind == "plan":
        move = plans.made(scene, run)
        return replace(move.first(*turn.says).noting(event, ended), ended=kind)
    scene = replace(scene, talk=plans.after_run(scene.talk, run.procedure, kind, scene))
    letter = scene.library.letters.get(str(run.answers.get(turn.outcome.letter or "")))
    if kind == "handoff":
        move = handoff.begin(scene, "outcome", run)
    elif kind == "procedure" and letter:
        move = menus.by_letter(scene, letter)
    elif kind == "procedure" and turn.outcome.procedure:
        move = runs.propose(scene, turn.outcome.procedure)
    elif plans.concerns(scene, run.procedure):
        move = plans.offer(scene)
    elif kind == "done" and recaps.offered(scene):
        move = recaps.offer(scene, run)
    else:
        move = runs.what_else(scene)
    places = visiting.at_the_end(scene, run) if kind == "done" else ()
    return replace(move.first(*turn.says, *places).noting(event, ended), ended=kind)


def block(scene: Scene) -> Move:
    """« Je bloque »: asks what blocks at an instruction; elsewhere offers the ways out."""
    if scene.talk.run is None:
        return handoff.offer(scene, "person_offer", reason="stuck")
    turn = engine.block(scene.library, scene.talk.run, scene.day)
    if not turn.understood:
        return handoff.offer(scene, "person_offer", reason="stuck")
    return Move(replace(scene.talk, run=turn.run, misses=0), turn.says)


def say_problem(scene: Scene, problem: str) -> Move:
    """Why the answer was not accepted, then the question again; at the second miss, a person is offered."""
    talk = replace(scene.talk, misses=scene.talk.misses + 1)
    event = Event("unclear", talk.run.procedure if talk.run else None, runs.key(scene, talk), problem)
    if problem == "run_too_long" or talk.misses > 1:
        return handoff.offer(
            runs.replace_talk(scene, misses=0), problem if problem == "run_too_long" else "person_offer_unclear"
        ).noting(event)
    return Move(talk, (*scene.says(problem), *_shown(scene, talk)), (event,))


def hint(scene: Scene) -> tuple[Say, ...]:
    """How to answer the waiting step, in one sentence."""
    node = runs.waiting(scene)
    if node is None:
        return ()
    if isinstance(node.step, Question):
        name = HINTS.get(node.step.answer)
        return scene.says(name) if name else ()
    blocked = scene.talk.run and scene.talk.run.blocked
    return scene.says("choose_one" if blocked else "say_done_or_blocked")


def _shown(scene: Scene, talk: Talk) -> tuple[Say, ...]:
    return runs.show(replace(scene, talk=talk)).says
