"""Citizens in conversation: one who arrives, one in the middle of a procedure."""

from __future__ import annotations

import pytest

from bot.dialogue import Dialogue
from tests.player import Player


@pytest.fixture
def player(dialogue: Dialogue) -> Player:
    return Player(dialogue)


@pytest.fixture
def inside(player: Player) -> Player:
    """Someone at the instruction `photo` of cpam_carte_vitale."""
    for text in ("carte vitale", "oui", "cpam", "perdue", "non", "oui"):
        player.says(text)
    assert player.answers[-1].reply.step == "photo"
    return player
