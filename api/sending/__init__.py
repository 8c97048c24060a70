"""Sending what does not travel in a response: the outbox, the worker that empties it, and the rules of politeness."""
