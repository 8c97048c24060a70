"""Fixtures of the whole suite: the content, a dialogue on it, and what each kind of machine can run."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from bot.dialogue import Dialogue
from flows.library import Library
from flows.loader import load
from mediation.territory import load_territory

# In CI the same examples each time, so that a change is judged on its own; at a desk new ones, to find more.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("desk", deadline=None)
settings.register_profile("long", max_examples=3000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "desk"))


@pytest.fixture(scope="session")
def library() -> Library:
    """The content as shipped."""
    return load()


@pytest.fixture(scope="session")
def dialogue(library: Library) -> Dialogue:
    """The dialogue on the content as shipped."""
    return Dialogue(library, load_territory("demo"))
