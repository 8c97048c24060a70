"""From Telegram's webhook to Telegram's answer, with the real dialogue, storage and outbox between."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select

from api.channel_models import Delivery
from api.conversations import Conversations
from api.db import make_engine, reading, upgrade
from api.linking import Links
from api.providers.telegram_api import TelegramApi, TelegramSender
from api.routes.telegram import telegram_router
from api.sending.outbox import Outbox
from api.settings import Settings, load_settings
from api.vault import Vault
from bot.channels.telegram import TELEGRAM
from bot.dialogue import Dialogue
from bot.understanding import Understanding, away
from tests.telegram.bot_api_checks import Refusal
from tests.telegram.conftest import PATH, SECRET, SECRET_HEADER, until
from tests.telegram.fake_bot_api import FakeBotApi
from tests.telegram.updates import CHAT, NOW, file, message, pressed, said, update


class NoRasa:
    """Rasa, while it starts."""

    def parse(self, text: str) -> Understanding:
        """Nothing understood."""
        return away(text)


@dataclass
class Service:
    """The webhook of a service that answers by the outbox, and its clock."""

    client: TestClient
    outbox: Outbox
    clock: list[datetime]
    engine: Engine

    def gets(self, data: dict[str, Any]) -> int:
        """What an update is answered with."""
        return self.client.post(PATH, json=data).status_code

    def put_off(self) -> bool:
        """True once a message is known to have to wait."""
        with reading(self.engine) as session:
            return session.scalar(select(Delivery.id).where(Delivery.error == "throttled")) is not None

    def settle(self) -> None:
        """Ends once all that is due has left."""
        assert until(lambda: self.outbox.sweep() == 0)
        self.outbox.close()


@pytest.fixture
def service(
    settings: Settings, api: TelegramApi, dialogue: Dialogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    """All of it, the durable engine aside: its part is played by hand."""
    monkeypatch.chdir(tmp_path)
    settings = load_settings(**{**settings.model_dump(), "database_url": f"sqlite:///{tmp_path / 'allo.db'}"})
    upgrade(settings)
    engine, vault = make_engine(settings.database_url), Vault.from_text(settings.encryption_keys.get_secret_value())
    clock = [NOW]
    senders = {TELEGRAM.name: TelegramSender(api)}
    outbox = Outbox(engine, vault, settings, dialogue.territory, senders, lambda: clock[0])
    conversations = Conversations(engine, vault, dialogue.reply_to, NoRasa(), Links(vault, settings), outbox)
    app = FastAPI()
    app.include_router(telegram_router(settings, conversations.receive, api, lambda: clock[0], None))
    with TestClient(app, headers={SECRET_HEADER: SECRET}) as client:
        yield Service(client, outbox, clock, engine)
    outbox.close()
    engine.dispose()


def sent(bot_api: FakeBotApi, count: int) -> list[dict[str, Any]]:
    """The messages that went out, once there are that many; and no more."""
    found = bot_api.wait_for("sendMessage", count)
    assert len(found) == count
    assert bot_api.refused == []
    return found


def buttons(one: dict[str, Any]) -> dict[str, str]:
    rows = one.get("reply_markup", {}).get("inline_keyboard", [])
    return {button["text"]: button["callback_data"] for row in rows for button in row}


def test_a_link_leads_to_its_procedure_and_a_button_goes_on(service: Service, bot_api: FakeBotApi) -> None:
    assert service.gets(said("/start caf_rsa_demande")) == 200
    _, *first = sent(bot_api, 4)  # who is speaking comes first
    assert {str(one["chat_id"]) for one in first} == {str(CHAT)}
    assert "RSA" in first[0]["text"]
    assert [bool(buttons(one)) for one in first] == [False, False, True]
    yes = next(iter(buttons(first[-1]).values()))
    press = pressed(yes, message_id=1003)
    assert [service.gets(press) for _ in range(3)] == [200] * 3
    assert bot_api.wait_for("editMessageReplyMarkup")[0] == {"chat_id": str(CHAT), "message_id": 1003}
    service.settle()
    following = bot_api.of("sendMessage")[4:]
    assert len({one["text"] for one in following}) == len(following) > 0
    assert not {one["text"] for one in following} & {one["text"] for one in first}


def test_a_button_pressed_again_answers_no_other_question(service: Service, bot_api: FakeBotApi) -> None:
    service.gets(said("/start caf_rsa_demande"))
    yes = next(iter(buttons(sent(bot_api, 4)[-1]).values()))
    assert [service.gets(pressed(yes, message_id=1003)) for _ in range(2)] == [200, 200]
    service.settle()
    texts = [one["text"] for one in bot_api.of("sendMessage")[4:]]
    stale = next(number for number, text in enumerate(texts) if "bouton" in text)
    assert texts[stale + 1 :]
    assert texts[stale + 1 :] == texts[stale - len(texts[stale + 1 :]) : stale]  # the same question waits


def test_five_deliveries_two_at_once_one_reply(service: Service, bot_api: FakeBotApi) -> None:
    data = said("/start")
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda _: service.gets(data), range(5))) == [200] * 5
    sent(bot_api, 3)
    service.gets(said("/pause"))
    service.settle()
    assert len(bot_api.of("sendMessage")) == 4


SENT = (
    {"photo": [file(width=1, height=1)], "caption": "ma carte"},
    {"document": file()},
    {"voice": file(duration=2, file_size=10)},
    {"sticker": file(type="regular", width=1, height=1, is_animated=False, is_video=False)},
    {"location": {"latitude": 49.4, "longitude": 2.1}},
    {"contact": {"phone_number": "33612345678", "first_name": "O", "user_id": CHAT}},
    {"contact": {"phone_number": "33612345678", "first_name": "O"}},
    {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "A"}, "text": "lisez"},
    {"text": "👍"},
    {"text": "a" * 1001},
    {"edit_date": int(NOW.timestamp()), "text": "corrigé"},
)


def test_nothing_that_is_sent_stays_without_an_answer(service: Service, bot_api: FakeBotApi) -> None:
    for given in SENT:
        before = len(bot_api.of("sendMessage"))
        data = update("edited_message" if "edit_date" in given else "message", **message(**given))
        assert service.gets(data) == 200
        assert len(bot_api.wait_for("sendMessage", before + 1)) > before, given
    assert bot_api.of("getFile") == []
    assert bot_api.refused == []


def test_what_telegram_puts_off_leaves_later_once_and_in_order(service: Service, bot_api: FakeBotApi) -> None:
    bot_api.answers("sendMessage", Refusal(429, "Too Many Requests: retry after 3", retry_after=3))
    assert service.gets(said("/pause")) == 200
    assert until(service.put_off)  # the clock must not move before that is noted
    assert service.gets(said("/menu")) == 200
    service.clock[0] += timedelta(seconds=10)
    service.settle()
    texts = [one["text"] for one in bot_api.of("sendMessage")]
    assert len(texts) == 3
    assert "assistant automatique" in texts[0] and "place" in texts[1]  # « je garde votre place »
    assert bot_api.refused == ["sendMessage: Too Many Requests: retry after 3"]
