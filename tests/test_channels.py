"""Every scenario of the catalogue, on every channel: the same way through, within what each channel can carry."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels import named
from bot.channels.base import keys
from bot.channels.telegram import short_id
from bot.dialogue import Dialogue
from bot.messages import Answer
from flows.budgets import MAX_KEYS, MAX_SECONDS, MAX_SEGMENTS, seconds
from flows.gsm7 import fold, segments
from tests.player import Player
from tests.test_scenarios import scenarios

TELEGRAM_TEXT, TELEGRAM_DATA = 4096, 64


@pytest.mark.parametrize("channel", ["telegram", "sms", "voice"])
@pytest.mark.parametrize("scenario", scenarios())
def test_a_scenario_on_a_channel(scenario: dict[str, Any], channel: str, dialogue: Dialogue) -> None:
    player = Player(dialogue, channel=channel)
    for number, turn in enumerate(scenario["turns"], 1):
        answer = player.says(str(turn["citizen"]), turn.get("intent"))
        where = f"turn {number} « {turn['citizen']} »\n→ {player.last}"
        if "step" in turn:
            assert answer.reply.step == turn["step"], where
        assert answer.reply.ended == turn.get("ended"), where
        {"telegram": telegram, "sms": sms, "voice": voice}[channel](answer, where)
        if player.talk.more:  # read to the end before answering
            sms(player.says("suite"), where)
            assert not player.talk.more, where


def telegram(answer: Answer, where: str) -> None:
    rendered = named("telegram").render(answer.reply)
    assert rendered and all(0 < len(one.text.encode("utf-16-le")) // 2 <= TELEGRAM_TEXT for one in rendered), where
    said = " ".join("".join(one.text for one in rendered).split())
    assert all(" ".join(say.text.split())[:40] in said for say in answer.reply.says), where
    for say in answer.reply.says:
        assert all(len(short_id(say.key, option.id).encode()) < TELEGRAM_DATA for option in say.options), where


def sms(answer: Answer, where: str) -> None:
    rendered = named("sms").render(answer.reply)
    assert 0 < len(rendered) <= 4, where
    for one in rendered:
        assert segments(one.text) <= MAX_SEGMENTS and fold(one.text) == one.text, f"{one.text}\n{where}"
    last = answer.reply.says[-1]
    if not answer.talk.more:
        for at, option in enumerate(keys(last, named("sms").capabilities), 1):
            assert f"{at} {fold(option.label)}" in rendered[-1].text, where


def voice(answer: Answer, where: str) -> None:
    rendered = named("voice").render(answer.reply)
    for one in rendered:
        assert one.speech and seconds(one.speech) <= MAX_SECONDS, (
            f"{seconds(one.speech or '')} s: {one.speech}\n{where}"
        )
        assert not set("«»€/@→[]{}()") & set(one.speech), f"{one.speech}\n{where}"
    assert len(keys(answer.reply.says[-1], named("voice").capabilities)) <= MAX_KEYS, where
    assert answer.reply.manner.then in (None, "hold", "transfer"), f"the line must not close\n{where}"
