"""The top of a drawing: what it shows, and what its shapes and lines mean."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from flows.author_words import in_words, word
from flows.diagram.layout import Drawing
from flows.diagram.measure import width, wrap
from flows.diagram.shapes import BLOCKED, INK, LOOKS, WAY, look_of, path

TITLE_SIZE, SIZE = 18.0, 12.0
SWATCH, GAP = 30.0, 22.0
FIRST_LINE, LINE = 78.0, 26.0


def legend(drawing: Drawing) -> Iterator[str]:
    """The title and the legend."""
    page = drawing.graph.procedure
    (title,) = wrap(page.title, TITLE_SIZE, drawing.width - 24, 1, bold=True)
    yield f'<text x="10" y="26" font-size="{TITLE_SIZE:g}" font-weight="bold">{escape(title)}</text>'
    read_on, steps = in_words(page.checked_on), len(drawing.boxes)
    said = word("about_page", id=page.id, version=page.version, checked_on=read_on, steps=steps)
    yield f'<text x="10" y="47" font-size="{SIZE + 1:g}">{escape(said)}</text>'
    x, y = 10.0, FIRST_LINE
    for swatch, label in _entries(drawing):
        wide = SWATCH + 8 + width(label, SIZE) + GAP
        if x + wide > drawing.width:
            x, y = 10.0, y + LINE
        yield f'<g transform="translate({x:.1f} {y - 12:.1f})">{swatch}'
        yield f'<text x="{SWATCH + 8:g}" y="12" font-size="{SIZE:g}">{escape(label)}</text></g>'
        x += wide


def _entries(drawing: Drawing) -> Iterator[tuple[str, str]]:
    """The kinds of steps that this drawing has, then its kinds of lines."""
    kinds = {box.node.end or box.node.kind: box.node for box in drawing.boxes}
    for kind in sorted(kinds, key=lambda kind: list(LOOKS).index(kind) if kind in LOOKS else len(LOOKS)):
        look = look_of(kinds[kind])
        shape = path(look, 0, 0, SWATCH, 17)
        extra = f'<path d="M3.5 0V17M{SWATCH - 3.5} 0V17" stroke="{look.edge}"/>' if look.double else ""
        yield (
            f'<path d="{shape}" fill="{look.band}" stroke="{look.edge}" stroke-width="1.5"/>{extra}',
            kinds[kind].kind_label,
        )
    yield _line(WAY, ""), word("legend_next")
    yield _line(BLOCKED, ' stroke-dasharray="5 4"'), word("legend_blocked")
    pill = f'<rect x="3" y="1" width="26" height="15.5" rx="7.7" fill="none" stroke="{INK}" stroke-width="1.2"/>'
    number = '<text x="16" y="13" font-size="12.5" font-weight="bold" text-anchor="middle">12</text>'
    yield pill + number, word("legend_jump")


def _line(colour: str, dashes: str) -> str:
    return (
        f'<path d="M0 8.5H24" stroke="{colour}" stroke-width="1.7"{dashes}/>'
        f'<path d="M30 8.5l-9 -4.5v9z" fill="{colour}"/>'
    )
