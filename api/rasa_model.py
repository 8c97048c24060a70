"""The Rasa model of today's data: found by the hash of its sources, or trained in a process of its own."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Progress = Callable[[str, float], None]
KEPT = 2
BAD_DATA = 1  # exit code of nlu/train.py for a mistake in the data, said in the last line of its errors
# What the child may see of our environment: never our own secrets.
_PASSED = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "SYSTEMROOT")


class RasaError(Exception):
    """Training or starting is impossible; the message is one clear sentence."""


def model_hash(nlu_dir: Path, config: Path) -> str:
    """Hash of all that makes a model: phrases, pipeline, components and packages."""
    sources = [config, nlu_dir / "requirements.txt", nlu_dir / "train.py"]
    sources += sorted((nlu_dir / "data").rglob("*.yml"))
    sources += sorted(p for p in (nlu_dir / "components").rglob("*") if p.suffix in (".py", ".yml"))
    digest = hashlib.sha256()
    for path in sources:
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path.relative_to(nlu_dir).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def ensure_model(nlu_dir: Path, python: Path, models_dir: Path, light: bool, progress: Progress) -> Path:
    """The model of the current sources, trained only when there is none. Raises RasaError."""
    config = nlu_dir / ("config.light.yml" if light else "config.yml")
    wanted = models_dir / f"{'light' if light else 'full'}-{model_hash(nlu_dir, config)[:20]}.tar.gz"
    models_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not wanted.is_file():
        with _alone(models_dir / ".lock", progress):
            if not wanted.is_file():
                _train(nlu_dir, config, python, wanted, progress)
    os.utime(wanted)  # the oldest in use goes first
    _remove_old(models_dir, wanted)
    progress("ready", 1.0)
    return wanted


def child_environment(home: Path) -> dict[str, str]:
    """The environment of a Rasa process: nothing secret of ours, and a HOME of its own."""
    scratch = home / "tmp"
    scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    passed = {name: os.environ[name] for name in _PASSED if name in os.environ}
    return {**passed, "HOME": str(home), "TMPDIR": str(scratch), "PYTHONUTF8": "1"}


@contextmanager
def _alone(path: Path, progress: Progress) -> Iterator[None]:
    """Holds the lock file; the system frees it if we die, so it is never stale."""
    with path.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                progress("waiting for another training", 0.0)
                time.sleep(0.5)
        yield


def _train(nlu_dir: Path, config: Path, python: Path, wanted: Path, progress: Progress) -> None:
    for left in wanted.parent.glob("training-*"):  # of a training that was killed
        left.unlink(missing_ok=True)
    made = wanted.parent / f"training-{os.getpid()}.tar.gz"
    command = [str(python), str(nlu_dir / "train.py"), "--with-parent", "--config", str(config)]
    command += ["--data", str(nlu_dir / "data"), "--out", str(made)]
    log = wanted.parent / "train.log"
    try:
        with tempfile.TemporaryDirectory(prefix="allo-train-") as home, log.open("w", encoding="utf-8") as errors:
            code = _run(command, child_environment(Path(home)), errors.fileno(), progress)
        if code != 0 or not made.is_file():
            raise RasaError(_reason(code, log))
        os.replace(made, wanted)
    finally:
        made.unlink(missing_ok=True)


def _run(command: list[str], environment: dict[str, str], errors: int, progress: Progress) -> int:
    """Runs the training to its end, telling its progress; it ends with us, whatever ends us."""
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
        )
    except OSError:
        raise RasaError(f"The environment of the French understanding is missing: {command[0]}.") from None
    with process:
        try:
            for line in process.stdout or ():
                _tell(line, progress)
            return process.wait()
        finally:
            if process.poll() is None:
                process.kill()


def _tell(line: str, progress: Progress) -> None:
    try:
        said = json.loads(line)
        progress(str(said["stage"]), said["done"] / max(said["of"], 1))
    except (ValueError, KeyError, TypeError):
        return  # not a progress line


def _reason(code: int, log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    if code == BAD_DATA and lines:
        return lines[-1]
    return f"The training of the French understanding failed (code {code}); see {log}."


def _remove_old(models_dir: Path, current: Path) -> None:
    others = [path for path in models_dir.glob("*.tar.gz") if path != current and not path.name.startswith("training-")]
    for path in sorted(others, key=lambda p: p.stat().st_mtime, reverse=True)[KEPT - 1 :]:
        path.unlink(missing_ok=True)
