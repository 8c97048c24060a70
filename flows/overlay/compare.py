"""A translation beside the French texts: what is missing, what must be read again, what no longer fits. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from flows.overlay.addresses import Texts, fingerprints, main_of, unit
from flows.overlay.words import word
from flows.texts import PLACEHOLDER, bare, placeholders

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Compared:
    """One file of a language beside its French source. Addresses: `known` in French, `done` translated.

    `needed` are those a translation must have: a « short » variant, say, only where it is too long. `marks` say
    which French the translation was made from; `facts` are the names of all facts.
    """

    id: str
    known: Texts
    done: Texts
    needed: Collection[str]
    marks: Mapping[str, str] = field(default_factory=dict)
    facts: Collection[str] = ()

    @property
    def exists(self) -> bool:
        """True when something is translated."""
        return bool(self.done)

    @property
    def missing(self) -> list[str]:
        """The addresses to translate, in the order of the French file."""
        return [address for address in self.known if address in self.needed and address not in self.done]

    @property
    def orphans(self) -> list[str]:
        """The translated addresses that are no text of the French file."""
        return [a for a in self.done if a not in self.known and main_of(a, self.known) is None]

    @property
    def to_read_again(self) -> list[str]:
        """The units whose French changed since they were translated, or whose translation nobody marked as read."""
        now = fingerprints(self.known)
        return [name for name in self.units if self.marks.get(name) != now[name]]

    @property
    def units(self) -> list[str]:
        """The units of which something is translated."""
        return list(dict.fromkeys(unit(address) for address in self.done if unit(address) in self._known_units))

    @property
    def _known_units(self) -> set[str]:
        return {unit(address) for address in self.known}

    @property
    def problems(self) -> Iterator[tuple[str, str]]:
        """What cannot be said as it is: orphans, other facts than in French, other numbers. Address and why.

        Where the French changed since, only what would not be said: the rest is the translator's to read again,
        and no problem of who changed the French.
        """
        changed = {name for name in self.to_read_again if name in self.marks}
        for address, text in self.done.items():
            french = self.known.get(address) or self.known.get(main_of(address, self.known) or "")
            if french is None:
                yield address, word("orphan", address=address)
            elif unit(address) in changed:
                gone = set(placeholders(text)) - set(placeholders(french)) - set(self.facts)
                yield from ((address, word("fact_added", fact=fact)) for fact in sorted(gone))
            else:
                yield from ((address, why) for why in _unlike(french, text, address in self.known))


def _unlike(french: str, text: str, same: bool) -> Iterator[str]:
    """How a translation says other things than the French. `same`: neither is a variant of the other."""
    named, said = set(placeholders(french)), set(placeholders(text))
    for fact in sorted(said - named):
        yield word("fact_added", fact=fact)
    for fact in sorted(named - said) if same else ():
        yield word("fact_gone", fact=fact)
    for fact in sorted((set(bare(text)) & named) - set(bare(french))):
        yield word("fact_bare", fact=fact)
    there, here = _numbers(french), _numbers(text)
    if here - there or (same and there - here):
        yield word("other_numbers", french=french)


def _numbers(text: str) -> Counter[str]:
    """The numbers written in a text, its facts left out."""
    return Counter(_DIGITS.findall(PLACEHOLDER.sub(lambda match: match["otherwise"] or "", text)))


def row(compared: Compared) -> dict[str, object]:
    """What a file's translation is worth, as one JSON object."""
    invalid = [f"{address} : {why}" for address, why in compared.problems if address not in compared.orphans]
    return {
        "id": compared.id,
        "texts": len(set(compared.needed)),
        "translated": len(set(compared.needed) & set(compared.done)),
        "missing": compared.missing,
        "to_read_again": compared.to_read_again,
        "orphans": compared.orphans,
        "invalid": invalid,
    }
