"""The terminal: texts with their choices numbered below, answered by the number or the words."""

from __future__ import annotations

from bot.channels.base import Capabilities, Rendered, offered, variant
from bot.messages import Reply
from flows.texts import Say


class Terminal:
    """What `allo chat` prints."""

    name = "terminal"
    capabilities = Capabilities(variant="text", max_choices=12, numbered=True)

    def render(self, reply: Reply) -> list[Rendered]:
        """Each message with its numbered choices in the text."""
        return [Rendered(self._text(say), say.speech, say.key) for say in reply.says]

    def _text(self, say: Say) -> str:
        choices = offered(say, self.capabilities)
        lines = (f"  {number}. {option.label}" for number, option in enumerate(choices, start=1))
        return "\n".join((variant(say, self.capabilities), *lines))


TERMINAL = Terminal()
