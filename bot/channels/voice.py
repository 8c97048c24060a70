"""The phone: the spoken texts, and after the last one the key of each choice."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import yaml

from bot.channels.base import Capabilities, Rendered, keys, variant
from bot.messages import Reply
from flows.loader import CONTENT
from flows.spoken import aloud
from flows.texts import Say

FRENCH = "fr"
# A code is said figure by figure; a number as long in a sentence has spaces in it.
_CODE = re.compile(r"(?<!\d)\d{6,}(?!\d)")


class Voice:
    """What a caller hears, as text; `bot.channels.ssml` says how it is said."""

    name = "voice"
    capabilities = Capabilities(variant="speech", max_choices=4, numbered=True, spoken=True, provided=True)

    def render(self, reply: Reply) -> list[Rendered]:
        """Each message in spoken words. Only the last one waits for an answer, so only it has keys."""
        last = len(reply.says) - 1
        language = reply.manner.language or FRENCH
        texts = [self._spoken(say, language, at == last) for at, say in enumerate(reply.says)]
        return [Rendered(text, text, say.key) for text, say in zip(texts, reply.says, strict=True)]

    def _spoken(self, say: Say, language: str, with_keys: bool) -> str:
        offered = keys(say, self.capabilities) if with_keys else ()
        pattern = _key_for(language)
        # Each label by itself: what ends it (« la sécu) : ») would be taken for a part of it.
        pressed = (pattern.format(label=aloud(option.label), key=number) for number, option in enumerate(offered, 1))
        said = " ".join((aloud(variant(say, self.capabilities)), *pressed)).strip()
        return _CODE.sub(lambda code: ", ".join(code[0]), said)


def _key_for(language: str) -> str:
    patterns = _patterns()
    return patterns.get(language, patterns[FRENCH])


@cache
def _patterns() -> Mapping[str, str]:
    patterns: dict[str, str] = yaml.safe_load((CONTENT / "texts" / "spoken.yaml").read_text(encoding="utf-8"))[
        "key_for"
    ]
    return patterns


VOICE = Voice()
