"""A process of its own that handles messages until it is killed: `python -m tests.api.turns URL KEYS`."""

from __future__ import annotations

import sys
from itertools import count

from api.conversations import Conversations
from api.db import make_engine
from api.vault import Vault
from tests.api.fakes import FakeDialogue, FakeUnderstanding, inbound


def main(url: str, keys: str) -> None:
    """Prints each reply once it is committed."""
    conversations = Conversations(make_engine(url), Vault.from_text(keys), FakeDialogue().reply_to, FakeUnderstanding())
    for n in count(1):
        text = "start rsa" if n == 1 else f"say reponse{n}"
        print(n, conversations.receive(inbound(text, f"m{n}", minutes=n)).says[0].text, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
