"""Draws a procedure in Mermaid: the beginning of each text, a shape a kind, dotted lines for « je bloque »."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flows.author_words import word
from flows.diagram.graph import Exit, Graph, Node, graph_of
from flows.diagram.shapes import look_of
from flows.model import Procedure

_SHAPES = {
    "question": ("{{", "}}"),
    "instruction": ("[", "]"),
    "information": ("(", ")"),
    "sub": ("[[", "]]"),
    "end": ("([", "])"),
}
_FIRST = "s_"  # before each name: « end » or « style » alone are words of Mermaid
MAX_LABEL = 110


def mermaid(procedure: Procedure, titles: Mapping[str, str] | None = None) -> str:
    """The diagram's source: one node a step, one arrow a way out. `titles` names the other procedures."""
    graph = graph_of(procedure, titles)
    lines = ["---", f"title: {_quoted(procedure.title)}", "---", "flowchart TD"]
    for node in graph.nodes.values():
        lines.append(f"  {_node(node)}")
        lines += [f"  {_FIRST}{node.name} {_arrow(way)} {_FIRST}{way.target}" for way in node.exits]
    lines += [f'  {_FIRST}{name}["{_text(word("nowhere", step=name))}"]' for name in _missing(graph)]
    return "\n".join([*lines, *_legend(graph), *_classes(graph)])


def _node(node: Node) -> str:
    opening, closing = _SHAPES[node.kind]
    text = "<br>".join(_text(part) for part in (_beginning(node.text), node.link) if part)
    return f'{_FIRST}{node.name}{opening}"<b>{node.kind_label} · {node.name}</b><br>{text}"{closing}:::{_look(node)}'


def _arrow(way: Exit) -> str:
    label = word("about", step=way.about, label=way.label) if way.about else way.label
    if way.kind == "blocked":
        return f'-. "{_text(word("blocked_edge", label=label))}" .->'
    return "-->" if way.kind == "next" else f'-->|"{_text(label)}"|'


def _beginning(text: str) -> str:
    return text if len(text) <= MAX_LABEL else text[: MAX_LABEL - 1].rsplit(" ", 1)[0] + "…"


def _text(text: str) -> str:
    """`text` as Mermaid shows it, whatever it holds: signs of its language and of HTML become entities."""
    entities = {"&": "amp", '"': "quot", "<": "lt", ">": "gt", "#": "35", "`": "96"}
    return "".join(f"#{entities[char]};" if char in entities else char for char in text)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _look(node: Node) -> str:
    return node.end or node.kind


def _missing(graph: Graph) -> list[str]:
    """Steps that are named and do not exist."""
    named = (way.target for node in graph.nodes.values() for way in node.exits)
    return [name for name in dict.fromkeys(named) if name not in graph.nodes]


def _legend(graph: Graph) -> Iterator[str]:
    """The ends that this diagram has, by their colour and their name."""
    ends = {node.end: node for node in graph.nodes.values() if node.end}
    yield f'  subgraph legend["{word("legend")}"]'
    yield "    direction LR"
    for end, node in ends.items():
        yield f'    legend_{end}(["{_text(node.kind_label)}"]):::{end}'
    yield f'    legend_a[" "] -. "{word("legend_blocked")}" .-> legend_b[" "]'
    yield "  end"


def _classes(graph: Graph) -> Iterator[str]:
    for kind, node in {_look(node): node for node in graph.nodes.values()}.items():
        look = look_of(node)
        yield f"  classDef {kind} fill:{look.band},stroke:{look.edge},color:{look.ink},stroke-width:{look.stroke:g}px"
    yield f"  style {_FIRST}{graph.start} stroke-width:5px"
