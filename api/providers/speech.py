"""Voice notes into words, on this machine: faster-whisper with a model that the operator has put there."""

from __future__ import annotations

import importlib
import io
import logging
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any

import structlog

from api.settings import Settings

LIBRARY = "faster_whisper"  # no dependency of ours: it is installed by those who want it
LANGUAGE = "fr"
THREADS = 2
WAITING = 4  # each note holds a thread of the service: beyond, the person is asked to write instead
log = structlog.get_logger(__name__)


def hearing(settings: Settings) -> Callable[[bytes], str | None] | None:
    """What turns a voice note into words; None where no model is set or the library is not installed.

    The words are None when nothing was heard. One note at a time; the sound is never written anywhere.
    """
    if settings.speech_model is None:
        return None
    if find_spec(LIBRARY) is None or not settings.speech_model.is_dir():
        log.warning("speech_unavailable", library=find_spec(LIBRARY) is not None, model=settings.speech_model.is_dir())
        return None
    return _Ears(settings.speech_model).hear


class _Ears:
    """The model, loaded at the first note."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._places = BoundedSemaphore(WAITING)
        self._model: Any = None
        logging.getLogger(LIBRARY).setLevel(logging.WARNING)

    def hear(self, sound: bytes) -> str | None:
        """The words of a note; None when there are none, or when they cannot be had."""
        if not self._places.acquire(blocking=False):
            return None
        try:
            with self._lock:
                return self._words(sound)
        except Exception as error:  # whatever the library cannot read
            log.warning("speech_failed", error=type(error).__name__)
            return None
        finally:
            self._places.release()

    def _words(self, sound: bytes) -> str | None:
        self._model = self._model or self._loaded()
        segments, _ = self._model.transcribe(
            io.BytesIO(sound), language=LANGUAGE, vad_filter=True, condition_on_previous_text=False
        )
        return " ".join(" ".join(str(segment.text) for segment in segments).split()) or None

    def _loaded(self) -> Any:
        library = importlib.import_module(LIBRARY)
        return library.WhisperModel(
            str(self._folder), device="cpu", compute_type="int8", cpu_threads=THREADS, local_files_only=True
        )
