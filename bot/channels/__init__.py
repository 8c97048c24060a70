"""The channels a citizen may come by. Adding one: its module, and one line here."""

from __future__ import annotations

from bot.channels.base import Capabilities, Channel, Rendered
from bot.channels.sms import SMS
from bot.channels.telegram import TELEGRAM
from bot.channels.terminal import TERMINAL
from bot.channels.voice import VOICE
from bot.channels.web import WEB

CHANNELS: tuple[Channel, ...] = (WEB, TELEGRAM, SMS, VOICE, TERMINAL)

__all__ = ["CHANNELS", "Capabilities", "Channel", "Rendered", "named"]


def named(name: str) -> Channel:
    """The channel of that name. Raises KeyError for an unknown one."""
    return {channel.name: channel for channel in CHANNELS}[name]
