"""Procedures: what a YAML file may say, how it is checked, and the pure engine that walks it."""
