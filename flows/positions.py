"""Reads a YAML file keeping the line of each key, finding repeated keys, and reading on past broken lines."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times faster where it is built in

MAX_BROKEN_LINES = 10
_PLAIN_VALUE = re.compile(r"(\s*(?:- )?\w+: +)([^\s{\[|>&'\"].*)")
_OPEN_QUOTE = re.compile(r"""\s*(?:- )?\w+: +(["'])(?:(?!\1).)*""")

Path = tuple[str | int, ...]

_SCALARS = yaml.SafeLoader("")  # builds plain values; making one for each of thousands took half the time


@dataclass
class Document:
    """The data of a file, the line (from 1) of each path in it, and what was wrong with its form."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    repeated: list[tuple[Path, int]] = field(default_factory=list)
    broken: list[tuple[int, str]] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of the deepest known part of `path`."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(text: str) -> Document:
    """Parses `text`; a line that breaks the YAML is reported and mended or left out: the rest is still read."""
    document = Document()
    rows = text.split("\n")
    for _ in range(MAX_BROKEN_LINES):
        try:
            node = yaml.compose("\n".join(rows), Loader=Loader)
        except yaml.YAMLError as error:
            line = _culprit(error, rows)
            document.broken.append((line + 1, str(getattr(error, "problem", error) or error)))
            rows[line] = _mended(rows[line])
            continue
        if node is not None:
            document.data = _build(node, (), document)
        return document
    return document


def _mended(row: str) -> str:
    """The row with its value between quotes (« say: Bon : alors »), or nothing where that cannot be the cure."""
    if "\t" in row:
        return row.replace("\t", "    ")
    bare, quote = _PLAIN_VALUE.fullmatch(row), _OPEN_QUOTE.fullmatch(row)
    if quote:
        return row + quote[1]
    return bare[1] + json.dumps(bare[2], ensure_ascii=False) if bare else ""


def _culprit(error: yaml.YAMLError, rows: list[str]) -> int:
    """The line to blame: one whose quotes are left open, else where the reading stopped."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = min(mark.line if mark else 0, len(rows) - 1)
    opened = [number for number, row in enumerate(rows[: line + 1]) if _OPEN_QUOTE.fullmatch(row)]
    if opened:
        return opened[0]
    while line > 0 and not rows[line].strip():
        line -= 1
    return line


def _build(node: yaml.Node, path: Path, document: Document) -> Any:
    document.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, document)
    if isinstance(node, yaml.SequenceNode):
        return [_build(child, (*path, i), document) for i, child in enumerate(node.value)]
    value = _SCALARS.construct_object(node)
    _SCALARS.constructed_objects.clear()
    return value


def _mapping(node: yaml.MappingNode, path: Path, document: Document) -> dict[str, Any]:
    built: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in built:
            document.repeated.append(((*path, key), line))
            continue
        document.lines[(*path, key)] = line
        built[key] = _build(value_node, (*path, key), document)
    return built
