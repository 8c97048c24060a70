"""Draws a procedure as a Mermaid diagram."""

from __future__ import annotations

from flows.checks import targets
from flows.model import Outcome, Procedure, Question, Step

_SHAPES = {"Question": ("{{", "}}"), "Instruction": ("[", "]"), "Information": ("(", ")"), "SubProcedure": ("[[", "]]")}
MAX_LABEL = 60


def mermaid(procedure: Procedure) -> str:
    """The diagram's source: one node a step, one arrow a way out, the reason on the arrow."""
    lines = ["flowchart TD", f"  {procedure.start}:::start"]
    for name, step in procedure.steps.items():
        lines.append(f"  {name}{_box(step)}")
        lines += [f"  {name} {arrow} {target}" for arrow, target in _arrows(step)]
    return "\n".join([*lines, "  classDef start stroke-width:3px"])


def _box(step: Step) -> str:
    opening, closing = ("([", "])") if isinstance(step, Outcome) else _SHAPES[type(step).__name__]
    text = next(getattr(step, word) for word in ("ask", "do", "say", "use") if hasattr(step, word))
    short = text if len(text) <= MAX_LABEL else text[: MAX_LABEL - 1].rsplit(" ", 1)[0] + "…"
    return f'{opening}"{short.replace(chr(34), chr(39))}"{closing}'


def _arrows(step: Step) -> list[tuple[str, str]]:
    raw = step.model_dump(by_alias=True, exclude_none=True)
    if isinstance(raw.get("next"), tuple):
        raw["next"] = [dict(branch) for branch in raw["next"]]
    arrows = []
    for path, target in targets(raw):
        label = _label(step, raw, path)
        arrows.append((f'-->|"{label}"|' if label else "-->", target))
    return arrows


def _label(step: Step, raw: dict[str, object], path: tuple[str | int, ...]) -> str:
    if path[0] == "blocked":
        return f"je bloque : {step.blocked[str(path[1])].label}"  # type: ignore[union-attr]
    if path[0] == "unknown":
        return "je ne sais pas"
    if len(path) < 3 or path[2] == "else":
        return "sinon" if len(path) > 2 else ""
    branch = raw["next"][path[1]]  # type: ignore[index]
    said = {k: v for k, v in branch.items() if k not in ("go", "step")}
    value = next(iter(said.values()), "")
    if isinstance(step, Question) and value in step.choices:
        return step.choices[str(value)].label
    return f"{branch.get('step', '')} {value}".strip()
