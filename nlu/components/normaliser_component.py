"""Rasa component: gives each message its plain spelling, by the same function in training and in use."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from .normaliser import Reading, read

_SPELLED, _SAID = "normalised", "respelled"


def reading_of(message: Message) -> Reading:
    """What the normaliser made of a message."""
    return Reading(message.get(_SPELLED, ""), message.get(_SAID, ""))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class Normaliser(GraphComponent):
    """Keeps the text as it came and adds the properties `normalised` and `respelled`."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "Normaliser":
        """Nothing to configure."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Normalises messages in use."""
        for message in messages:
            if message.get(TEXT):
                reading = read(message.get(TEXT))
                message.set(_SPELLED, reading.spelled)
                message.set(_SAID, reading.said)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Normalises the phrases of the training data."""
        self.process(training_data.training_examples)
        return training_data
