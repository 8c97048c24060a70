"""A process of its own that sends until it is killed: `python -m tests.sending.runner URL KEYS PROVIDER …`."""

from __future__ import annotations

import argparse
import sys
import threading
from datetime import UTC, datetime, timedelta

from api.db import make_engine
from api.sending.backoff import BackOff
from api.sending.outbox import Outbox
from api.sending.worker import Worker
from api.settings import Settings
from api.vault import Vault
from bot.channels.base import Rendered
from tests.sending.desk import CHANNEL, TERRITORY
from tests.sending.fake_provider import HttpSender

FAST = BackOff(first=0.2, most=1.0, doubt=1.0)
LEASE = timedelta(seconds=2)


class Stopping(HttpSender):
    """Says so and goes no further when it is about to send to `before`."""

    def __init__(self, url: str, finds: bool, before: str) -> None:
        super().__init__(url, finds, timeout=20)
        self._before = before

    def send(self, to: str, rendered: Rendered, key: str) -> str:
        """Sends, but to `before`."""
        if to == self._before:
            print("about to send", flush=True)
            threading.Event().wait()
        return super().send(to, rendered, key)


def main(arguments: list[str]) -> None:
    """Prints « ready » once the worker runs, and stops when its input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("keys")
    parser.add_argument("provider")
    parser.add_argument("--blind", action="store_true", help="the provider cannot be asked what it took")
    parser.add_argument("--stop-before", default="")
    given = parser.parse_args(arguments)
    settings = Settings(_env_file=None, database_url=given.url)
    sender = Stopping(given.provider, not given.blind, given.stop_before)
    engine, vault = make_engine(given.url), Vault.from_text(given.keys)
    outbox = Outbox(
        engine, vault, settings, TERRITORY, {CHANNEL: sender}, lambda: datetime.now(UTC), back_off=FAST, lease=LEASE
    )
    worker = Worker(outbox, settings)
    worker.start()
    print("ready", flush=True)
    sys.stdin.read()
    worker.stop()
    outbox.close()


if __name__ == "__main__":
    main(sys.argv[1:])
