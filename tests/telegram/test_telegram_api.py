"""Our calls to Telegram, taken by a server as strict as the real one; and what its refusals become."""

from __future__ import annotations

import io
import logging
import socket
import threading
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from api.logs import configure_logs
from api.providers.telegram_api import TelegramApi, TelegramSender
from api.sending.errors import SendFailed
from api.settings import Settings
from bot.channels.base import Rendered
from bot.channels.telegram import TELEGRAM, short_id
from bot.messages import Reply
from flows.texts import Option, Say
from tests.telegram.bot_api_checks import Refusal
from tests.telegram.conftest import SECRET, until
from tests.telegram.fake_bot_api import TOKEN, FakeBotApi

OPTIONS = (Option("oui", "Oui"), Option("non", "Non"))


def post(bot_api: FakeBotApi, method: str, **data: Any) -> httpx.Response:
    return httpx.post(f"{bot_api.url}/bot{TOKEN}/{method}", json=None, data=data, trust_env=False)


@pytest.mark.parametrize(
    ("method", "data"),
    [
        ("sendMessage", {"chat_id": "1", "text": ""}),
        ("sendMessage", {"chat_id": "1", "text": "é" * 4097}),
        ("sendMessage", {"chat_id": "1"}),
        ("sendMessage", {"chat_id": "1", "text": "a", "markdown": "true"}),
        ("sendMessage", {"chat_id": "1", "text": "a", "reply_markup": '{"inline_keyboard":[[{"text":"Oui"}]]}'}),
        (
            "sendMessage",
            {
                "chat_id": "1",
                "text": "a",
                "reply_markup": f'{{"inline_keyboard":[[{{"text":"Oui","callback_data":"{"x" * 65}"}}]]}}',
            },
        ),
        (
            "sendMessage",
            {
                "chat_id": "1",
                "text": "a",
                "reply_markup": '{"inline_keyboard":[[{"text":"Oui","callback_data":"a","colour":"red"}]]}',
            },
        ),
        ("sendPhoto", {"chat_id": "1"}),
        ("editMessageReplyMarkup", {"chat_id": "1", "message_id": "last"}),
    ],
)
def test_the_stand_in_refuses_wrong_calls(bot_api: FakeBotApi, method: str, data: dict[str, Any]) -> None:
    assert post(bot_api, method, **data).status_code in (400, 404)
    assert bot_api.calls == []


def test_the_stand_in_takes_a_right_call(bot_api: FakeBotApi) -> None:
    markup = '{"inline_keyboard":[[{"text":"Oui","callback_data":"' + "x" * 64 + '"}]]}'
    assert post(bot_api, "sendMessage", chat_id="1", text="a" * 4096, reply_markup=markup).status_code == 200


def test_a_message_is_sent_as_plain_text_with_its_buttons(api: TelegramApi, bot_api: FakeBotApi) -> None:
    id_ = TelegramSender(api).send("4242", Rendered("*On* commence_ ?", None, "start", OPTIONS), "key")
    (sent,) = bot_api.of("sendMessage")
    assert id_ == "1001"
    assert (str(sent["chat_id"]), sent["text"]) == ("4242", "*On* commence_ ?")
    assert "parse_mode" not in sent
    assert sent["link_preview_options"] == {"is_disabled": True}
    assert sent["reply_markup"]["inline_keyboard"] == [
        [
            {"text": "Oui", "callback_data": short_id("start", "oui")},
            {"text": "Non", "callback_data": short_id("start", "non")},
        ]
    ]


def test_every_piece_of_a_long_reply_is_taken(api: TelegramApi, bot_api: FakeBotApi) -> None:
    reply = Reply((Say("😀 Une phrase. " * 900, key="k", options=OPTIONS), Say("Fin.")))
    for piece in TELEGRAM.render(reply):
        TelegramSender(api).send("4242", piece, "key")
    sent = bot_api.of("sendMessage")
    assert len(sent) == 5
    assert ["reply_markup" in one for one in sent] == [False, False, False, True, False]
    assert bot_api.refused == []


def test_telegram_cannot_tell_what_was_sent(api: TelegramApi, bot_api: FakeBotApi) -> None:
    assert TelegramSender(api).find("4242", Rendered("Bonjour"), datetime(2026, 1, 1, tzinfo=UTC)) is None
    assert bot_api.calls == []


def test_the_other_calls_are_taken(api: TelegramApi, bot_api: FakeBotApi) -> None:
    bot_api.files["note"] = b"sound"
    assert api.get_me().username == "essai_bot"
    api.set_webhook("https://allo.example.org/webhooks/telegram", SECRET)
    assert api.get_webhook_info().url == "https://allo.example.org/webhooks/telegram"
    api.delete_webhook()
    assert api.get_webhook_info().url == ""
    assert api.get_updates(None, 0) == ()
    assert api.download("note", 5) == b"sound"
    api.typing("4242")
    api.answer_callback("77")
    api.remove_buttons("4242", 900)
    assert bot_api.wait_for("editMessageReplyMarkup") == [{"chat_id": "4242", "message_id": 900}]
    assert bot_api.wait_for("answerCallbackQuery") == [{"callback_query_id": "77"}]
    assert bot_api.wait_for("sendChatAction") == [{"chat_id": "4242", "action": "typing"}]
    (set_,) = bot_api.of("setWebhook")
    assert (set_["secret_token"], set_["allowed_updates"]) == (SECRET, ["message", "edited_message", "callback_query"])
    assert bot_api.refused == []


