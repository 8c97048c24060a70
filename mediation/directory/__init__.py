"""Reading a file of places: its format, its rows cleaned, what was repaired, merged or refused, and why."""
