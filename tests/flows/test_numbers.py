"""Numbers written by hand in a text: which are seen, which are part of a name or of a fact."""

from __future__ import annotations

import pytest

from flows.numbers import number_problems, numbers, procedure_texts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Attendez 5 jours.", ["5"]),
        ("Il faut 659,06 € avant le 12.", ["659,06", "12."]),
        ("Appelez le 0 809 401 401.", ["0 809 401 401."]),
        ("Appelez le {tel_caf}, dans {delai|les plus brefs délais}.", []),
        ("Attendez {delai|5 jours}.", ["5"]),
        ("Le cerfa {formulaire_2} suffit.", []),
        ("Ouvrez 1jeune1solution, ou FranceConnect+.", []),
        ("Tous les trois mois, deux pages.", []),
        ("", []),
    ],
)
def test_the_numbers_of_a_text(text: str, found: list[str]) -> None:
    assert [number.strip(" .") for number in numbers(text)] == [number.strip(" .") for number in found]


RAW = {
    "id": "essai_2",
    "title": "Un titre 1",
    "intro": "Intro 2",
    "documents": ["Papier", "Papier 3"],
    "minutes": 20,
    "words": ["4 mots"],
    "steps": {
        "un": {
            "ask": "Avant 5 jours ?",
            "choices": {"a": {"label": "Moins de 6", "words": ["7"]}},
            "next": [{"at_least": 8, "go": "deux"}],
        },
        "deux": {"do": "Rien.", "blocked": {"b": {"label": "Plus de 9", "go": "un"}}, "without_facts": "Avant 10."},
    },
    "tasks": {"t": {"label": "Tâche 11", "say": "Dites 12."}},
}


def test_every_text_of_a_procedure_is_read_and_nothing_else() -> None:
    found = {path: message.split("»")[0].strip("« .") for path, message in number_problems(RAW)}
    assert found == {
        ("title",): "1",
        ("intro",): "2",
        ("documents", 1): "3",
        ("steps", "un", "ask"): "5",
        ("steps", "un", "choices", "a", "label"): "6",
        ("steps", "deux", "blocked", "b", "label"): "9",
        ("steps", "deux", "without_facts"): "10",
        ("tasks", "t", "label"): "11",
        ("tasks", "t", "say"): "12",
    }


@pytest.mark.parametrize(
    "raw", [{}, {"steps": None}, {"steps": {"a": None, "b": "texte"}}, {"title": 5, "documents": None}]
)
def test_a_file_with_errors_is_read_as_far_as_it_goes(raw: dict[str, object]) -> None:
    assert list(procedure_texts(raw)) == []
