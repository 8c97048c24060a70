"""Names of ours (procedures, steps, kinds) told from sentences: only the former may be kept in clear."""

from __future__ import annotations

import re

from api.base import ID_LENGTH

NOT_WORDS = re.compile(r"[\w./:+-]+")


def clean_id(value: str | None, length: int = ID_LENGTH) -> str | None:
    """`value` when it is an identifier that fits, None otherwise."""
    return value if value and len(value) <= length and NOT_WORDS.fullmatch(value) else None
