"""Reads the pages: their messages, and what each button posts."""

from __future__ import annotations

import re

from api.web.pages import Pages

SAID = Pages(1000).texts
CARDS = re.compile(r'<form method="post" action="/" data-send>(.*?)</form>', re.S)
FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')


def forms(page: str) -> list[dict[str, str]]:
    """The hidden fields of each button of the page, templates aside."""
    return [dict(FIELD.findall(card)) for card in CARDS.findall(page.partition("<template")[0])]


def button(page: str, label: str) -> dict[str, str]:
    """What the button of that label posts."""
    return next(form for form in forms(page) if form["text"] == label.replace("'", "&#39;")) | {"text": label}


def words(page: str) -> list[str]:
    """The messages shown, in order."""
    shown = re.findall(r'<p class="words"[^>]*>(.*?)</p>', page.partition('id="choices"')[0], re.S)
    return [text.replace("&#39;", "'").replace("\u00a0", " ") for text in shown]
