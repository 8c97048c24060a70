"""Figures for those who watch the service: turns, their time, is the understanding up. No personal data."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from api.sayings import Standing
from api.web.entries import Remembered
from bot.messages import Inbound, Reply

GOING_ON = "going_on"
ENDS = ("done", "stop", "handoff", "procedure", "plan")
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Conversing(Protocol):
    """What keeps the conversations: `api.conversations`, or a measured one."""

    def receive(self, inbound: Inbound) -> Reply:
        """The reply to a message, kept."""

    def history(self, channel: str, address: str) -> Sequence[Remembered]:
        """What was said, both sides, oldest first."""

    def pushed(self, channel: str, address: str, after: str) -> Sequence[Remembered]:
        """What was said apart from any turn since the message of id `after`, the oldest first."""

    def standing(self, channel: str, address: str) -> Standing:
        """Where the citizen's case stands."""


class Metrics:
    """The figures of one service, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.turns = Counter("allo_turns", "Turns of conversation", ["channel", "outcome"], registry=self.registry)
        self.seconds = Histogram(
            "allo_turn_seconds", "Time to decide and keep a turn", ["channel"], buckets=SECONDS, registry=self.registry
        )
        self.understanding = Gauge("allo_understanding_up", "1 when Rasa answers", registry=self.registry)

    def text(self) -> bytes:
        """The figures in the Prometheus text format."""
        return generate_latest(self.registry)


class Measured:
    """Conversations that count their turns. Every channel goes through it, so none has to count."""

    def __init__(self, conversations: Conversing, metrics: Metrics) -> None:
        self._conversations, self._metrics = conversations, metrics

    def receive(self, inbound: Inbound) -> Reply:
        """The reply of the conversations, counted with the way it went."""
        start, outcome = time.perf_counter(), "failed"
        try:
            reply = self._conversations.receive(inbound)
            outcome = reply.ended if reply.ended in ENDS else GOING_ON
            return reply
        finally:
            self._metrics.turns.labels(inbound.channel, outcome).inc()
            self._metrics.seconds.labels(inbound.channel).observe(time.perf_counter() - start)

    def history(self, channel: str, address: str) -> Sequence[Remembered]:
        """The history, as it is."""
        return self._conversations.history(channel, address)

    def pushed(self, channel: str, address: str, after: str) -> Sequence[Remembered]:
        """What was pushed, as it is."""
        return self._conversations.pushed(channel, address, after)

    def standing(self, channel: str, address: str) -> Standing:
        """The case, as it stands."""
        return self._conversations.standing(channel, address)
