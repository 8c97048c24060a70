"""Takes what a citizen says of where they live apart: the name of a commune, a postcode, a département, a rank."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from mediation.communes.areas import known, of_postcode, take_area
from mediation.communes.said_numbers import in_digits, in_names, take_numbers
from mediation.communes.spelling import bare

MOST_LETTERS = 200
_TOWN = r"(?:commune|ville|village|code postal|adresse)"
_OF = r"(?:de|d|du|des)"
_BEFORE = re.compile(
    r"(?:bonjour|bonsoir|salut|slt|allo|alors|euh|heu|ben|bah|oui|non|voila|donc|et|mais|en fait|actuellement"
    r"|en ce moment|maintenant|pour l instant|aujourd hui"
    r"|moi|nous|ici|plutot|toujours|juste|tout|quelque part|que|est|suis|habite|vis|chuis?|jsuis|jvis"
    r"|je? (?:suis|vis|reside|loge|dors|crois|pense|cherche|veux|viens)|j ?h?abite|on (?:est|habite|vit)"
    r"|nous (?:sommes|habitons|vivons|residons)|c ?est|ce serait|(?:ca |qui )?s appelle|se trouve"
    rf"|(?:(?:ma|mon|notre|la|le|une?) )?(?:petite? )?{_TOWN}|chez (?:moi|(?:ma|mon|mes) \w+)"
    r"|(?:le|la|l)(?= (?:a|de|d|du|dans|en)\b)|dans|sur|a|o|au|aux|en|de|du|d|une?|f)\b ?"
)
_ABOUT = re.compile(
    rf"vers\b ?|(?:(?:a|au|du|par|tout|juste|pas|de) )*(?:(?:cote|pres|(?:pas |non )?loin) {_OF}|proche(?: {_OF})?"
    rf"|autour {_OF}|(?:aux |les )?(?:alentours|environs) {_OF}|(?:dans le )?coin {_OF}"
    rf"|(?:en |la )?(?:banlieue|region|peripherie) {_OF}|voisin(?:e|age)? {_OF})\b ?"
)
_FAR = re.compile(
    r"\b(?:a )?(?:\d+|une?|quelques|deux|cinq|dix) ?(?:km|kms|kilometres?|minutes?|mn|min|bornes) (?=d|a\b)"
)
_AFTER = re.compile(
    r" ?\b(?:svp|stp|s il (?:vous|te) plait|merci|voila|actuellement|en ce moment|maintenant|je crois|je pense|cedex"
    r"|centre ville|centre|quoi|hein|euh|en france|arrondissement|arrdt|arr|departement|et (?:ses )?alentours|environs"
    r"|la ville|dans le|dans la|dans|le|la|les|l|du|de|d|en|f)$"
)
_NOISE = re.compile(r"\b(?:cedex|arrondissement|arrdt|code postal|postal)\b ?")


@dataclass(frozen=True)
class Said:
    """`words`: the name, bare. `areas`: codes of départements, none when none is said. `rank`: said as one (« 11e »);
    `short`: a number that may be one. `whole`: the name with the area, when one was taken from it. `link`: the word
    before the name, which may hide its article (« au Havre »).
    """

    words: list[str]
    postcode: str | None = None
    rank: int | None = None
    areas: frozenset[str] = frozenset()
    approximate: bool = False
    link: str = ""
    short: int | None = None
    whole: tuple[str, ...] = ()


def read(text: str, beginnings: Collection[tuple[str, str]], is_name: Callable[[list[str]], bool]) -> Said:
    """`text` taken apart. `is_name` says whether words are the whole name of a commune: nothing is taken from those."""
    raw = bare(text[:MOST_LETTERS]).split()
    if is_name(raw):
        return Said(raw)
    words = in_names(bare(in_digits(text[:MOST_LETTERS])).split(), beginnings)
    far = _FAR.sub("", " ".join(words)).strip()
    approximate = far != " ".join(words)
    numbers, words = take_numbers(far.split())
    words, about, link = _name(words if is_name(words) else _NOISE.sub("", " ".join(words)).split(), is_name)
    areas: frozenset[str] = frozenset()
    whole: tuple[str, ...] = ()
    if words and not is_name(words):
        areas, left = take_area(words)
        whole = tuple(words) if areas else ()
        words, more, link = _name(left, is_name) if areas else (words, False, link)
        about = about or more
    if numbers.postcode:
        areas = of_postcode(numbers.postcode)
    elif numbers.short:
        areas = known([numbers.short]) or areas
    short = int(numbers.short) if numbers.short and numbers.short.isdigit() else None
    return Said(words, numbers.postcode, numbers.rank, areas, approximate or about, link, short, whole)


def _name(words: list[str], is_name: Callable[[list[str]], bool]) -> tuple[list[str], bool, str]:
    """The words of the name alone; whether it is but near there; « au » or « aux », which hide an article."""
    left = " ".join(words)
    about, link = False, ""
    while left and not is_name(left.split()):
        near = _ABOUT.match(left)
        found = near or _BEFORE.match(left)
        if not found:
            break
        about = about or bool(near)
        link = found[0].split()[-1]
        left = left[found.end() :]
    while left and not is_name(left.split()) and (found := _AFTER.search(left)):
        left = left[: found.start()]
    return left.split(), about, link
