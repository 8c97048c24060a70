"""One-vs-rest logistic regression with honest confidences and a learnt threshold (no Rasa here)."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

# Cost of asking « A or B? » when a silent mistake costs 1. The right intent is nearly always in the
# first three, so asking is cheap, but a tired person should not be asked at every turn.
_COST_OF_ASKING = 0.45
_LOWEST_THRESHOLD, _HIGHEST_THRESHOLD = 0.35, 0.65


class Linear(NamedTuple):
    """A trained model: `scale` turns scores into probabilities, below `threshold` we ask back."""

    labels: list[str]
    weights: np.ndarray  # features × labels
    bias: np.ndarray
    scale: float = 1.0
    threshold: float = 0.5

    def scores(self, rows: sparse.csr_matrix) -> np.ndarray:
        """Log-odds of each label, before calibration."""
        return np.asarray(rows @ self.weights) + self.bias

    def probabilities(self, rows: sparse.csr_matrix) -> np.ndarray:
        """Calibrated probability of each label; a row sums to one."""
        return softmax(self.scores(rows), self.scale)

    def save(self, folder: Path) -> None:
        """Writes JSON and npz."""
        saved = {"labels": self.labels, "scale": self.scale, "threshold": self.threshold}
        (folder / "linear.json").write_text(json.dumps(saved), encoding="utf-8")
        np.savez_compressed(folder / "linear.npz", weights=self.weights, bias=self.bias)

    @classmethod
    def load(cls, folder: Path) -> "Linear":
        """Reads what `save` wrote."""
        saved = json.loads((folder / "linear.json").read_text(encoding="utf-8"))
        with np.load(folder / "linear.npz", allow_pickle=False) as arrays:
            return cls(saved["labels"], arrays["weights"], arrays["bias"], saved["scale"], saved["threshold"])


def fit(rows: sparse.csr_matrix, labels: list[str], seed: int) -> Linear:
    """Trains the one-vs-rest classifiers with liblinear; a finer tolerance takes twice as long for the same answers."""
    model = LogisticRegression(
        solver="liblinear", multi_class="ovr", dual=True, C=4.0, tol=0.5, max_iter=100, random_state=seed
    )
    model.fit(rows, labels)
    weights = np.ascontiguousarray(model.coef_.T, dtype=np.float32)
    return Linear([str(c) for c in model.classes_], weights, model.intercept_.astype(np.float32))


def softmax(scores: np.ndarray, scale: float) -> np.ndarray:
    """Scores to probabilities."""
    scaled = scores * scale
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def learn_scale(scores: np.ndarray, truth: np.ndarray) -> float:
    """The scale under which the probabilities of unseen phrases are the least surprised by the truth."""
    chosen = np.arange(len(truth))

    def surprise(scale: float) -> float:
        return float(-np.log(softmax(scores, scale)[chosen, truth] + 1e-12).mean())

    return float(minimize_scalar(surprise, bounds=(0.2, 10.0), method="bounded").x)


def learn_threshold(probabilities: np.ndarray, truth: np.ndarray) -> float:
    """The confidence below which asking back costs less than answering, on unseen phrases."""
    confidence = probabilities.max(axis=1)
    wrong = probabilities.argmax(axis=1) != truth
    candidates = np.arange(_LOWEST_THRESHOLD, _HIGHEST_THRESHOLD + 0.001, 0.01)
    costs = [np.where(confidence < t, _COST_OF_ASKING, wrong).mean() for t in candidates]
    return round(float(candidates[int(np.argmin(costs))]), 2)
