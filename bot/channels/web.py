"""The web chat: the full texts with buttons, and what « Écouter » says."""

from __future__ import annotations

from bot.channels.base import Capabilities, Rendered, offered, variant
from bot.messages import Reply
from flows.spoken import aloud
from flows.texts import Say


class Web:
    """The page at `/` and its JSON interface."""

    name = "web"
    capabilities = Capabilities(variant="text", max_choices=12, numbered=False)

    def render(self, reply: Reply) -> list[Rendered]:
        """Each message with its buttons. What is listened to is the text itself: a page has no keys to press."""
        return [self._rendered(say, reply.manner.short and say.key == reply.step) for say in reply.says]

    def _rendered(self, say: Say, short: bool) -> Rendered:
        text = variant(say, self.capabilities, short)
        return Rendered(text, aloud(text), say.key, offered(say, self.capabilities))


WEB = Web()
