"""Tests of the cases: opened, queued, taken, answered, closed."""
