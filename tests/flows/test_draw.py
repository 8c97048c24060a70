"""The drawings of the procedures: every step once, every way out, nothing on anything else, whatever the texts hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner, Result

from api.cli.content import app
from api.cli.failures import Told
from flows import loader
from flows.diagram import Drawing, draw, graph_of, svg, svg_of
from flows.diagram.boxes import PAD, ROOM, WIDTH
from flows.diagram.graph import Graph
from flows.diagram.layout import A4, Line
from flows.diagram.measure import width, wrap
from flows.diagram.shapes import BLOCKED, INK, LOOKS, WAY
from flows.draw import mermaid
from flows.model import Procedure
from tests.flows.content import page, write

SVG = "{http://www.w3.org/2000/svg}"


def shipped() -> Iterator[Procedure]:
    for path in loader.procedure_files(loader.CONTENT):
        procedure, _document, _found = loader.read_procedure(path, loader.CONTENT)
        if procedure:
            yield procedure


PROCEDURES = {procedure.id: procedure for procedure in shipped()}
TITLES = {id_: procedure.title for id_, procedure in PROCEDURES.items()}
EVERY = pytest.mark.parametrize("procedure", PROCEDURES.values(), ids=PROCEDURES)


def edges(graph: Graph) -> Counter[tuple[str, str, str]]:
    return Counter((node.name, way.target, way.kind) for node in graph.nodes.values() for way in node.exits)


def one(tmp_path: Path, steps: str) -> Procedure:
    """A procedure of the test's own. Ways to nowhere are allowed: an author may be in the middle of writing."""
    write(tmp_path, [page("essai", steps)])
    procedure, _document, found = loader.read_procedure(tmp_path / "procedures" / "caf" / "essai.yaml", tmp_path)
    assert procedure, found
    return procedure


# What is on the drawing


@EVERY
def test_each_step_once_and_each_way_out(procedure: Procedure) -> None:
    graph = graph_of(procedure, TITLES)
    root = ElementTree.fromstring(svg(draw(graph)))
    steps = [found.get("data-step") for found in root.iter(f"{SVG}g") if found.get("data-step")]
    assert Counter(steps) == Counter(list(procedure.steps))
    drawn = [found for found in root.iter() if found.get("data-from")]
    assert Counter((e.get("data-from"), e.get("data-to"), e.get("data-kind")) for e in drawn) == edges(graph)


@EVERY
def test_every_way_of_the_model_is_in_the_graph(procedure: Procedure) -> None:
    graph = graph_of(procedure)
    for name, step in procedure.steps.items():
        after = getattr(step, "next", ())
        written = [after] if isinstance(after, str) else [branch.target for branch in after]
        written += [reason.go for reason in getattr(step, "blocked", {}).values()]
        written += [step.unknown] if getattr(step, "unknown", None) else []
        assert Counter(way.target for way in graph.nodes[name].exits) == Counter(written)
        assert all(way.label for way in graph.nodes[name].exits)


@EVERY
def test_the_picture_says_what_it_is_to_a_screen_reader(procedure: Procedure) -> None:
    root = ElementTree.fromstring(svg_of(procedure))
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and description is not None
    assert procedure.title in (title.text or "") and str(len(procedure.steps)) in (description.text or "")
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"


# Where it is


@EVERY
def test_boxes_keep_apart_and_inside(procedure: Procedure) -> None:
    drawing = draw(graph_of(procedure, TITLES))
    for a, b in combinations(drawing.boxes, 2):
        apart = a.right < b.x or b.right < a.x or a.bottom < b.y or b.bottom < a.y
        assert apart, (a.node.name, b.node.name)
    for box in drawing.boxes:
        assert box.x > 0 and box.y > 0 and box.right < drawing.width and box.bottom < drawing.height


@EVERY
def test_no_line_through_a_box(procedure: Procedure) -> None:
    drawing = draw(graph_of(procedure, TITLES))
    for line in drawing.lines:
        for box in drawing.boxes:
            assert not any(crosses(a, b, drawing, box.node.name) for a, b in segments(line)), (line, box.node.name)


@EVERY
def test_a_line_leaves_its_box_and_enters_the_other(procedure: Procedure) -> None:
    drawing = draw(graph_of(procedure, TITLES))
    boxes = {box.node.name: box for box in drawing.boxes}
    for line in drawing.lines:
        for name, (x, y) in ((line.source, line.points[0]), (line.target, line.points[-1])):
            box = boxes[name]
            assert box.x <= x <= box.right and box.y <= y <= box.bottom
            assert x in (box.x, box.right) or y in (box.y, box.bottom)


