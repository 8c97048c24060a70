"""Rasa component: the intent of a message, its calibrated confidence, and the threshold to ask back."""

import logging
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from . import training
from .features import Features
from .linear import Linear
from .normaliser import Reading, read
from .normaliser_component import Normaliser, reading_of
from .progress import report

logger = logging.getLogger(__name__)
_RANKED = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearClassifier(IntentClassifier, GraphComponent):
    """Letters, words, sounds and (if `embedding`) meaning, in one linear model saved without pickle."""

    @classmethod
    def required_components(cls) -> list[type]:
        """The normaliser comes first."""
        return [Normaliser]

    @staticmethod
    def required_packages() -> list[str]:
        """Modules that must be installed."""
        return ["sklearn", "scipy", "numpy"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`copies`: noisy copies of a phrase in training; `folds`: one phrase in so many is left out to calibrate."""
        return {"embedding": True, "copies": 1, "folds": 3, "seed": 20261122}

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource,
        features: Features | None = None, model: Linear | None = None,
    ) -> None:  # fmt: skip
        self._config = {**self.get_default_config(), **config}
        self._storage, self._resource = storage, resource
        self._features, self._model = features, model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LinearClassifier":
        """A component that is still to be trained."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Trains on every phrase that has an intent, and saves."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT) and e.get(INTENT)]
        texts, labels = [e.get(TEXT) for e in examples], [e.get(INTENT) for e in examples]
        embedding, seed = bool(self._config["embedding"]), int(self._config["seed"])
        corpus = training.prepare(texts, labels, int(self._config["copies"]), embedding, seed)
        self._features, self._model = training.train(corpus, self._config, embedding)
        report("save", 0, 1)
        with self._storage.write_to(self._resource) as folder:
            self._features.save(folder)
            self._model.save(folder)
        return self._resource

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext, **kwargs: Any,
    ) -> "LinearClassifier":  # fmt: skip
        """A trained component; a model that cannot be read is an error, never an empty component."""
        with model_storage.read_from(resource) as folder:
            component = cls(config, model_storage, resource, Features.load(folder), Linear.load(folder))
        component._ranking(read("bonjour"))  # loads the embedding now, not at the first citizen
        return component

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the intent, the ranking and the threshold of each message."""
        for message in messages:
            ranking = self._ranking(reading_of(message))
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
            message.set("threshold", self._trained()[1].threshold, add_to_output=True)
        return messages

    def _trained(self) -> tuple[Features, Linear]:
        if self._features is None or self._model is None:
            raise ValueError("The classifier is used before it is trained.")
        return self._features, self._model

    def _ranking(self, reading: Reading) -> list[dict[str, Any]]:
        features, model = self._trained()
        chances = model.probabilities(features.transform([reading]))[0]
        order = chances.argsort()[::-1][:_RANKED]
        return [{"name": model.labels[i], "confidence": float(chances[i])} for i in order]
