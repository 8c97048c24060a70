"""Words for a person in charge, read by Rasa first: for a danger that no pattern knows, and nothing else."""

from __future__ import annotations

import re

from bot import hearing
from bot.scene import Scene
from flows.answers import read_choice
from flows.safety import Topic
from flows.texts import Say

# « 12 rue des Lilas » answers the person; to Rasa it looks like somebody who lives in the street.
_STREETS = "rue|avenue|av|boulevard|bd|impasse|allee|chemin"
_ADDRESS = re.compile(
    rf"(?:\d+ ?(?:bis|ter|quater|[a-d])? (?:{_STREETS}|place|route|square|quai|cours|cite)|{_STREETS})\b"
)


def danger(scene: Scene) -> tuple[Topic | None, tuple[Say, ...]]:
    """The danger that is understood; or, where one is only likely, its number, unless it was the last thing said.

    Raises NeedsUnderstanding when Rasa has not been asked yet.
    """
    if not _is_worth_reading(scene):
        return None, ()
    heard = scene.understand()
    topic = next((topic for topic in scene.library.safety if topic.id == heard.intent), None)
    likely = hearing.worry(heard) if len(scene.exact.split()) >= hearing.SENTENCE else None
    said = scene.says(hearing.WORRIES[likely]) if likely else ()
    return topic, tuple(say for say in said if say not in scene.talk.last)


def _is_worth_reading(scene: Scene) -> bool:
    """True for real words: no choice, no number, no address, no exact word of the assistant's."""
    if scene.picked or any(scene.exact in known for known in scene.library.words.values()):
        return False
    shown = scene.talk.last[-1].options if scene.talk.last else ()
    has_words = any(len(word) > 1 and word.isalpha() for word in scene.exact.split())
    return has_words and not _ADDRESS.match(scene.exact) and not read_choice(scene.text, shown, strict=True).ok
