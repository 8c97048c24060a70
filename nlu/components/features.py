"""Texts to numbers: TF-IDF of letters, words and sounds, beside the sentence embedding (no Rasa here)."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from .embedding import embed
from .normaliser import Reading
from .phonetic import phonetic

_SPELLED, _HEARD = 0, 1
_EMBEDDING_WEIGHT = 1.2  # best of 0.7 to 2.5 by cross-validation


class Block(NamedTuple):
    """One family of n-grams: of what view of the text, counted how, with what weight."""

    view: int
    analyzer: str
    ngrams: tuple[int, int]
    min_df: int
    weight: float


BLOCKS = [
    Block(_SPELLED, "char_wb", (1, 4), 2, 1.0),
    Block(_SPELLED, "word", (1, 2), 1, 1.0),
    Block(_HEARD, "char_wb", (2, 4), 2, 0.7),
    Block(_HEARD, "word", (1, 2), 1, 0.7),
]


def _vectorizer(block: Block, vocabulary: list[str] | None = None) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer=block.analyzer,
        ngram_range=block.ngrams,
        min_df=1 if vocabulary else block.min_df,
        token_pattern=r"\S+",  # single letters and « ? » count
        lowercase=False,
        sublinear_tf=True,
        dtype=np.float32,
        vocabulary=vocabulary,
    )


class Features:
    """Fitted n-gram blocks and, if wanted, the embedding; saved as JSON and npz, never pickled."""

    def __init__(self, embedding: bool, vectorizers: list[TfidfVectorizer]) -> None:
        self.embedding = embedding
        self._vectorizers = vectorizers

    @classmethod
    def fit(cls, readings: list[Reading], embedding: bool) -> "Features":
        """Learns the n-grams of these texts."""
        views = _views(readings)
        vectorizers = [_vectorizer(block).fit(views[block.view]) for block in BLOCKS]
        return cls(embedding, vectorizers)

    def transform(self, readings: list[Reading], vectors: np.ndarray | None = None) -> sparse.csr_matrix:
        """One row a text; `vectors` are their embeddings when they are known already."""
        views = _views(readings)
        columns = [v.transform(views[b.view]) * b.weight for b, v in zip(BLOCKS, self._vectorizers, strict=True)]
        if self.embedding:
            dense = embed([reading.said for reading in readings]) if vectors is None else vectors
            columns.append(sparse.csr_matrix(dense * np.float32(_EMBEDDING_WEIGHT)))
        return sparse.hstack(columns, format="csr", dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Writes the vocabularies (JSON) and the weights of rarity (npz)."""
        names = [v.get_feature_names_out().tolist() for v in self._vectorizers]
        saved = {"embedding": self.embedding, "vocabularies": names}
        (folder / "features.json").write_text(json.dumps(saved, ensure_ascii=False), encoding="utf-8")
        np.savez_compressed(folder / "features.npz", *[v.idf_ for v in self._vectorizers])

    @classmethod
    def load(cls, folder: Path) -> "Features":
        """Reads what `save` wrote."""
        saved = json.loads((folder / "features.json").read_text(encoding="utf-8"))
        vectorizers = [_vectorizer(b, names) for b, names in zip(BLOCKS, saved["vocabularies"], strict=True)]
        with np.load(folder / "features.npz", allow_pickle=False) as arrays:
            for i, vectorizer in enumerate(vectorizers):
                vectorizer.idf_ = arrays[f"arr_{i}"]
        return cls(saved["embedding"], vectorizers)


def _views(readings: list[Reading]) -> tuple[list[str], list[str]]:
    spelled = [reading.spelled for reading in readings]
    return spelled, [phonetic(text) for text in spelled]
