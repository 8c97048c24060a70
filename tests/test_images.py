"""The Dockerfiles copy what exists, install hashed packages only, run as nobody special, and hold what they run."""

from __future__ import annotations

import ast
import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
DOCKERFILES = {"api": ROOT / "api" / "Dockerfile", "rasa": ROOT / "nlu" / "Dockerfile"}
OFFICIAL_IMAGES = {"python:3.11-slim", "python:3.10-slim", "postgres:17"}
ROOT_USERS = {"root", "0", ""}


def instructions(path: Path) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile, continued lines joined."""
    text = re.sub(r"^\s*#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    return [
        (word.upper(), rest.strip()) for word, _, rest in (line.partition(" ") for line in text.splitlines()) if word
    ]


def copied(path: Path) -> list[tuple[list[Path], str]]:
    """What each COPY takes from the checkout, and where it goes."""
    found = []
    for word, rest in instructions(path):
        if word == "COPY":
            *sources, target = rest.split()
            found.append(([file for source in sources for file in ROOT.glob(source)], target))
            assert all(list(ROOT.glob(source)) for source in sources), f"{path.name}: {rest} copies nothing"
    return found


def test_images_are_the_official_ones() -> None:
    bases = [rest for path in DOCKERFILES.values() for word, rest in instructions(path) if word == "FROM"]
    images = [service["image"] for service in SERVICES.values() if "image" in service]
    assert set(bases + images) == OFFICIAL_IMAGES


def test_nothing_runs_as_root() -> None:
    for path in DOCKERFILES.values():
        users = [rest for word, rest in instructions(path) if word == "USER"]
        assert users and users[-1] not in ROOT_USERS, path
        last_user = max(i for i, (word, _rest) in enumerate(instructions(path)) if word == "USER")
        assert any(word == "CMD" for word, _rest in instructions(path)[last_user:])
    for name, service in SERVICES.items():
        assert "build" in service or service.get("user", "") not in ROOT_USERS, name
        assert service.get("user", "someone") not in ROOT_USERS


def test_compose_builds_the_dockerfiles() -> None:
    for name, path in DOCKERFILES.items():
        build = SERVICES[name]["build"]
        assert (ROOT / build["context"]).resolve() == ROOT
        assert ROOT / build["dockerfile"] == path
        declared = {rest.split("=")[0] for word, rest in instructions(path) if word == "ARG"}
        assert set(build.get("args", {})) == declared


@pytest.mark.parametrize("name", DOCKERFILES)
def test_packages_come_from_the_hashed_file(name: str) -> None:
    wanted = {"api": ROOT / "requirements.txt", "rasa": ROOT / "nlu" / "requirements.txt"}[name]
    installs = [rest for word, rest in instructions(DOCKERFILES[name]) if word == "RUN" and "pip" in rest]
    assert installs == ["pip install --require-hashes --no-deps -r requirements.txt"]
    assert wanted in [file for files, target in copied(DOCKERFILES[name]) if target == "./" for file in files]
    pinned = re.split(r"\n(?=[A-Za-z0-9])", wanted.read_text(encoding="utf-8").strip())
    assert len(pinned) > 10
    for package in pinned:
        assert re.match(r"[A-Za-z0-9._-]+(\[[^]]+\])?==\S+", package), package[:60]
        assert "--hash=sha256:" in package, package[:60]


def test_the_build_is_sent_only_what_it_copies() -> None:
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    rules = [rule for rule in rules if rule and not rule.startswith("#")]
    assert rules[0] == "*", "an allow-list: nothing is sent that is not named"
    allowed = {rule[1:] for rule in rules if rule.startswith("!")}
    needed = {
        file.relative_to(ROOT).parts[0] for path in DOCKERFILES.values() for files, _t in copied(path) for file in files
    }
    assert allowed == needed
    assert not any(fnmatch.fnmatch(secret, rule) for secret in (".env", ".allo", ".git") for rule in allowed)


def test_the_service_runs_from_what_its_image_holds(tmp_path: Path) -> None:
    for files, target in copied(DOCKERFILES["api"]):
        for file in files:
            if file.is_dir():
                shutil.copytree(file, tmp_path / target, ignore=shutil.ignore_patterns("__pycache__"))
    [command] = [json.loads(rest) for word, rest in instructions(DOCKERFILES["api"]) if word == "CMD"]
    assert command[0] == "python"
    clean = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *command[1:], "--help"], cwd=tmp_path, env=clean, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "--port" in done.stdout


def test_the_rasa_image_holds_the_modules_that_it_imports() -> None:
    nlu = ROOT / "nlu"
    files = {file for files, _target in copied(DOCKERFILES["rasa"]) for file in files}
    local = {path.stem for path in nlu.glob("*.py")} | {path.name for path in nlu.iterdir() if path.is_dir()}
    held = {file.stem if file.suffix == ".py" else file.name for file in files}
    for file in (file for file in files if file.suffix == ".py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            for name in (name.split(".")[0] for name in names):
                assert name not in local or name in held, f"{file.name} imports {name}"


def test_the_rasa_image_trains_and_serves_the_same_model() -> None:
    steps = instructions(DOCKERFILES["rasa"])
    [train] = [rest for word, rest in steps if word == "RUN" and "train.py" in rest]
    [serve] = [json.loads(rest) for word, rest in steps if word == "CMD"]
    model = re.search(r"--out (\S+)", train)
    assert model and model[1] == serve[serve.index("--model") + 1]
    for script, words in (("train", train.split()), ("serve", serve)):
        source = (ROOT / "nlu" / f"{script}.py").read_text(encoding="utf-8")
        for option in (word for word in words if word.startswith("--")):
            assert f'"{option}"' in source, f"{script}.py has no {option}"
    assert [rest for word, rest in steps if word == "USER"] == ["rasa"]
    assert steps.index(("USER", "rasa")) < next(i for i, (_w, rest) in enumerate(steps) if "train.py" in rest)
