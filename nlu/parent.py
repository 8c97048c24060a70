"""Ends this process when the one that started it is gone, whatever the reason (kill -9 included)."""

import os
import signal
import sys
import threading


def die_with_parent() -> None:
    """Watches standard input: the parent holds its other end open, so its end of file means the parent died."""
    threading.Thread(target=_watch, args=(sys.stdin.fileno(),), daemon=True).start()


def _watch(descriptor: int) -> None:
    while os.read(descriptor, 1024):
        pass
    os.kill(os.getpid(), signal.SIGKILL)  # nothing to save here, and a loading library may hold other signals
