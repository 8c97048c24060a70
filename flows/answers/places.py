"""Reads a postcode, typed or spoken, or the name of a commune."""

from __future__ import annotations

import re

from flows.answers.numbers import small_digits
from flows.answers.reading import NOTHING, Reading
from flows.plain import plain

DEPARTMENTS = {f"{n:02d}" for n in range(1, 96)} | {"97", "98"}
_INTRO = re.compile(
    r"^(je (suis|vis|reside|loge)|j ?habite|on (est|habite)|c est|cest|nous habitons|dans|a cote de|pres de"
    r"|vers|a|au|sur|i (live|am|stay)|in|near)( (dans|a|au|en|sur|vers|pres de|a cote de|le|la|in|near))*\s+"
)
_NOT_A_PLACE = re.compile(
    r"\b(pourquoi|comment|quand|quoi|qui|combien|oui|non|sais|veux|peux|chez moi|ici|la bas|merci|bonjour|marche"
    r"|aide|aucune?|rien|bloque|carte|dossier|compte|humain|quelqu|conseiller|retour"
    r"|yes|no|what|how|why|where|who|help|want|need|know|done|stuck|back|please|thanks?|hello|card|human|english)\b"
    r"|\bpas\b(?! (de calais|en artois|de jeu)\b)"
    r"|^(je|j|on|nous|vous|tu|il|elle|ils|elles|ca|c|mon|ma|mes|votre|i|we|you|he|she|they|it|my|your|the)\b"
)


def read_place(text: str) -> Reading:
    """A postcode (« 60000 ») when there is one, else a commune's name in plain letters (« saint just »)."""
    postcode = _postcode(text)
    if postcode:
        return Reading(postcode) if postcode[:2] in DEPARTMENTS else Reading(problem="postcode_unknown")
    if re.search(r"\d", text):
        return Reading(problem="postcode_length")
    name = _INTRO.sub("", plain(text)).strip()
    looks_like_a_name = (
        2 <= len(name) <= 45 and len(name.split()) <= 7 and not _NOT_A_PLACE.search(name) and "?" not in name
    )
    return Reading(name) if looks_like_a_name else NOTHING


def _postcode(text: str) -> str | None:
    typed = re.search(r"(?<!\d)(\d{2}) ?(\d{3})(?!\d)", text)
    if typed:
        return typed[1] + typed[2]
    if re.search(r"\d", text):
        return None
    spoken = re.findall(r"\d+", re.sub(r"\b(zero|zéro)\b", "0", small_digits(text.lower())))
    if len(spoken) == 2 and len(spoken[0]) == 2 and spoken[1].endswith("000"):
        spoken[1] = "000"  # « zéro un mille » is heard as 01 then 1000
    glued = "".join(spoken)
    return glued.zfill(5) if len(glued) in (4, 5) else None
