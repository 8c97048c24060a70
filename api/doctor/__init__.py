"""Looks at the channels from end to end and says what to mend: settings, providers, public address."""
