"""What Telegram checks of a call: the methods as aiogram describes them, nothing unknown, the documented limits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import aiogram.methods
from pydantic import BaseModel, ValidationError

METHODS = {
    name[0].lower() + name[1:]: getattr(aiogram.methods, name)
    for name in (
        "SendMessage", "EditMessageReplyMarkup", "AnswerCallbackQuery", "SendChatAction", "GetMe", "SetWebhook",
        "GetWebhookInfo", "DeleteWebhook", "GetUpdates", "GetFile",
    )
}  # fmt: skip
AS_JSON = {"reply_markup", "link_preview_options", "allowed_updates", "entities", "reply_parameters"}


class Refusal(Exception):
    """An answer of Telegram that is no success."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code, self.description, self.retry_after = code, description, retry_after


def checked(method: str, sent: dict[str, str]) -> dict[str, Any]:
    """The call as Telegram reads it. Raises Refusal for what it does not describe or allow."""
    if method not in METHODS:
        raise Refusal(404, "Not Found")
    data = {name: json.loads(value) if name in AS_JSON else value for name, value in sent.items()}
    try:
        call = METHODS[method].model_validate(data)
    except ValidationError as error:
        raise Refusal(400, f"Bad Request: {error}") from None
    for model in models_in(call):
        if model.model_extra:
            raise Refusal(400, f"Bad Request: unknown {sorted(model.model_extra)} in {type(model).__name__}")
    read: dict[str, Any] = {name: getattr(call, name) for name in call.model_fields_set}
    _limits(method, read)
    return {
        name: value.model_dump(exclude_unset=True) if isinstance(value, BaseModel) else value
        for name, value in read.items()
    }


def models_in(value: Any) -> Iterator[BaseModel]:
    """The model and all that it holds."""
    if isinstance(value, BaseModel):
        yield value
        for name in value.model_fields_set & set(type(value).model_fields):
            yield from models_in(getattr(value, name))
    elif isinstance(value, list):
        for one in value:
            yield from models_in(one)


def _limits(method: str, data: dict[str, Any]) -> None:
    """The limits that the documentation gives in words."""
    if method == "sendMessage":
        if not data["text"].strip():
            raise Refusal(400, "Bad Request: message text is empty")
        if len(data["text"].encode("utf-16-le")) // 2 > 4096:
            raise Refusal(400, "Bad Request: message is too long")
    markup = data.get("reply_markup")
    for button in (button for row in (markup.inline_keyboard if markup else ()) for button in row):
        if not 1 <= len((button.callback_data or "").encode()) <= 64 or not button.text:
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
