"""Commands and keys: the exact words that say what to do, whatever is being asked."""

from __future__ import annotations

from bot import glossary, handoff, manners, runs, standing, ways
from bot.acts import ACTS, ANSWERS
from bot.scene import Move, Scene
from flows.answers import read_choice, read_number
from flows.model import Instruction, Question
from flows.render import node_options
from flows.walk import Node

SHY = (
    "suite", "code", "avoir_code", "sms", "lieux", "ma_demande", "sans_demande", "plus_vite", "plus_court",
    "plus_de_details", "discret", "pas_discret", "zero",
)  # fmt: skip
NUMERIC = ("number", "amount", "phone", "date", "place")


def person(scene: Scene) -> Move | None:
    """« Un humain » or key 0, before anything else, and « plus la peine » where one is being found."""
    words = scene.library.words
    unwanted = set(words["sans_demande"][1:]).difference(words["pas_de_rappel"])  # no call, but the case is kept
    if handoff.in_hand(scene) and unwanted.intersection((scene.exact, ways.bare(scene))):
        return ACTS["sans_demande"](scene)
    wanted = scene.exact in words["demande_humain"][1:]
    return ACTS["demande_humain"](scene) if wanted and not _is_answer(scene) else None


def _is_answer(scene: Scene) -> bool:
    """« 0 » enfant is an answer, not a call for help; « un humain » is no number, « 00 » no answer."""
    if not scene.exact.isdigit() or scene.exact == "00":
        return False
    node = runs.waiting(scene)
    if scene.exact == "0":
        return manners.zero_is_an_answer(scene, node) and not scene.busy
    is_number = node is not None and isinstance(node.step, Question) and node.step.answer in NUMERIC
    return is_number and not scene.busy and read_number(scene.text).ok


def command(scene: Scene) -> Move | None:
    """The act whose exact words or key are the whole text."""
    if _is_answer(scene):
        return None
    by_key = _by_key(scene, runs.waiting(scene))
    if by_key:
        return ACTS[by_key](scene)
    if glossary.asked(scene):
        return ACTS["definition"](scene)
    if scene.talk.run and scene.exact.startswith(scene.library.correction_starts):
        return ACTS["correction"](scene)
    return _named(scene, *(name for name in ACTS if name not in ANSWERS and name not in SHY))


def shy(scene: Scene) -> Move | None:
    """The commands whose words may well be an answer (« un SMS », « le code »): only when they are none."""
    return _named(scene, *SHY) or standing.moved(scene)


def _named(scene: Scene, *names: str) -> Move | None:
    for name in names:
        if scene.exact in scene.library.words.get(name, ())[1:]:
            return ACTS[name](scene)
    return None


def _by_key(scene: Scene, node: Node | None) -> str | None:
    """« 3 » or « 4 » at an instruction: repeat, why."""
    if node is None or scene.talk.asked or not isinstance(node.step, Instruction) or scene.talk.run.blocked:  # type: ignore[union-attr]
        return None
    option = read_choice(scene.text, node_options(scene.library, node), strict=True)
    return str(option.value) if option.value in ("repeter", "pourquoi") else None
