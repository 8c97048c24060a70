"""Fixtures of the whole suite: the content, a dialogue on it, and what each kind of machine can run."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

from bot.dialogue import Dialogue
from flows.library import Library
from flows.loader import load_languages
from mediation.territory import load_territory
from tests.kit import UNAVAILABLE, cannot_run, shipped

ROOT = Path(__file__).resolve().parents[1]

# In CI the same examples each time, so that a change is judged on its own; at a desk new ones, to find more.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("desk", deadline=None)
settings.register_profile("long", max_examples=3000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "desk"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What a file marks `one_database` does not depend on its kind: only its tests marked `both` run on PostgreSQL."""
    extra = {
        one for one in items
        if one.get_closest_marker("one_database") and one.get_closest_marker("postgres")
        and not one.get_closest_marker("both")
    }  # fmt: skip
    config.hook.pytest_deselected(items=list(extra))
    items[:] = [one for one in items if one not in extra]


def pytest_collection_finish() -> None:
    """The tests themselves are for ever: looking again and again for garbage among them takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says loudly what this machine could not run."""
    for reason in UNAVAILABLE:
        terminalreporter.write_line(f"NOT RUN: {reason}", red=True, bold=True)


@pytest.fixture(scope="session")
def nlu_python() -> Path:
    """The python of Rasa's environment."""
    python = Path(os.environ.get("ALLO_NLU_PYTHON") or ROOT / ".envs" / "nlu" / "bin" / "python")
    if not python.exists():
        cannot_run("no Rasa environment: run the suite with ./allo test; the understanding is not tested")
    return python


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """Where trained models are kept between runs."""
    return Path(os.environ.get("ALLO_TEST_CACHE") or ROOT / ".allo" / "test-cache") / "models"


@pytest.fixture(scope="session")
def library() -> Library:
    """The content as shipped."""
    return shipped()


@pytest.fixture(scope="session")
def dialogue(library: Library) -> Dialogue:
    """The dialogue on the content as shipped."""
    return Dialogue(library, load_territory("demo"), load_languages(library))
