"""Reads our TwiML of messages as strictly as can be: these verbs, these attributes, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree import ElementTree

from flows.gsm7 import fold

ATTRIBUTES = {"action", "method"}
LONGEST = 1_600
# What is said outside of any conversation, as proposed for the texts.
ALLOWED_TEXTS = {
    "not_stored": "Je n'ai pas pu garder votre message. Renvoyez-le dans quelques minutes.",
    "failed_sms": "Je n'ai pas pu répondre à votre message. Renvoyez-le, ou appelez ce numéro.",
    "too_fast": "Vous écrivez vite. Attendez une minute, puis renvoyez votre dernier message.",
    "sms_stopped": "Vous avez arrêté nos SMS. Pour reprendre, répondez START.",
}


def wrong(xml: bytes) -> list[str]:
    """All that is wrong with a document."""
    return list(_wrong(xml))


def _wrong(xml: bytes) -> Iterator[str]:
    if b"<!" in xml:
        yield "a declaration, a comment or CDATA"
    root = ElementTree.fromstring(xml)
    if root.tag != "Response" or root.attrib or (root.text or "").strip():
        yield "not a bare Response"
    for message in root:
        if message.tag != "Message" or len(message) or (message.tail or "").strip():
            yield f"{message.tag}: not a bare Message"
        yield from (f"unknown attribute {name}" for name in message.attrib.keys() - ATTRIBUTES)
        if message.get("method", "POST") not in ("GET", "POST"):
            yield "not a method"
        if urlsplit(message.get("action", "https://x.org")).scheme != "https":
            yield "not a public address"
        text = message.text or ""
        if not text.strip() or len(text) > LONGEST or fold(text) != text:
            yield f"cannot be sent as it is: {text!r}"
