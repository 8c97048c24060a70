"""Telegram's client with what only the operators' commands use: the list of commands shown in the chat."""

from __future__ import annotations

from collections.abc import Mapping

from api.providers.telegram_api import TelegramApi


class TelegramBot(TelegramApi):
    """Each call raises SendFailed. `close` it at the end."""

    def get_commands(self) -> tuple[str, ...]:
        """The names of the commands that Telegram shows."""
        return tuple(command.command for command in self._call(self._bot.get_my_commands()))

    def set_commands(self, commands: Mapping[str, str]) -> None:
        """Has Telegram show these commands: name, and what it does."""
        self._call(self._bot.set_my_commands(list(commands.items())))
