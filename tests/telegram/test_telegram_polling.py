"""Updates that are fetched: each one once taken, whatever fails on the way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pydantic import SecretStr
from telegram import Update

from api.conversations import StorageDown
from api.providers.telegram_api import TelegramApi
from api.routes.telegram import TelegramIntake
from api.settings import Settings
from api.telegram_polling import TelegramPolling, polling_wanted
from tests.telegram.bot_api_checks import Refusal
from tests.telegram.conftest import Recorder, until
from tests.telegram.fake_bot_api import FakeBotApi
from tests.telegram.updates import NOW, said


@contextmanager
def polling(api: TelegramApi, take: Callable[[Update], int]) -> Iterator[TelegramPolling]:
    running = TelegramPolling(api, take, pause=0.02)
    running.start()
    try:
        yield running
    finally:
        running.stop()


@pytest.mark.parametrize(
    ("token", "mode", "env", "wanted"),
    [
        ("t", None, "dev", True),
        ("t", None, "production", False),
        ("t", "polling", "production", True),
        ("t", "webhook", "dev", False),
        ("", "polling", "dev", False),
    ],
)
def test_when_updates_are_fetched(token: str, mode: Any, env: Any, wanted: bool) -> None:
    assert (
        polling_wanted(Settings(_env_file=None, env=env, telegram_token=SecretStr(token), telegram_mode=mode)) is wanted
    )


def test_updates_reach_the_same_intake_in_order(
    settings: Settings, api: TelegramApi, bot_api: FakeBotApi, recorder: Recorder
) -> None:
    bot_api.webhook = "https://allo.example.org/webhooks/telegram"  # set before: it is deleted first
    bot_api.arrives(said("un"), said("deux"))
    with polling(api, TelegramIntake(settings, recorder.receive, api, lambda: NOW).take):
        assert until(lambda: recorder.turns == 2)
        bot_api.arrives(said("trois"))
        assert until(lambda: recorder.turns == 3)
    assert [one.text for one in recorder.received] == ["un", "deux", "trois"]


def test_the_errors_of_telegram_are_outlived(
    settings: Settings, api: TelegramApi, bot_api: FakeBotApi, recorder: Recorder
) -> None:
    bot_api.answers("deleteWebhook", Refusal(500, "Internal Server Error"))
    bot_api.answers(
        "getUpdates",
        Refusal(409, "Conflict: terminated by other getUpdates request"),
        Refusal(502, "Bad Gateway"),
        lambda handler: handler._answer(200, b'{"ok": true, "result": [{"no": "update"}]}'),
    )
    bot_api.arrives(said("un"))
    with polling(api, TelegramIntake(settings, recorder.receive, api, lambda: NOW).take):
        assert until(lambda: recorder.turns == 1)


def test_an_update_is_fetched_again_until_it_is_taken(
    settings: Settings, api: TelegramApi, bot_api: FakeBotApi, recorder: Recorder
) -> None:
    intake = TelegramIntake(settings, recorder.receive, api, lambda: NOW)
    statuses: list[int] = []

    def take(update: Update) -> int:
        statuses.append(intake.take(update))
        if len(statuses) == 6:
            recorder.failing = None
        return statuses[-1]

    recorder.failing = StorageDown("away")
    bot_api.arrives(said("un"), said("deux"))
    with polling(api, take):
        assert until(lambda: recorder.turns == 2)
    assert statuses == [503] * 6 + [200, 200]
    assert [one.text for one in recorder.received] == ["un", "deux"]


def test_an_update_that_always_fails_does_not_hold_the_others_back(api: TelegramApi, bot_api: FakeBotApi) -> None:
    bad, good = said("un"), said("deux")
    taken: list[int] = []

    def take(update: Update) -> int:
        taken.append(update.update_id)
        return 500 if update.update_id == bad["update_id"] else 200

    bot_api.arrives(bad, good)
    with polling(api, take):
        assert until(lambda: good["update_id"] in taken)
    assert taken == [bad["update_id"]] * 3 + [good["update_id"]]


def test_it_stops_at_once_while_it_waits_for_news(api: TelegramApi, bot_api: FakeBotApi) -> None:
    running = TelegramPolling(api, lambda update: 200)
    running.stop()  # before it began: nothing to do
    running = TelegramPolling(api, lambda update: 200)
    running.start()
    assert bot_api.wait_for("getUpdates")
    running.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "telegram-polling"]
    bot_api.arrives(said("un"))  # lets the stand-in's own wait end


def test_what_was_fetched_and_not_taken_waits_for_the_next_start(api: TelegramApi, bot_api: FakeBotApi) -> None:
    taken: list[int] = []
    updates = [said("un"), said("deux"), said("trois")]
    bot_api.arrives(*updates)
    with polling(api, lambda update: taken.append(update.update_id) or 503) as running:  # type: ignore[func-returns-value]
        assert until(lambda: taken)
        running.stop()
    seen: list[int] = []
    with polling(api, lambda update: seen.append(update.update_id) or 200):  # type: ignore[func-returns-value]
        assert until(lambda: len(seen) == 3)
    assert seen == [one["update_id"] for one in updates]
