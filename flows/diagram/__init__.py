"""Drawings of a procedure for its authors: the graph of its steps, laid out and written as SVG."""

from __future__ import annotations

from collections.abc import Mapping

from flows.diagram.graph import graph_of
from flows.diagram.layout import Drawing, draw
from flows.diagram.svg import Link, svg
from flows.model import Procedure

__all__ = ["Drawing", "draw", "graph_of", "svg", "svg_of"]


def svg_of(procedure: Procedure, titles: Mapping[str, str] | None = None, link: Link | None = None) -> str:
    """The procedure as an SVG document. `titles` names the other procedures; `link` gives the address of a step."""
    return svg(draw(graph_of(procedure, titles)), link)
