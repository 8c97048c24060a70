"""The circuit breaker alone, with a clock set by hand."""

from __future__ import annotations

from bot.breaker import Breaker
from tests.nlu.fake_rasa import Clock


def test_half_open_lets_only_one_through() -> None:
    clock = Clock()
    breaker = Breaker(clock=clock)
    for _ in range(3):
        breaker.failed()
    assert (breaker.state, breaker.allows()) == ("open", False)
    clock.now += 5.0
    assert breaker.state == "half-open"
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    breaker.failed()
    assert (breaker.state, breaker.allows()) == ("open", False)
    clock.now += 5.0
    assert breaker.allows()
    breaker.succeeded()
    assert (breaker.state, breaker.allows()) == ("closed", True)
