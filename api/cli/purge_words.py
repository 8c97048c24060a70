"""What a purge did, in words."""

from __future__ import annotations

from api.privacy import Purged

WORDS = {
    "messages": "messages deleted",
    "answers": "sets of answers emptied",
    "untouched": "open cases closed, untouched for too long",
    "contacts": "closed cases emptied of their number and commune",
    "handoffs": "closed cases deleted, with their notes and reports",
    "citizens": "people who never came back deleted",
    "receipts": "marks of forgotten messages deleted",
    "deliveries": "messages that had left deleted",
    "traces": "traces of calls, codes and requests deleted",
    "sessions": "sessions of the console deleted",
    "alert_phones": "alert numbers emptied",
    "accounts": "disabled accounts deleted",
    "journal": "lines of the journal deleted",
}


def purge_words(done: Purged) -> str:
    """What a purge did, a line for each kind that it touched."""
    lines = [f"{count} {words}." for name, words in WORDS.items() if (count := getattr(done, name))]
    return "\n".join(lines) or "There was nothing to delete."
