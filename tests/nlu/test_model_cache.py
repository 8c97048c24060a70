"""The cache of models: trained once for the same sources, by one process at a time."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from pathlib import Path

import pytest

from api.rasa import RasaError, ensure_model, model_hash
from api.rasa_model import child_environment

PYTHON = Path(sys.executable)
TRAIN = """
import argparse, json, pathlib, sys, time
from parent import die_with_parent
parser = argparse.ArgumentParser()
parser.add_argument("--with-parent", action="store_true")
for name in ("--config", "--data", "--out"): parser.add_argument(name, type=pathlib.Path)
given = parser.parse_args()
die_with_parent()
how = given.config.read_text()
here = given.config.parent
with (here / "runs").open("a") as runs: runs.write("x")
print(json.dumps({"stage": "fit", "done": 1, "of": 4}), flush=True)
print("not progress", flush=True)
if how == "bad": sys.exit("« oui » is in two intents, a and b.")
if how == "crash": raise SystemExit(2)
if how == "slow": time.sleep(1)
given.out.write_text("half")
if how == "dies": raise SystemExit(9)
given.out.write_text("model")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small nlu folder whose training is a fake."""
    folder = tmp_path / "nlu"
    for name in ("data/acts", "components"):
        (folder / name).mkdir(parents=True)
    (folder / "data" / "acts" / "oui.yml").write_text("oui")
    (folder / "components" / "a.py").write_text("1")
    (folder / "components" / "a.yml").write_text("1")
    (folder / "requirements.txt").write_text("rasa")
    (folder / "config.yml").write_text("fine")
    (folder / "config.light.yml").write_text("light")
    (folder / "train.py").write_text(TRAIN)
    shutil.copy(Path(__file__).resolve().parents[2] / "nlu" / "parent.py", folder)
    return folder


def _runs(project: Path) -> int:
    runs = project / "runs"
    return len(runs.read_text()) if runs.exists() else 0


def _ensure(project: Path, light: bool = False, said: list[tuple[str, float]] | None = None) -> Path:
    told = said if said is not None else []
    return ensure_model(project, PYTHON, project.parent / "models", light, lambda s, x: told.append((s, x)))


def test_trained_once_then_found(project: Path) -> None:
    said: list[tuple[str, float]] = []
    first = _ensure(project, said=said)
    assert first.read_text() == "model"
    assert said == [("fit", 0.25), ("ready", 1.0)]
    assert _ensure(project) == first
    assert _runs(project) == 1


@pytest.mark.parametrize(
    "changed", ["data/acts/oui.yml", "components/a.py", "components/a.yml", "requirements.txt", "config.yml"]
)
def test_any_source_changes_the_hash(project: Path, changed: str) -> None:
    before = model_hash(project, project / "config.yml")
    (project / changed).write_text("other")
    assert model_hash(project, project / "config.yml") != before


def test_a_phrase_moved_to_another_file_changes_the_hash(project: Path) -> None:
    before = model_hash(project, project / "config.yml")
    (project / "data/acts/oui.yml").rename(project / "data/acts/non.yml")
    assert model_hash(project, project / "config.yml") != before


def test_compiled_files_do_not_change_the_hash(project: Path) -> None:
    before = model_hash(project, project / "config.yml")
    (project / "components" / "__pycache__").mkdir()
    (project / "components" / "__pycache__" / "a.cpython-310.pyc").write_bytes(b"1")
    assert model_hash(project, project / "config.yml") == before


def test_two_at_once_train_once(project: Path) -> None:
    (project / "config.yml").write_text("slow")
    made: list[Path] = []
    threads = [threading.Thread(target=lambda: made.append(_ensure(project))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made[0] == made[1]
    assert _runs(project) == 1


@pytest.mark.parametrize(
    ("how", "sentence"), [("bad", "« oui » is in two intents, a and b."), ("crash", "code 2"), ("dies", "code 9")]
)
def test_a_failed_training_leaves_nothing(project: Path, how: str, sentence: str) -> None:
    (project / "config.yml").write_text(how)
    with pytest.raises(RasaError, match=sentence):
        _ensure(project)
    assert not list((project.parent / "models").glob("*.tar.gz"))


def test_no_environment_is_said(project: Path) -> None:
    with pytest.raises(RasaError, match="is missing"):
        ensure_model(project, Path("/nowhere/python"), project.parent / "models", False, lambda s, x: None)


def test_only_the_last_two_models_are_kept(project: Path) -> None:
    made = []
    for number in range(4):
        (project / "data/acts/oui.yml").write_text(str(number))
        made.append(_ensure(project))
        os.utime(made[-1], (time.time() - 100 + number,) * 2)
    assert [path.exists() for path in made] == [False, False, True, True]
    assert _ensure(project, light=True).exists()
    assert made[3].exists()


def test_a_rasa_process_sees_none_of_our_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLO_SECRET_KEY", "secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
    environment = child_environment(tmp_path)
    assert not {"ALLO_SECRET_KEY", "HTTPS_PROXY"} & set(environment)
    assert environment["HOME"] == str(tmp_path)
