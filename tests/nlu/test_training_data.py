"""The training data: mistakes are said in one sentence, and the shipped phrases have none."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from nlu.components.noise import variants

NLU = Path(__file__).resolve().parents[2] / "nlu"
GOOD = 'version: "3.1"\nnlu:\n- intent: {}\n  examples: |\n{}\n'


def _file(folder: Path, intent: str, phrases: list[str], name: str = "") -> None:
    lines = "\n".join(f"    - {phrase}" for phrase in phrases)
    (folder / f"{name or intent}.yml").write_text(GOOD.format(intent, lines), encoding="utf-8")


def _trained(folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs the training; on bad data it ends before it needs Rasa, so any python does."""
    command = [sys.executable, str(NLU / "train.py"), "--data", str(folder), "--out", str(folder / "m.tar.gz")]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def _ten(word: str) -> list[str]:
    return [f"{word} {letter}{letter}" for letter in "abcdefghij"]


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ("nlu: [", "c.yml is not valid YAML near line"),
        ("hello: 1", "c.yml has no list of intents"),
        ("nlu:\n- lookup: x\n", "c.yml has a block without"),
        ("nlu:\n- intent: c\n  examples: |\n    oui\n", "does not begin with « - »"),
        (GOOD.format("c", "    - oui"), "Intent c has 1 phrases; it needs at least 10."),
        (GOOD.format("c", "    - Papa AA"), "is in two intents, a and c."),
    ],
)
def test_a_mistake_is_one_clear_sentence(tmp_path: Path, broken: str, sentence: str) -> None:
    _file(tmp_path, "a", _ten("papa"))
    _file(tmp_path, "b", _ten("maman"))
    (tmp_path / "c.yml").write_text(broken, encoding="utf-8")
    if "two intents" in sentence:
        _file(tmp_path, "c", ["Papa AA", *_ten("tonton")])
    done = _trained(tmp_path)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert json.loads(done.stdout.splitlines()[0]) == {"stage": "read", "done": 0, "of": 1}
    assert not (tmp_path / "m.tar.gz").exists()


def test_no_data_at_all_is_said(tmp_path: Path) -> None:
    done = _trained(tmp_path / "nowhere")
    assert (done.returncode, done.stderr.startswith("No training phrases")) == (1, True)


def test_the_shipped_phrases_are_good() -> None:
    command = [sys.executable, str(NLU / "phrases.py"), str(NLU / "data")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) >= 43


def test_noise_is_the_same_with_the_same_seed() -> None:
    phrase = "je n'arrive pas à faire ma déclaration trimestrielle"
    first = variants(phrase, random.Random(5), 4)
    assert first == variants(phrase, random.Random(5), 4)
    assert len(first) == 4
    assert any(copy != phrase for copy in first)


@pytest.mark.parametrize("phrase", ["", "g", "oui", "?", "a b c d e", "é" * 300])
def test_noise_takes_any_phrase(phrase: str) -> None:
    for seed in range(30):
        assert len(variants(phrase, random.Random(seed), 2)) == 2
