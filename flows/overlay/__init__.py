"""Translations: the texts of the content in other languages, over the French files that hold the structure."""

from flows.overlay.checks import overlay_problems
from flows.overlay.files import FRENCH, languages
from flows.overlay.library import in_language, translations

__all__ = ["FRENCH", "in_language", "languages", "overlay_problems", "translations"]
