"""The webhook as Telegram calls it: who may, what is taken once, and what is left of a pressed button."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.conversations import Replayed, StorageDown
from api.providers.telegram_api import TelegramApi
from api.settings import Settings
from tests.telegram.bot_api_checks import Refusal
from tests.telegram.conftest import PATH, SECRET, SECRET_HEADER, Recorder, client_of
from tests.telegram.fake_bot_api import FakeBotApi
from tests.telegram.updates import file, message, pressed, said, update

BUTTON = "0123456789abcdef"
NOTE = update(**message(voice=file(duration=3, file_size=5)))


def test_a_message_is_taken_and_the_answer_is_empty(client: TestClient, recorder: Recorder) -> None:
    response = client.post(PATH, json=said("bonjour"))
    assert (response.status_code, response.content) == (200, b"")
    assert [one.text for one in recorder.received] == ["bonjour"]


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", SECRET[:-1], SECRET.upper(), "é"])
def test_who_does_not_know_the_secret_is_not_read(client: TestClient, recorder: Recorder, secret: str) -> None:
    response = client.post(PATH, json=said("bonjour"), headers={SECRET_HEADER: secret.encode()})
    assert (response.status_code, response.content) == (403, b"")
    assert client.post(PATH, content=b"{", headers={SECRET_HEADER: secret.encode()}).status_code == 403
    assert recorder.received == []


def test_a_request_without_the_header_is_refused(client: TestClient, recorder: Recorder) -> None:
    del client.headers[SECRET_HEADER]
    assert client.post(PATH, json=said("bonjour")).status_code == 403
    assert recorder.received == []


@pytest.mark.parametrize("header", ["", SECRET])
def test_without_a_secret_in_the_settings_everybody_is_refused(
    settings: Settings, recorder: Recorder, header: str
) -> None:
    unset = settings.model_copy(update={"telegram_secret": SecretStr("")})
    response = client_of(unset, recorder, None).post(PATH, json=said("bonjour"), headers={SECRET_HEADER: header})
    assert response.status_code == 403
    assert recorder.received == []


def test_a_late_message_is_refused(client: TestClient, recorder: Recorder) -> None:
    assert client.post(PATH, json=said("oui", minutes_ago=25 * 60)).status_code == 403
    assert recorder.received == []


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"[]", 200), (b"{}", 200), (b'{"update_id": "a"}', 200)])
def test_what_is_no_update_is_let_go(client: TestClient, recorder: Recorder, body: bytes, status: int) -> None:
    assert client.post(PATH, content=body).status_code == status
    assert recorder.received == []


def test_an_update_that_is_not_for_us_is_taken_and_forgotten(client: TestClient, recorder: Recorder) -> None:
    group = {"id": -100, "type": "group", "title": "Voisins"}
    assert client.post(PATH, json=said("bonjour", chat=group)).status_code == 200
    assert recorder.received == []


def test_five_deliveries_are_one_message(client: TestClient, recorder: Recorder) -> None:
    data = said("oui")
    assert {client.post(PATH, json=data).status_code for _ in range(5)} == {200}
    assert recorder.turns == 1


def test_two_deliveries_at_once_are_one_message(client: TestClient, recorder: Recorder) -> None:
    data = said("oui")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: client.post(PATH, json=data).status_code, range(2)))
    assert (answers, recorder.turns) == ([200, 200], 1)


@pytest.mark.parametrize(
    ("failing", "status"), [(StorageDown("away"), 503), (Replayed(), 403), (ValueError("mots secrets"), 500)]
)
def test_what_fails_is_delivered_again(
    client: TestClient, recorder: Recorder, failing: Exception, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    data = said("mots secrets")
    recorder.failing = failing
    response = client.post(PATH, json=data)
    assert (response.status_code, response.content) == (status, b"")
    recorder.failing = None
    assert client.post(PATH, json=data).status_code == 200
    assert recorder.turns == 1
    assert "secrets" not in "".join(capsys.readouterr())


def test_a_used_button_is_answered_and_taken_away(client: TestClient, bot_api: FakeBotApi, recorder: Recorder) -> None:
    data = pressed(BUTTON, message_id=901)
    assert client.post(PATH, json=data).status_code == 200
    assert bot_api.wait_for("editMessageReplyMarkup") == [{"chat_id": "4242", "message_id": 901}]
    assert bot_api.wait_for("answerCallbackQuery") == [{"callback_query_id": data["callback_query"]["id"]}]
    assert [one.choice for one in recorder.received] == [f"#{BUTTON}"]


def test_a_button_keeps_its_place_when_the_turn_failed(
    client: TestClient, bot_api: FakeBotApi, recorder: Recorder
) -> None:
    recorder.failing = StorageDown("away")
    data = pressed(BUTTON)
    assert client.post(PATH, json=data).status_code == 503
    recorder.failing = None
    bot_api.answers("answerCallbackQuery", Refusal(400, "Bad Request: query is too old and response timeout expired"))
    assert client.post(PATH, json=data).status_code == 200
    bot_api.wait_for("editMessageReplyMarkup")
    assert len(bot_api.of("editMessageReplyMarkup")) == 1


def test_telegram_away_changes_nothing_to_what_is_taken(
    client: TestClient, bot_api: FakeBotApi, recorder: Recorder
) -> None:
    for method in ("sendChatAction", "answerCallbackQuery", "editMessageReplyMarkup"):
        bot_api.answers(method, *[Refusal(500, "Internal Server Error")] * 2)
    assert client.post(PATH, json=said("bonjour")).status_code == 200
    assert client.post(PATH, json=pressed(BUTTON)).status_code == 200
    assert recorder.turns == 2


def test_typing_is_shown_for_words_only(client: TestClient, bot_api: FakeBotApi) -> None:
    client.post(PATH, json=update(**message(photo=[file(width=1, height=1)])))
    client.post(PATH, json=said("bonjour"))
    assert bot_api.wait_for("sendChatAction") == [{"chat_id": "4242", "action": "typing"}]


def hearer(words: str | None) -> tuple[list[bytes], Callable[[bytes], str | None]]:
    heard: list[bytes] = []

    def hear(sound: bytes) -> str | None:
        heard.append(sound)
        return words

    return heard, hear


@pytest.mark.parametrize(
    ("words", "text", "signal"),
    [
        ("je veux le RSA", "je veux le RSA", None),
        (None, "", "voice_note"),
        ("a" * 1001, "", "too_long"),
    ],
)
def test_a_voice_note_is_heard(
    settings: Settings,
    recorder: Recorder,
    api: TelegramApi,
    bot_api: FakeBotApi,
    words: str | None,
    text: str,
    signal: str | None,
) -> None:
    bot_api.files["f"] = b"sound"
    heard, hear = hearer(words)
    assert client_of(settings, recorder, api, hear).post(PATH, json=NOTE).status_code == 200
    assert heard == [b"sound"]
    assert [(one.text, one.signal) for one in recorder.received] == [(text, signal)]


def test_without_ears_a_voice_note_is_not_even_fetched(
    client: TestClient, recorder: Recorder, bot_api: FakeBotApi
) -> None:
    assert client.post(PATH, json=NOTE).status_code == 200
    assert [one.signal for one in recorder.received] == ["voice_note"]
    assert bot_api.of("getFile") == []


@pytest.mark.parametrize(
    "answer", [Refusal(400, "Bad Request: wrong file_id"), Refusal(500, "Internal Server Error"), None]
)
def test_a_voice_note_that_cannot_be_had_is_named(
    settings: Settings, recorder: Recorder, api: TelegramApi, bot_api: FakeBotApi, answer: Any
) -> None:
    bot_api.files["f"] = b"x" * 1_000_001  # longer than the update said
    if answer:
        bot_api.answers("getFile", answer)
    heard, hear = hearer("jamais")
    assert client_of(settings, recorder, api, hear).post(PATH, json=NOTE).status_code == 200
    assert ([one.signal for one in recorder.received], heard) == (["voice_note"], [])


def test_a_photo_is_never_fetched(
    settings: Settings, recorder: Recorder, api: TelegramApi, bot_api: FakeBotApi
) -> None:
    bot_api.files["f"] = b"an identity card"
    heard, hear = hearer("jamais")
    given = {"photo": [file(width=1, height=1, file_size=5)], "caption": "ma carte"}
    client_of(settings, recorder, api, hear).post(PATH, json=update(**message(**given)))
    assert [one.signal for one in recorder.received] == ["photo"]
    assert (bot_api.of("getFile"), heard) == ([], [])


def test_without_a_token_updates_are_taken_all_the_same(settings: Settings, recorder: Recorder) -> None:
    client = client_of(settings, recorder, None)
    assert [client.post(PATH, json=data).status_code for data in (said("oui"), pressed(BUTTON), NOTE)] == [200] * 3
    assert recorder.turns == 3
