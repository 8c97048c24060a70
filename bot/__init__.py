"""The dialogue: from a citizen's message to what is said back. Pure but for the understanding client."""