@EVERY
def test_lines_with_different_ends_never_lie_one_on_the_other(procedure: Procedure) -> None:
    drawing = draw(graph_of(procedure, TITLES))
    for one_, other in combinations(drawing.lines, 2):
        if one_.bundle != other.bundle and one_.source != other.source:
            assert not any(together(a, b) for a in segments(one_) for b in segments(other)), (one_, other)


@EVERY
def test_a_printed_page_cuts_no_box(procedure: Procedure) -> None:
    drawing = draw(graph_of(procedure, TITLES))
    page_height = drawing.width * A4
    assert [b.node.name for b in drawing.boxes if b.y // page_height != b.bottom // page_height] == []


@EVERY
def test_letters_are_legible_when_printed(procedure: Procedure) -> None:
    drawing = draw(graph_of(procedure, TITLES))
    points = 190 / drawing.width * 72 / 25.4
    assert 13 * points >= 7 and 11.5 * points >= 6, drawing.width


@EVERY
def test_text_stays_in_its_box(procedure: Procedure) -> None:
    for box in draw(graph_of(procedure, TITLES)).boxes:
        assert max(width(line, 13) for line in box.text) <= ROOM == WIDTH - 2 * PAD
        assert box.head_height + 16.5 * len(box.text) < box.height
        assert box.text[0].split()[0] == (box.node.text or box.node.link).split()[0]
        tops = [row.top for row in box.rows]
        assert tops == sorted(tops) and all(top + 16 <= box.height for top in tops)


def segments(line: Line) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    return list(zip(line.points, line.points[1:], strict=False))


def crosses(a: tuple[float, float], b: tuple[float, float], drawing: Drawing, name: str) -> bool:
    """True when a segment passes inside a box, its edges aside."""
    box = next(box for box in drawing.boxes if box.node.name == name)
    left, right = sorted((a[0], b[0]))
    top, bottom = sorted((a[1], b[1]))
    return left < box.right - 1 and right > box.x + 1 and top < box.bottom - 1 and bottom > box.y + 1


def together(a: tuple[tuple[float, float], ...], b: tuple[tuple[float, float], ...]) -> bool:
    """True when two segments go the same way and share more than a point."""
    for i, k in ((0, 1), (1, 0)):
        if a[0][i] == a[1][i] and b[0][i] == b[1][i] and abs(a[0][i] - b[0][i]) < 1:
            low = max(min(a[0][k], a[1][k]), min(b[0][k], b[1][k]))
            high = min(max(a[0][k], a[1][k]), max(b[0][k], b[1][k]))
            return high - low > 1
    return False


# Unfinished and awkward procedures

AWKWARD = """
un:
  ask: 'Avez-vous "deux" <papiers> & une carte ? #1 `x`'
  answer: choice
  choices: {a: {label: 'Oui, "deux"'}, b: {label: "<Non>"}}
  why: Parce.
  next: [{is: a, go: nulle_part}, {is: b, go: un}, {else: end}]
end: {end: done, say: Fini.}
seule: {say: Personne ne mène ici., next: end}
"""


def test_signs_are_escaped(tmp_path: Path) -> None:
    procedure = one(tmp_path, AWKWARD)
    drawn = svg_of(procedure, link=lambda name: f'#"{name}"')
    root = ElementTree.fromstring(drawn)
    said = " ".join(found.text or "" for found in root.iter(f"{SVG}text"))
    assert 'Avez-vous "deux" <papiers> & une' in said and 'Oui, "deux"' in said
    assert "<papiers>" not in drawn
    source = mermaid(procedure)
    assert "Avez-vous #quot;deux#quot; #lt;papiers#gt; #amp; une carte ? #35;1 #96;x#96;" in source
    assert all(line.count('"') % 2 == 0 for line in source.splitlines())


def test_a_way_to_nowhere_and_a_step_that_nothing_leads_to_are_shown(tmp_path: Path) -> None:
    procedure = one(tmp_path, AWKWARD)
    drawn = svg_of(procedure)
    assert "nulle_part" in drawn and "existe pas" in drawn
    assert 'data-step="seule"' in drawn and "Étapes où rien ne mène" in drawn
    assert "nulle_part (n'existe pas)" in mermaid(procedure)


def test_a_start_that_does_not_exist_is_drawn_all_the_same(tmp_path: Path) -> None:
    procedure = one(tmp_path, AWKWARD).model_copy(update={"start": "ailleurs"})
    assert svg_of(procedure).count("data-step=") == 3


def test_each_box_is_a_link_when_asked() -> None:
    procedure = PROCEDURES["caf_dtr"]
    assert "<a " not in svg_of(procedure)
    links = re.findall(r'<a href="([^"]+)"', svg_of(procedure, link=lambda name: f"#etape-{name}"))
    assert sorted(links) == sorted(f"#etape-{name}" for name in procedure.steps)


def test_nothing_that_the_policy_of_the_pages_refuses() -> None:
    drawn = svg_of(PROCEDURES["caf_dtr"], link=lambda name: f"#{name}")
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|<image|<use|http(?!://www.w3.org/2000/svg)", drawn)


def test_kinds_are_told_by_words_and_shapes() -> None:
    assert len({(look.corner, look.size, look.double, look.band == look.edge) for look in LOOKS.values()}) == 5
    graph = graph_of(PROCEDURES["cpam_carte_vitale"])
    assert {node.kind_label for node in graph.nodes.values()} >= {"Question", "À faire", "Fin : une personne"}


def luminance(colour: str) -> float:
    full = colour if len(colour) == 7 else "#" + "".join(2 * c for c in colour[1:])
    parts = [int(full[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one_: str, other: str) -> float:
    light, dark = sorted((luminance(one_), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_colours_have_contrast() -> None:
    assert all(contrast(look.ink, look.band) >= 7 for look in LOOKS.values())
    assert all(contrast(look.edge, "#ffffff") >= 4.5 for look in LOOKS.values())
    assert min(contrast(colour, "#ffffff") for colour in (INK, WAY, BLOCKED)) >= 7


def test_lines_break_at_words_and_before_no_sign() -> None:
    lines = wrap("Que se passe-t-il avec votre carte ? « Oui » : cela va ; et puis rien", 13, 150, 9)
    assert all(width(line, 13) <= 150 for line in lines)
    assert not any(line[0] in "?:;!»" or line[-1] == "«" for line in lines)
    assert wrap("un mot", 13, 150, 3) == ["un mot"]
    assert wrap("", 13, 150, 3) == []
    assert wrap("abc " * 100, 13, 150, 2)[-1].endswith("…")
    assert max(width(line, 13) for line in wrap("x" * 200, 13, 150, 9)) <= 150


# Mermaid


@EVERY
def test_mermaid_has_every_step_and_every_way_out(procedure: Procedure) -> None:
    source = mermaid(procedure, TITLES)
    lines = source.splitlines()
    assert lines[0] == "---" and "flowchart TD" in lines
    for node in graph_of(procedure, TITLES).nodes.values():
        assert sum(line.startswith(f"  s_{node.name}") and f"· {node.name}</b>" in line for line in lines) == 1
        ways = [line for line in lines if re.match(rf"  s_{node.name} (-->|-\.)", line)]
        assert [line.rsplit(" s_", 1)[1] for line in ways] == [way.target for way in node.exits]
        assert [("-." in line) for line in ways] == [way.kind == "blocked" for way in node.exits]


@EVERY
def test_both_name_the_procedures_that_this_one_leads_to(procedure: Procedure) -> None:
    source, drawn = mermaid(procedure, TITLES), svg_of(procedure, TITLES)
    said = "".join(found.text or "" for found in ElementTree.fromstring(drawn).iter(f"{SVG}text"))
    for step in procedure.steps.values():
        other = getattr(step, "use", None) or getattr(step, "procedure", None)
        assert other is None or (other in source and other in said and TITLES.get(other, "") in source)


def test_mermaid_names_the_reason_and_has_a_legend() -> None:
    source = mermaid(PROCEDURES["cpam_carte_vitale"], TITLES)
    assert '-. "je bloque : La photo est refusée" .-> s_aide_photo' in source
    assert 'subgraph legend["Légende"]' in source
    assert all(f"classDef {kind} " in source and f"legend_{kind}" in source for kind in ("done", "stop", "handoff"))
    assert '"<b>À faire · photo</b><br>Préparez une photo' in source


# The command


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["draw", *arguments])


def test_the_command_prints_or_writes_both_formats(tmp_path: Path) -> None:
    assert "flowchart TD" in run("caf_dtr").stdout
    assert run("caf_dtr", "--format", "svg").stdout.startswith("<svg ")
    for format_, start in (("mermaid", "---"), ("svg", "<svg ")):
        done = run("caf_dtr", "--format", format_, "--output", str(tmp_path / format_))
        assert done.exit_code == 0 and done.stdout == ""
        assert (tmp_path / format_).read_text(encoding="utf-8").startswith(start)


def test_the_command_fails_in_one_sentence(tmp_path: Path) -> None:
    assert run("caf_dtr", "--format", "png").exit_code == 2
    for arguments in (("rien_de_tel",), ("caf_dtr", "--output", str(tmp_path / "no" / "file"))):
        assert isinstance(run(*arguments).exception, Told)
