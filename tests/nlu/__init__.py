"""Tests of the French understanding: its components, its training, its server and its client."""
