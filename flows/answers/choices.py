"""Reads yes/no and choices: by number, by label, by other words, or by a spelling close to one of them."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.fuzz import ratio

from flows.answers.reading import NOTHING, Reading, Wordlist
from flows.plain import plain
from flows.texts import Option

CLOSE = 86
MIN_FUZZY_LENGTH = 5
ORDINALS = {
    **{"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4},
    **{"one": 1, "two": 2, "three": 3, "four": 4, "first": 1, "third": 3, "fourth": 4},
    **{"premier": 1, "premiere": 1, "deuxieme": 2, "second": 2, "seconde": 2, "troisieme": 3, "quatrieme": 4},
}
_NOISE = (
    *("c est ", "cest ", "c ", "pour ", "le choix ", "choix ", "reponse ", "la reponse ", "numero ", "le numero "),
    *("euh ", "ben ", "bah "),
    *("it s ", "the ", "number ", "answer ", "option ", "for ", "i have "),
)
_FIGURE = re.compile(r"(\d{1,2})(?:e|er|ere|eme|nd|nde)?")
_TURNED = {
    *("pas", "pa", "non", "ni", "sauf", "sans", "jamais", "aucun", "aucune", "rien"),
    *("coupe", "coupee", "suspendu", "suspendue", "supprime", "supprimee"),
    *("trompe", "trompee", "pardon", "plutot", "plus"),
    *("not", "no", "never", "without", "except", "don", "isn", "sorry"),  # every language is read all the time
}
MAX_WORDS_AROUND = 4


def read_yes_no(text: str, words: Wordlist) -> Reading:
    """« oui » or « non », from the exact words of the list only: anything else is unclear."""
    said = plain(text)
    for value, key in (("oui", "1"), ("non", "2")):
        if said == key or said in words[value]:
            return Reading(value)
    return NOTHING


def read_choice(text: str, options: tuple[Option, ...], strict: bool = False) -> Reading:
    """The id of the option that `text` names, when exactly one fits. `strict`: by number or exact words only."""
    whole = plain(text).rstrip("? ")
    said = _bare(whole)
    named = [option.id for option in options if _exact(said, _names(option)) or _exact(whole, _names(option))]
    number = _position(said)
    if number is not None and len(named) != 1:
        return (
            Reading(options[number - 1].id) if 1 <= number <= len(options) else Reading(problem="choice_out_of_range")
        )
    for fits in (_exact,) if strict else (_exact, _inside, _close):
        found = [option.id for option in options if fits(said, _names(option)) or fits(whole, _names(option))]
        if found:
            return Reading(found[0]) if len(found) == 1 else NOTHING
    return NOTHING


def _position(said: str) -> int | None:
    """The number of the choice that « 2 », « le 2 », « 2e » or « la deuxième » names."""
    bare = re.sub(r"^(?:le|la|n) (?=\S+$)", "", said)
    figure = _FIGURE.fullmatch(bare)
    return int(figure[1]) if figure else ORDINALS.get(bare)


def _bare(said: str) -> str:
    changed = True
    while changed:
        changed = False
        for noise in _NOISE:
            if said.startswith(noise) and len(said) > len(noise):
                said, changed = said[len(noise) :], True
    return said


@lru_cache(maxsize=8192)  # what the content is called: never a citizen's words
def _names(option: Option) -> tuple[str, ...]:
    names = [plain(option.id.replace("_", " ")), plain(option.label), *map(plain, option.words)]
    articles = ("la ", "le ", "les ", "l ", "une ", "un ", "mon ", "ma ", "j ai ", "the ", "my ", "i have ")
    return (*names, *(name[len(a) :] for name in names for a in articles if name.startswith(a)))


def _exact(said: str, names: tuple[str, ...]) -> bool:
    return said in names


def _inside(said: str, names: tuple[str, ...]) -> bool:
    """One of the names stands in a short sentence that does not turn it around (« pas le RSA »)."""
    return any(len(name) > 2 and f" {name} " in f" {said} " and _plainly(said, name) for name in names)


def _plainly(said: str, name: str) -> bool:
    around = f" {said} ".replace(f" {name} ", " ").split()
    return len(around) <= MAX_WORDS_AROUND and not _TURNED.intersection(around)


def _close(said: str, names: tuple[str, ...]) -> bool:
    """Spelled almost like one of the names, and neither of the two is the other turned around."""
    turned = bool(_TURNED.intersection(said.split()))
    return any(
        min(len(name), len(said)) >= MIN_FUZZY_LENGTH
        and turned == bool(_TURNED.intersection(name.split()))
        and ratio(said, name) >= CLOSE
        for name in names
    )
