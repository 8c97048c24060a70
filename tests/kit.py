"""Small tools of the whole suite."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

UNAVAILABLE: list[str] = []


def cannot_run(reason: str) -> NoReturn:
    """A test that this machine cannot run: a failure in CI, elsewhere a skip said loudly at the end."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    if reason not in UNAVAILABLE:
        UNAVAILABLE.append(reason)
    pytest.skip(reason)
