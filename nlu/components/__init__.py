"""Rasa components of the project: normaliser, features, linear classifier."""
