"""Tests of the mediators' console."""