def test_a_file_that_is_too_long_is_not_downloaded(api: TelegramApi, bot_api: FakeBotApi) -> None:
    bot_api.files["note"] = b"x" * 101
    with pytest.raises(SendFailed, match="refused"):
        api.download("note", 100)


def cut(handler: Any) -> None:
    """The connection falls once the call has been read."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def gateway_page(handler: Any) -> None:
    """Something on the way answers in Telegram's place."""
    handler._answer(200, b"<html>")


@pytest.mark.parametrize(
    ("answer", "problem", "retry_after"),
    [
        (Refusal(429, "Too Many Requests: retry after 7", retry_after=7), "throttled", 7.0),
        (Refusal(403, "Forbidden: bot was blocked by the user"), "opted_out", None),
        (Refusal(403, "Forbidden: user is deactivated"), "opted_out", None),
        (Refusal(400, "Bad Request: chat not found"), "opted_out", None),
        (Refusal(400, "Bad Request: message is too long"), "refused", None),
        (Refusal(401, "Unauthorized"), "not_configured", None),
        (Refusal(500, "Internal Server Error"), "provider_down", None),
        (Refusal(502, "Bad Gateway"), "provider_down", None),
        (cut, "timeout", None),
        (gateway_page, "timeout", None),
    ],
)
def test_what_refusals_become(
    api: TelegramApi, bot_api: FakeBotApi, answer: Any, problem: str, retry_after: float | None
) -> None:
    bot_api.answers("sendMessage", answer)
    with pytest.raises(SendFailed) as failed:
        api.send_message("4242", "Bonjour")
    assert (failed.value.problem, failed.value.retry_after) == (problem, retry_after)
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None
    assert api.send_message("4242", "Bonjour")  # the next one goes out


def test_no_answer_may_mean_that_it_was_sent(
    api: TelegramApi, bot_api: FakeBotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.providers.telegram_api.LONGEST_CALL", 0.2)
    let_go = threading.Event()
    bot_api.answers("sendMessage", lambda handler: let_go.wait(5))
    with pytest.raises(SendFailed, match="timeout"):
        api.send_message("4242", "Bonjour")
    let_go.set()


def test_where_nobody_listens_nothing_was_sent(settings: Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    api = TelegramApi(settings.model_copy(update={"telegram_api_url": f"http://127.0.0.1:{port}"}))
    try:
        with pytest.raises(SendFailed, match="provider_down"):
            api.send_message("4242", "Bonjour")
        api.typing("4242")  # done apart: nothing is raised
    finally:
        api.close()


def test_a_closed_client_fails_at_once(settings: Settings, bot_api: FakeBotApi) -> None:
    api = TelegramApi(settings)
    api.typing("4242")
    api.close()
    assert len(bot_api.of("sendChatAction")) == 1  # what was under way had its moment
    api.close()
    with pytest.raises(SendFailed, match="provider_down"):
        api.send_message("4242", "Bonjour")
    api.typing("4242")
    assert not [thread for thread in threading.enumerate() if thread is api._thread]


def test_neither_the_token_nor_the_words_reach_the_logs(settings: Settings, bot_api: FakeBotApi) -> None:
    written = io.StringIO()
    before = logging.getLogger().handlers[:], logging.getLogger().level
    raw = logging.StreamHandler(written)
    try:
        configure_logs("DEBUG", stream=written)
        logging.getLogger().addHandler(raw)  # not even where nothing is scrubbed
        for name in ("httpx", "httpcore", "telegram"):
            logging.getLogger(name).setLevel(logging.NOTSET)
        api = TelegramApi(settings)
        api.send_message("4242", "des mots secrets")
        bot_api.answers("getMe", Refusal(401, "Unauthorized"))
        bot_api.answers("sendChatAction", Refusal(401, "Unauthorized"))
        bot_api.answers("sendMessage", lambda handler: handler._answer(200, b"des mots secrets"))
        with pytest.raises(SendFailed):
            api.get_me()
        with pytest.raises(SendFailed):
            api.send_message("4242", "Bonjour")
        api.typing("4242")
        assert until(lambda: "telegram_aside_failed" in written.getvalue())
        api.close()
    finally:
        logging.getLogger().handlers[:], level = before
        logging.getLogger().setLevel(level)
    assert TOKEN not in written.getvalue()
    assert "secrets" not in written.getvalue()
