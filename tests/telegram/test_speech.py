"""Voice notes into words, with a stand-in of faster-whisper on the path of modules."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from api.providers.speech import WAITING, hearing
from api.settings import Settings

# The library's interface, as far as we use it: keywords of the real one only, segments that are made as they are read.
STAND_IN = """
import threading, time
from collections import namedtuple
Segment = namedtuple("Segment", "start end text no_speech_prob")
loaded, most, at_once, lock = [], 0, 0, threading.Lock()
class WhisperModel:
    def __init__(
        self, model_size_or_path, device="auto", compute_type="default", cpu_threads=0, local_files_only=False
    ):
        if "broken" in model_size_or_path:
            raise RuntimeError("Unable to open file model.bin")
        loaded.append((model_size_or_path, device, local_files_only))
    def transcribe(self, audio, language=None, vad_filter=False, condition_on_previous_text=True):
        global at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        try:
            sound = audio.read()
            time.sleep(0.05)
        finally:
            with lock:
                at_once -= 1
        if sound == b"not sound":
            raise ValueError("Invalid data found when processing input")
        words = sound.decode().split("|")
        return (Segment(0.0, 1.0, " " + one, 0.1) for one in words if one), {"language": language}
"""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The stand-in, installed."""
    (tmp_path / "faster_whisper.py").write_text(STAND_IN, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    sys.modules.pop("faster_whisper", None)
    yield lambda: sys.modules["faster_whisper"]
    sys.modules.pop("faster_whisper", None)


def settings(folder: Path | None) -> Settings:
    return Settings(_env_file=None, speech_model=folder)


def test_without_a_model_there_are_no_ears(library: Any, tmp_path: Path) -> None:
    assert hearing(settings(None)) is None
    assert hearing(settings(tmp_path / "missing")) is None


def test_without_the_library_there_are_no_ears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.providers.speech.LIBRARY", "a_library_that_nobody_has")
    assert hearing(settings(tmp_path)) is None


def test_a_note_becomes_words_and_the_model_is_loaded_once(library: Any, tmp_path: Path) -> None:
    hear = hearing(settings(tmp_path))
    assert hear
    assert "faster_whisper" not in sys.modules  # nothing is loaded before the first note
    assert hear(b"je veux|le RSA") == "je veux le RSA"
    assert hear(b"") is None
    assert hear(b"not sound") is None
    assert hear(b"oui") == "oui"
    assert library().loaded == [(str(tmp_path), "cpu", True)]


def test_a_model_that_cannot_be_read_is_no_reason_to_fail(library: Any, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    hear = hearing(settings(folder))
    assert hear
    assert hear(b"oui") is None


def test_one_note_at_a_time_and_few_wait(library: Any, tmp_path: Path) -> None:
    hear = hearing(settings(tmp_path))
    assert hear
    with ThreadPoolExecutor(3 * WAITING) as pool:
        heard = list(pool.map(hear, [b"oui"] * 3 * WAITING))
    assert library().most == 1
    assert WAITING <= heard.count("oui") < len(heard)
    assert hear(b"oui") == "oui"
