"""Trains features and classifier on phrases and their noisy copies, then calibrates (no Rasa here)."""

import random
from typing import NamedTuple

import numpy as np
from sklearn.model_selection import StratifiedKFold

from . import linear
from .embedding import SIZE, embed
from .features import Features
from .noise import variants
from .normaliser import Reading, read
from .progress import report

_CHUNK = 512


class Corpus(NamedTuple):
    """Phrases, their noisy copies (in the order of the phrases, copy after copy), and the embeddings of both."""

    phrases: list[Reading]
    labels: list[str]
    copies: list[list[Reading]]
    phrase_vectors: np.ndarray
    copy_vectors: list[np.ndarray]

    def training_rows(self, chosen: np.ndarray) -> tuple[list[Reading], list[str], np.ndarray]:
        """The chosen phrases with all their copies."""
        readings, labels = [self.phrases[i] for i in chosen], [self.labels[i] for i in chosen]
        for copy in self.copies:
            readings += [copy[i] for i in chosen]
        vectors = np.vstack([self.phrase_vectors[chosen]] + [v[chosen] for v in self.copy_vectors])
        return readings, labels * (1 + len(self.copies)), vectors


def prepare(phrases: list[str], labels: list[str], copies: int, embedding: bool, seed: int) -> Corpus:
    """Makes the noisy copies and embeds everything once."""
    rng = random.Random(seed)
    rows = [[phrase, *variants(phrase, rng, copies)] for phrase in phrases]
    columns = [[read(text) for text in column] for column in zip(*rows, strict=True)]
    said = [reading.said for column in columns for reading in column]
    vectors = _embed_all(said) if embedding else np.zeros((len(said), SIZE), np.float32)
    parts = np.split(vectors, len(columns))
    return Corpus(columns[0], labels, columns[1:], parts[0], parts[1:])


def _embed_all(sentences: list[str]) -> np.ndarray:
    parts = []
    for start in range(0, len(sentences), _CHUNK):
        report("embedding", start, len(sentences))
        parts.append(embed(sentences[start : start + _CHUNK]))
    return np.vstack(parts)


def train(corpus: Corpus, config: dict[str, int], embedding: bool) -> tuple[Features, linear.Linear]:
    """Calibrates on phrases left out once, then trains on everything.

    Leaving out every phrase in turn takes twice as long, to learn the same two numbers.
    """
    seed = config["seed"]
    names = sorted(set(corpus.labels))
    truth = np.array([names.index(label) for label in corpus.labels])
    parts = StratifiedKFold(config["folds"], shuffle=True, random_state=seed)
    kept, left_out = next(parts.split(truth, truth))
    report("calibration", 0, 1)
    features, model = _train_on(corpus, kept, embedding, seed)
    scores = model.scores(features.transform([corpus.phrases[i] for i in left_out], corpus.phrase_vectors[left_out]))
    report("fit", 0, 1)
    features, model = _train_on(corpus, np.arange(len(truth)), embedding, seed)
    scale = linear.learn_scale(scores, truth[left_out])
    threshold = linear.learn_threshold(linear.softmax(scores, scale), truth[left_out])
    return features, model._replace(scale=scale, threshold=threshold)


def _train_on(corpus: Corpus, chosen: np.ndarray, embedding: bool, seed: int) -> tuple[Features, linear.Linear]:
    readings, labels, vectors = corpus.training_rows(chosen)
    features = Features.fit(readings, embedding)
    return features, linear.fit(features.transform(readings, vectors), labels, seed)
