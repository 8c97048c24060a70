"""The web chat: the full texts with buttons, and the spoken form for « Écouter »."""

from __future__ import annotations

from bot.channels.base import Capabilities, Rendered, offered, variant
from bot.messages import Reply


class Web:
    """The page at `/` and its JSON interface."""

    name = "web"
    capabilities = Capabilities(variant="text", max_choices=12, numbered=False)

    def render(self, reply: Reply) -> list[Rendered]:
        """Each message with its buttons."""
        return [
            Rendered(variant(say, self.capabilities), say.speech, say.key, offered(say, self.capabilities))
            for say in reply.says
        ]


WEB = Web()
