"""Two rules about verbs: the passive, where nobody is seen to act, and several gestures in one instruction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from flows.style import Gestures, Passive
from flows.style_text import Sentence, Token

Tense = Literal["present", "perfect", "other"]
SHOWN_BEFORE = 4
MOST_GESTURES = 2
MOST_ORDERS = 3
LONG_TEXT = 20


def passives(sentence: Sentence, words: Passive) -> Iterator[tuple[int, int]]:
    """Where the sentence has a passive: start and end, with the few words before that say what it is about."""
    tokens = sentence.tokens()
    for i, token in enumerate(tokens):
        tense, after = _being(tokens, i, words)
        if tense is None or after >= len(tokens) or _reflexive(tokens, i, words):
            continue
        agent = after + 1 < len(tokens) and tokens[after + 1].low in words.by
        if tense == "present" and not agent and _result(tokens, i, after, words):
            continue
        if _passive(tokens[after].low, tense, agent, words):
            last = tokens[after + 1] if agent else tokens[after]
            yield _about(tokens, i, token).start, last.start + len(last.text)


def _about(tokens: Sequence[Token], i: int, token: Token) -> Token:
    """The first of the words before `token` that are shown with it, in the same group of words."""
    first = token
    for before in reversed(tokens[max(0, i - SHOWN_BEFORE) : i]):
        if not before.text[0].isalnum():
            break
        first = before
    return first


def _being(tokens: Sequence[Token], i: int, words: Passive) -> tuple[Tense | None, int]:
    """The tense of « être » at `i`, and where its participle would stand."""
    low = tokens[i].low
    after = _skip(tokens, i + 1, words)
    if low in words.have | words.have_states and after < len(tokens) and tokens[after].low in words.been:
        return "perfect" if low in words.have else "other", _skip(tokens, after + 1, words)
    if low in words.present:
        return "present", after
    return ("other", after) if low in words.other else (None, after)


def _skip(tokens: Sequence[Token], i: int, words: Passive) -> int:
    """The place after the adverbs that start at `i`."""
    while i < len(tokens):
        if " ".join(token.low for token in tokens[i : i + 2]) in words.between_pairs:
            i += 2
        elif tokens[i].low in words.between or tokens[i].low.endswith("ement"):
            i += 1
        else:
            break
    return i


def _reflexive(tokens: Sequence[Token], i: int, words: Passive) -> bool:
    before = [token.low for token in tokens[max(0, i - 2) : i]]
    return bool(before) and bool({before[-1], " ".join(before)} & words.reflexive)


def _result(tokens: Sequence[Token], i: int, after: int, words: Passive) -> bool:
    clause = [token.low for token in tokens[:i]]
    clause = clause[len(clause) - clause[::-1].index(",") :] if "," in clause else clause
    between = {token.low for token in tokens[i:after]}
    it = {tokens[i - 1].low, " ".join(token.low for token in tokens[max(0, i - 2) : i])} if i else set()
    return bool(between & words.result or words.if_ & set(clause[:1]) or it & words.it)


def _passive(word: str, tense: Tense, agent: bool, words: Passive) -> bool:
    forms = {word, word.removesuffix("s"), word.removesuffix("e"), word.removesuffix("es")}
    regular = any(form.endswith("é") for form in forms)
    if not (regular or forms & words.irregular) or forms & words.intransitive:
        return False
    if tense == "perfect":  # « a été fermé »: somebody did it
        return True
    if forms & words.states and not forms & words.actions:
        return False
    # At the present a participle is most often a state: only known actions, or those whose agent is named.
    return tense == "other" or agent or bool(forms & words.actions)


def orders(sentence: Sentence, words: Gestures) -> list[Token]:
    """The orders that a sentence gives to everybody: « Ouvrez », « puis tapez »; not « Si …, ouvrez ».

    Warnings (« ne fermez pas ») ask for no gesture, and « ou » offers another way to the same end.
    """
    tokens = sentence.tokens()
    if not tokens or tokens[0].low in words.only_if:
        return []
    found = []
    for i, token in enumerate(tokens):
        before = tokens[i - 1].low if i else ","
        opens = before in (",", ":", ";", "»") or before in words.openers
        if opens and _order(token.low, words):
            found.append(token)
    return found


def _order(word: str, words: Gestures) -> bool:
    verb = word.partition("-")[0]
    return (verb.endswith("ez") or verb in words.others) and not {verb, word} & words.not_orders


def too_many(text_words: int, found: Sequence[Token], words: Gestures) -> bool:
    """True when the orders make more than one gesture that can be kept in mind at once.

    A light verb only leads to a gesture or ends it (« Ouvrez … puis tapez », « Écrivez … et validez ») and weighs
    half of one. Two gestures linked in a short text pass (« Posez la carte, prenez-la en photo »); in a long one the
    first is forgotten before the second is heard. More than two never pass, nor four orders, however light.
    """
    heavy = sum(token.low.partition("-")[0] not in words.light for token in found)
    weight = heavy + (len(found) - heavy) / 2
    return weight > MOST_GESTURES or len(found) > MOST_ORDERS or (heavy > 1 and text_words > LONG_TEXT)


__all__ = ["orders", "passives", "too_many"]
