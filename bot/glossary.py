"""Questions about a word: « c'est quoi le montant net social ? »."""

from __future__ import annotations

from rapidfuzz.fuzz import ratio

from bot.scene import Scene
from flows.library import Term
from flows.plain import plain
from flows.texts import Say

CLOSE = 85


def asked(scene: Scene) -> bool:
    """True when the text opens as a question about a word, and that word is known."""
    return any(scene.exact.startswith(start + " ") for start in scene.library.definition_starts) and bool(_term(scene))


def define(scene: Scene) -> Say | None:
    """What the word in the text means, None when it is not in the glossary."""
    term = _term(scene)
    return scene.says("definition", term=term.term[0].upper() + term.term[1:], say=term.say)[0] if term else None


def _term(scene: Scene) -> Term | None:
    """The longest term found in the text, else the term closest to its last words."""
    words = f" {scene.exact} "
    found = [
        (len(name), term) for term in scene.library.glossary.values() for name in _names(term) if f" {name} " in words
    ]
    if found:
        return max(found, key=lambda pair: pair[0])[1]
    tail = scene.exact
    for start in scene.library.definition_starts:
        tail = tail.removeprefix(start + " ")
    close = [(ratio(name, tail), term) for term in scene.library.glossary.values() for name in _names(term)]
    best = max(close, key=lambda pair: pair[0], default=(0, None))
    return best[1] if best[0] >= CLOSE else None


def _names(term: Term) -> list[str]:
    return [plain(term.term), *map(plain, term.also)]
