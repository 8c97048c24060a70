"""Small tools of the whole suite."""

from __future__ import annotations

import os
from functools import cache
from typing import NoReturn

import pytest

from flows.library import Library
from flows.loader import load

UNAVAILABLE: list[str] = []


@cache
def shipped() -> Library:
    """The content as shipped, read once for the whole suite: nothing in it can be changed."""
    return load()


def cannot_run(reason: str) -> NoReturn:
    """A test that this machine cannot run: a failure in CI, elsewhere a skip said loudly at the end."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    if reason not in UNAVAILABLE:
        UNAVAILABLE.append(reason)
    pytest.skip(reason)
