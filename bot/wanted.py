"""What somebody looks for in a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.talk import Talk


@dataclass(frozen=True)
class Wanted:
    """Help with `procedure` (None: with any). `access`: what they need there (names of access_needs.yaml).

    `language` is the one that they speak with us, None for French.
    """

    procedure: str | None = None
    access: tuple[str, ...] = ()
    language: str | None = None

    @classmethod
    def of(cls, talk: Talk) -> Wanted:
        """What is known of it where the talk stands."""
        return cls(talk.run.procedure if talk.run else None, talk.comfort.access, talk.language)
