"""The pure engine: a run and what the citizen says → the run after it, and what to say. No clock, no storage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from flows.answers import Reading, read_answer, read_choice
from flows.answers.letters import read_letter
from flows.conditions import UNKNOWN
from flows.library import Library
from flows.model import Instruction, Outcome, Question
from flows.render import BLOCKED_KEY, OTHER, node_options, reason_options, say_node, say_reasons
from flows.run import Json, Run
from flows.texts import Say, expired, fill
from flows.walk import BLOCKED, DONE, Node, Path, walk

MAX_ANSWERS = 200


@dataclass(frozen=True)
class Turn:
    """What one input did: the run after it, what to say in order, where it stands.

    `understood` is false when the input was no answer to the waiting step; `problem` then names the
    sentence that says what to do, if there is a precise one. `answered` is the key answered, if any.
    """

    run: Run
    says: tuple[Say, ...]
    key: str
    outcome: Outcome | None = None
    understood: bool = True
    problem: str | None = None
    answered: str | None = None


def start(library: Library, procedure: str, day: date, known: Mapping[str, Json] | None = None) -> Turn:
    """A new run of `procedure` and its first messages; `known` answers are not asked again.

    Raises KeyError for an unknown procedure.
    """
    run = Run(procedure, {procedure: library.procedures[procedure].version}, dict(known or {}))
    path = walk(library, run, day)
    return _turn(library, run, path, 0, day)


def show(library: Library, run: Run, day: date) -> Turn:
    """The waiting step said again, nothing changed."""
    path = walk(library, run, day)
    node = path.here
    blocked = run.blocked and isinstance(node.step, Instruction)  # the file may have changed since « je bloque »
    say = say_reasons(library, node, day) if blocked else say_node(library, node, day)
    return Turn(run, (say,), node.key, path.outcome)


def advance(library: Library, run: Run, text: str, day: date) -> Turn:
    """Reads `text` as an answer to the waiting step, and goes on if it is one."""
    path = walk(library, run, day)
    node = path.here
    if path.outcome:
        return Turn(run, (), node.key, path.outcome, understood=False)
    if run.blocked and isinstance(node.step, Instruction):
        return _reason(library, run, path, text, day)
    reading = read(library, node, text, day)
    if not reading.ok:
        return Turn(run, (), node.key, None, understood=False, problem=reading.problem)
    return answer(library, run, reading.value, day)


def read(library: Library, node: Node, text: str, day: date) -> Reading:
    """What `text` would be as an answer to `node`."""
    options = node_options(library, node)
    if isinstance(node.step, Question) and node.step.answer == "letter":
        return read_letter(text, library.letters)
    if isinstance(node.step, Question):
        return read_answer(node.step, text, options, library.words, day)
    reading = read_choice(text, options[:1], strict=True)
    return reading if reading.ok else Reading()


def answer(library: Library, run: Run, value: Json, day: date) -> Turn:
    """Goes on with `value` as the answer to the waiting step (`UNKNOWN` for « je ne sais pas »)."""
    path = walk(library, run, day)
    key = path.here.key
    first = next(i for i, node in enumerate(path.nodes) if node.key == key)
    if first < len(path.nodes) - 1:  # a loop: what lies between is asked anew
        run = run.without({node.key for node in path.nodes[first:]})
    if len(run.answers) >= MAX_ANSWERS:
        return Turn(run, (), key, None, understood=False, problem="run_too_long")
    run = run.answered(key, value)
    after = walk(library, run, day)
    return _turn(library, run, after, first + 1, day, answered=key)


def block(library: Library, run: Run, day: date) -> Turn:
    """« Je bloque » at an instruction: asks what blocks. Elsewhere: not understood."""
    node = walk(library, run, day).here
    if not isinstance(node.step, Instruction):
        return Turn(run, (), node.key, None, understood=False)
    run = replace(run, blocked=True)
    return Turn(run, (say_reasons(library, node, day),), node.key)


def back(library: Library, run: Run, day: date) -> Turn:
    """The step before: its answer is forgotten and it is said again. At the first step: not understood."""
    path = walk(library, run, day)
    if run.blocked:
        return show(library, replace(run, blocked=False), day)
    done = path.answered(run)
    loop = next((i for i, node in enumerate(path.nodes[:-1]) if node.key == path.here.key), None)
    if loop is not None:
        # waiting again at a step left by a detour: going back is going back before the detour's last step
        done = [node for node in done if node.key != path.here.key] or done
    if not done:
        return Turn(run, (), path.here.key, path.outcome, understood=False)
    return show(library, run.without({done[-1].key}), day)


def correct(library: Library, run: Run, text: str, day: date) -> Turn:
    """« Je me suis trompé, c'est … »: changes the latest answered question that `text` answers otherwise."""
    path = walk(library, run, day)
    for node in reversed(path.answered(run)):
        if not isinstance(node.step, Question) or node.step.answer == "free_text":
            continue
        reading = read(library, node, text, day)
        if reading.ok and reading.value != run.answers[node.key]:
            changed = run.answered(node.key, reading.value)
            after = walk(library, changed, day)
            return replace(_turn(library, changed, after, _changed_from(path, after), day), answered=node.key)
    return Turn(run, (), path.here.key, path.outcome, understood=False)


def _changed_from(before: Path, after: Path) -> int:
    """Where the new way leaves the old one: what it says from there was never said."""
    known = {node.key for node in before.nodes}
    last = len(after.nodes) - 1
    return next((i for i, node in enumerate(after.nodes) if node.key not in known), last)


def why(library: Library, run: Run, day: date) -> str | None:
    """The author's reason for the waiting step, None where there is none that may be given on `day`."""
    text = getattr(walk(library, run, day).here.step, "why", None)
    return fill(text, library.facts, day) if text and not expired(text, library.facts, day) else None


def unknown_exit(library: Library, run: Run, day: date) -> bool:
    """True when the author wrote a way for « je ne sais pas » at the waiting question."""
    return bool(getattr(walk(library, run, day).here.step, "unknown", None))


def _reason(library: Library, run: Run, path: Path, text: str, day: date) -> Turn:
    node = path.here
    reading = read_choice(text, reason_options(library, node))
    if not reading.ok:
        return Turn(run, (), node.key, None, understood=False, problem=reading.problem)
    if reading.value == OTHER:
        return Turn(run, (), node.key, None, problem=BLOCKED_KEY)
    return answer(library, run, f"{BLOCKED}{reading.value}", day)


def _turn(library: Library, run: Run, path: Path, since: int, day: date, answered: str | None = None) -> Turn:
    run = replace(run, versions=_versions(path, run))
    said = [node for node in path.nodes[since:] if hasattr(node.step, "sources")]
    waiting_again = not said or said[-1].key != path.here.key
    nodes = [*(node for node in said[:-1] if _told(node)), path.here] if not waiting_again else [path.here]
    says = tuple(say_node(library, node, day) for node in nodes)
    return Turn(run, says, path.here.key, path.outcome, answered=answered)


def _told(node: Node) -> bool:
    return not isinstance(node.step, Question | Instruction)


def _versions(path: Path, run: Run) -> dict[str, int]:
    return {**run.versions, **{node.procedure.id: node.procedure.version for node in path.nodes}}


__all__ = [
    "DONE",
    "UNKNOWN",
    "Turn",
    "advance",
    "answer",
    "back",
    "block",
    "correct",
    "show",
    "start",
    "unknown_exit",
    "why",
]
