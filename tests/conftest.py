"""Fixtures of the whole suite: the content, a dialogue on it, and what each kind of machine can run."""

from __future__ import annotations

import pytest

from bot.dialogue import Dialogue
from flows.library import Library
from flows.loader import load
from mediation.territory import load_territory


@pytest.fixture(scope="session")
def library() -> Library:
    """The content as shipped."""
    return load()


@pytest.fixture(scope="session")
def dialogue(library: Library) -> Dialogue:
    """The dialogue on the content as shipped."""
    return Dialogue(library, load_territory("demo"))
