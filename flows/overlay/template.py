"""What a translator starts from, and the marks that say which French texts a translation was made from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flows.library import Library
from flows.overlay.addresses import fingerprints, page_texts
from flows.overlay.compare import Compared
from flows.overlay.library import raw_page

HEAD = "# Written by `allo flows translate`: what the French said."
_MARKS = re.compile(rf"^(?:{re.escape(HEAD)}\n)*from:.*\Z", re.MULTILINE | re.DOTALL)


def template(library: Library, id_: str) -> Iterator[str]:
    """The skeleton of a procedure's translation: every French text as a comment, above the text to write."""
    texts = page_texts(raw_page(library.procedures[id_]))
    yield f"# {texts['title']}"
    tree: dict[str, Any] = {}
    for address, text in texts.items():
        place = tree
        *path, last = address.split("/")
        for part in path:
            place = place.setdefault(part, {})
        place[last] = text
    yield from _branch(tree, "")
    yield from _block(fingerprints(texts))


def _branch(tree: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in tree.items():
        written = "-" if key.isdigit() else f"{key}:"
        if isinstance(value, dict):
            yield f"{indent}{written}"
            yield from _branch(value, indent + "  ")
        else:
            yield f"{indent}# {' '.join(value.split())}"
            yield f'{indent}{written} ""'


def marked(text: str, compared: Compared) -> str:
    """The text of a file of translations once it is read against the French as it is now."""
    now = fingerprints(compared.known)
    kept = {name: now[name] for name in now if name in compared.units}
    return "\n".join((_MARKS.sub("", text).rstrip("\n"), "", *_block(kept), ""))


def _block(found: Mapping[str, str]) -> list[str]:
    return [HEAD, "from:", *(f"  {name}: {mark}" for name, mark in found.items())]
