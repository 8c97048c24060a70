"""Tests of the directory of places."""
