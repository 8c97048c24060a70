"""How long to wait before the next try of a message."""

from __future__ import annotations

import random
from dataclasses import dataclass

from api.sending.errors import SendFailed

MOST_DOUBTS = 4  # tries that may each have left: what bounds the repeats where a provider cannot be asked


@dataclass(frozen=True)
class BackOff:
    """Waits in seconds: `first`, then twice as long each time, `most` at the longest.

    After a doubt `doubt`, then five times as long each time: a repeat is worse than a wait.
    """

    first: float = 2.0
    most: float = 300.0
    doubt: float = 60.0

    def wait(self, failed: SendFailed, attempts: int, doubts: int) -> float:
        """Seconds before the next try, after `attempts` tries; `doubts` is 0 unless the last one ended in doubt."""
        # Never all at once after an outage: each waits for a time of its own.
        usual = min(self.most, self.first * 2.0 ** min(attempts - 1, 20)) * random.uniform(0.75, 1.0)
        if failed.retry_after:
            return failed.retry_after
        if doubts:
            return float(max(usual, self.doubt * 5.0 ** (min(doubts, MOST_DOUBTS) - 1)))
        return usual


USUAL = BackOff()
