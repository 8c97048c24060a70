"""The directory of places: reading, storing and searching it."""
