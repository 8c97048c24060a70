"""Every scenario file, played through the real dialogue: what is said, where it stands, how it ends."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.dialogue import Dialogue
from flows.positions import Loader
from tests.player import Player

FOLDER = Path(__file__).parent / "scenarios"


@cache
def scenarios() -> list[Any]:
    found = []
    for path in sorted(FOLDER.rglob("*.yaml")):
        for scenario in yaml.load(path.read_text(encoding="utf-8"), Loader)["scenarios"]:
            found.append(pytest.param(scenario, id=f"{path.stem}: {scenario['name']}"))
    return found


@pytest.mark.parametrize("scenario", scenarios())
def test_scenario(scenario: dict[str, Any], dialogue: Dialogue) -> None:
    player = Player(dialogue)
    for number, turn in enumerate(scenario["turns"], 1):
        assert set(turn) <= {"citizen", "intent", "bot", "step", "ended"}, f"turn {number}: unknown key"
        answer = player.says(str(turn["citizen"]), turn.get("intent"))
        stands = f"step {answer.reply.step}, ended {answer.reply.ended}"
        where = f"turn {number} « {turn['citizen']} »\n→ {stands}\n{player.last}"
        assert answer.reply.says, where
        pieces = turn.get("bot", [])
        for piece in [pieces] if isinstance(pieces, str) else pieces:
            assert piece in player.last, f"{piece!r} was not said, {where}"
        if "step" in turn:
            assert answer.reply.step == turn["step"], where
        assert answer.reply.ended == turn.get("ended"), where
