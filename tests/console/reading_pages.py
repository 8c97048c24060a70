"""Reads the pages of the console as a person does: their words, without the markup."""

from __future__ import annotations

import re
from html import unescape


def words(html: str) -> str:
    """The text of a page, its spaces made simple."""
    bare = re.sub(r"<(script|title)[^>]*>.*?</\1>|<[^>]+>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", unescape(bare).replace("\u00a0", " "))


def part(html: str, id_: str) -> str:
    """The text of one part of the page."""
    return words(section(html, id_))


def section(html: str, id_: str) -> str:
    """The markup of one part of the page."""
    return html.split(f'id="{id_}"', 1)[1].split("</section>", 1)[0]


def hidden(html: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, f"no field {name}"
    return unescape(found[1])
