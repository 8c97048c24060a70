"""Tests of the people who help: territories and call-backs."""
