"""`allo` as its user runs it: in a process of its own, or, quicker, in this one."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from api.cli.main import main

ROOT = Path(__file__).resolve().parents[1]
NO_RASA = "http://127.0.0.1:9"


def process(home: Path, *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    """`allo` as a process, without Rasa."""
    env = {**os.environ, "ALLO_HOME": str(home), "ALLO_RASA_URL": NO_RASA}
    command = [sys.executable, "-m", "api.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, input=said, capture_output=True, text=True, check=False)


def allo(home: Path, *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    """The same in this process, which has read all the code already."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("ALLO_HOME", str(home))
        patch.setenv("ALLO_RASA_URL", NO_RASA)
        patch.setattr(sys, "argv", ["allo", *arguments])
        patch.setattr(sys, "stdin", io.StringIO(said))
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
    return subprocess.CompletedProcess(arguments, int(str(code or 0)), out.getvalue(), err.getvalue())
