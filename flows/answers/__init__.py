"""Readers: from a citizen's words to a typed answer, or to why it could not be read."""

from __future__ import annotations

from datetime import date

from flows.answers.choices import read_choice, read_yes_no
from flows.answers.dates import read_date
from flows.answers.numbers import read_amount, read_number
from flows.answers.phones import read_phone
from flows.answers.places import read_place
from flows.answers.reading import NOTHING, Reading, Wordlist
from flows.model import Question
from flows.texts import Option

__all__ = ["NOTHING", "Reading", "Wordlist", "read_answer", "read_choice", "read_number", "read_phone", "read_yes_no"]

SAID = "dit"


def read_answer(question: Question, text: str, options: tuple[Option, ...], words: Wordlist, day: date) -> Reading:
    """Reads `text` as an answer to `question` on `day`. Free text is accepted and never kept."""
    kind = question.answer
    if kind == "yes_no":
        return read_yes_no(text, words)
    if kind == "choice":
        return read_choice(text, options)
    if kind == "number":
        return read_number(text, question.min, question.max)
    if kind == "amount":
        return read_amount(text, question.min, question.max)
    if kind == "date":
        return read_date(text, day, near=question.when == "near")
    if kind == "place":
        return read_place(text)
    if kind == "phone":
        return read_phone(text)
    return Reading(SAID) if text.strip() else NOTHING
