"""Whole procedures on the four channels, from one scenario file, through the real webhooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from api.simulators.desks import VoiceDesk
from tests.channels.conftest import Service

# What is tested here does not depend on the database.
pytestmark = pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
SCENARIOS = Path(__file__).parents[1] / "scenarios"
THREE = {
    "caf/caf_dtr": "RSA, tout va bien",
    "cpam/cpam_carte_vitale": None,
    "france_travail/ft_actualisation": None,
}
WHO = {"sms": "+33612345678", "telegram": "123456789", "voice": "+33198765432"}


def scenario(file: str) -> list[dict[str, Any]]:
    """The turns of a scenario that goes to the end."""
    scenarios = yaml.safe_load((SCENARIOS / f"{file}.yaml").read_text(encoding="utf-8"))["scenarios"]
    named = THREE[file]
    found = next(s for s in scenarios if s["name"] == named or (not named and s["turns"][-1].get("ended") == "done"))
    return list(found["turns"])


def checked(turn: dict[str, Any], step: str | None, ended: str | None) -> None:
    """The turn leads where the scenario says."""
    where = f"« {turn['citizen']} »"
    assert ended == turn.get("ended"), where
    assert "step" not in turn or step == turn["step"], where


@pytest.mark.parametrize("file", THREE)
@pytest.mark.parametrize("channel", WHO)
def test_a_procedure_to_its_end(service: Service, file: str, channel: str) -> None:
    turns = scenario(file)
    service.understanding.intents = {str(t["citizen"]): t["intent"] for t in turns if "intent" in t}
    desk = service.desk(channel, WHO[channel])
    desk.opens()
    for turn in turns:
        brought = desk.turn(str(turn["citizen"]))
        reply = service.kept.reply
        assert reply and brought.shown
        checked(turn, reply.step, reply.ended)
        said = brought.data.get("spoken") or brought.data.get("texts") or brought.data["messages"]
        assert said, "the citizen gets something"
        if isinstance(desk, VoiceDesk):
            assert not brought.over and brought.data["waits_for"], "the line stays open"
    desk.closes()


@pytest.mark.parametrize("file", THREE)
def test_the_same_procedure_on_the_web(service: Service, file: str) -> None:
    turns = scenario(file)
    service.understanding.intents = {str(t["citizen"]): t["intent"] for t in turns if "intent" in t}
    with service.browser() as browser:
        for turn in turns:
            answer = browser.post("/api/chat", json={"text": str(turn["citizen"])}).json()
            checked(turn, answer["step"], answer["ended"])
            assert answer["replies"]
