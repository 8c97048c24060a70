"""Writes a drawing as SVG: shapes, words and lines tell everything, colours only repeat it. No style, no script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from flows.author_words import word
from flows.diagram.boxes import HEAD, HEAD_LINE, NAME, PAD, ROW, ROW_LINE, TEXT, TEXT_LINE, Box, Row
from flows.diagram.layout import HEADING, HEADING_TEXT, Drawing, Heading, Line
from flows.diagram.legend import legend
from flows.diagram.measure import FONT, width
from flows.diagram.shapes import BLOCKED, INK, WAY, band, look_of, outline

Link = Callable[[str], str]
ARROW = 5.0
PRINTED = 190  # millimetres: the width of an A4 page without its margins


def svg(drawing: Drawing, link: Link | None = None, marks: Mapping[str, str] | None = None) -> str:
    """The SVG document. `link` gives the address of a step's text: each box is then a link to it.

    `marks` are classes for some of the boxes.
    """
    page, wide, high = drawing.graph.procedure, drawing.width, drawing.height
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" width="{PRINTED}mm" '
        f'height="{PRINTED * high / wide:.1f}mm" role="group" aria-labelledby="dessin-titre dessin-texte" '
        f'lang="fr" font-family="{escape(FONT)}" fill="{INK}">',
        f'<title id="dessin-titre">{escape(word("title", title=page.title))}</title>',
        f'<desc id="dessin-texte">{escape(word("description", steps=len(drawing.boxes)))}</desc>',
        f'<rect width="{wide:.0f}" height="{high:.0f}" fill="#fff"/>',
        *legend(drawing),
        *(part for heading in drawing.headings for part in _heading(heading, wide)),
        *(part for _, lines in groupby(drawing.lines, lambda line: line.bundle) for part in _bundle(lines)),
        *(part for box in drawing.boxes for part in _box(box, link, (marks or {}).get(box.node.name, ""))),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def text(x: float, y: float, words: str, size: float, more: str = "") -> str:
    """A line of text; `y` is where it stands."""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}"{more}>{escape(words)}</text>'


def _heading(heading: Heading, full: float) -> Iterator[str]:
    yield f'<path d="M8 {heading.y:.1f}H{full - 8:.1f}" stroke="{INK}" stroke-width="1.5"/>'
    for i, line in enumerate(heading.lines):
        yield text(10, heading.y + HEADING * (i + 1), line, HEADING_TEXT, ' font-weight="bold"')


def _bundle(lines: Iterable[Line]) -> Iterator[str]:
    """Lines that join. The white edge under them shows which of two crossing lines goes over the other."""
    lines = list(lines)
    for line in lines:
        yield f'<path d="{_way(line)}" fill="none" stroke="#fff" stroke-width="5"/>'
    for line in lines:
        colour, dashes = (BLOCKED, ' stroke-dasharray="5 4"') if line.kind == "blocked" else (WAY, "")
        yield (
            f'<path class="way" data-from={quoteattr(line.source)} data-to={quoteattr(line.target)} '
            f'data-kind="{line.kind}" d="{_way(line)}" fill="none" stroke="{colour}" stroke-width="1.7"{dashes}/>'
        )
        yield _arrow(line, colour)


def _way(line: Line) -> str:
    """The path, from the arrow backwards: the dashes of lines that join then fall together."""
    (x, y), (before_x, before_y) = line.points[-1], line.points[-2]
    end = (x - _sign(x - before_x) * ARROW, y - _sign(y - before_y) * ARROW)
    return "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in (end, *reversed(line.points[:-1])))


def _arrow(line: Line, colour: str) -> str:
    (x, y), (before_x, before_y) = line.points[-1], line.points[-2]
    over, down = _sign(x - before_x), _sign(y - before_y)
    back_x, back_y, wide = x - over * 2 * ARROW, y - down * 2 * ARROW, ARROW * 0.9
    return (
        f'<path d="M{x:.1f} {y:.1f}L{back_x - down * wide:.1f} {back_y - over * wide:.1f}'
        f'L{back_x + down * wide:.1f} {back_y + over * wide:.1f}z" fill="{colour}"/>'
    )


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _box(box: Box, link: Link | None, mark: str) -> Iterator[str]:
    look = look_of(box.node)
    yield f'<g class="{f"step {mark}".strip()}" data-step={quoteattr(box.node.name)}>'
    if link:
        yield f"<a href={quoteattr(link(box.node.name))}>"
    edge = f'stroke="{look.edge}" stroke-width="{look.stroke}"'
    yield f'<path class="outline" d="{outline(box, look)}" fill="#fff" {edge}/>'
    yield f'<path d="{band(box, look)}" fill="{look.band}"/>'
    if look.double:
        for x in (box.x + 4.5, box.right - 4.5):
            yield f'<path d="M{x:.1f} {box.y:.1f}V{box.bottom:.1f}" stroke="{look.edge}" stroke-width="1.5"/>'
    yield from _head(box, look.ink)
    top = box.y + box.head_height + 4
    for i, line in enumerate(box.text):
        yield text(box.x + PAD, top + TEXT_LINE * (i + 1) - 4, line, TEXT)
    yield from _ways(box)
    here = f"M{box.x - 14:.1f} {box.y - 4:.1f}l12 16l-12 16z"
    yield f'<path class="here" visibility="hidden" d="{here}" fill="{BLOCKED}"/>'
    yield "</a></g>" if link else "</g>"


def _head(box: Box, ink: str) -> Iterator[str]:
    first = box.y + HEAD_LINE
    yield text(box.x + PAD, first, box.head[0], HEAD, f' font-weight="bold" fill="{ink}"')
    name = box.node.name
    if len(box.head) > 1:
        yield text(box.x + PAD, first + HEAD_LINE, name, NAME, f' fill="{ink}"')
    else:
        yield text(box.right - PAD, first, name, NAME, f' text-anchor="end" fill="{ink}"')


def _ways(box: Box) -> Iterator[str]:
    if box.rows:
        first = box.y + min(box.rows[0].top, box.blocked_top or box.rows[0].top) - 2
        yield _rule(box, first, "")
    if box.blocked_top is not None:
        if box.rows[0].route.exit.kind != "blocked":
            yield _rule(box, box.y + box.blocked_top - 1, ' stroke-dasharray="4 3"')
        yield text(
            box.x + PAD, box.y + box.blocked_top + 13, word("blocked"), ROW, f' font-weight="bold" fill="{BLOCKED}"'
        )
    for row in box.rows:
        yield from _row(box, row)
    for i, line in enumerate(box.origins):
        y = box.bottom - 8 - 15 * (len(box.origins) - 1 - i)
        yield text(box.x + PAD, y, line, NAME, ' font-style="italic"')


def _rule(box: Box, y: float, more: str) -> str:
    return f'<path d="M{box.x + 6:.1f} {y:.1f}H{box.right - 6:.1f}" stroke="#7b868a" stroke-width="1"{more}/>'


def _row(box: Box, row: Row) -> Iterator[str]:
    """A way out: its label, and where it leads, on the side where its line leaves."""
    route, y = row.route, box.y + row.top + 12
    left = route.shape == "side" and route.leaves == "left"
    indent = 34.0 if left else 0.0
    for i, line in enumerate(row.lines):
        yield text(box.x + PAD + indent, y + ROW_LINE * i, line, ROW)
    if route.shape == "jump":
        wide = width(row.target, ROW, bold=True) + 14
        yield (
            f'<g class="jump" data-from={quoteattr(box.node.name)} data-to={quoteattr(route.exit.target)} '
            f'data-kind="{route.exit.kind}"><rect x="{box.right - PAD - wide:.1f}" y="{y - 12:.1f}" width="{wide:.1f}" '
            f'height="15.5" rx="7.7" fill="none" stroke="{INK}" stroke-width="1.2"/>'
        )
        yield text(box.right - PAD - wide / 2, y, row.target, ROW, ' font-weight="bold" text-anchor="middle"') + "</g>"
    elif left:
        yield text(box.x + PAD - 2, y, f"← {row.target}", ROW, ' font-weight="bold"')
    else:
        shown = f"{row.target} ↓" if route.shape == "down" else f"{row.target} →"
        yield text(box.right - PAD + 2, y, shown, ROW, ' font-weight="bold" text-anchor="end"')
