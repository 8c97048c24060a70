"""Turns what people type or say into one plain spelling, the same in training and in use (no Rasa here)."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml

SPELLINGS = Path(__file__).with_name("spellings.yml")
NUMBER = "nombre"
LONG_NUMBER = "numerolong"
DATE = "unedate"
LINK = "lienweb"

_APOSTROPHES = str.maketrans({c: "'" for c in "’‘ʼ´`′"})
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_LINK = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+")
_REPEATED_LETTER = re.compile(r"([^\W\d_])\1{2,}")
_DOUBLED_VOWEL = re.compile(r"([aiuy])\1+")  # French never doubles these
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}[a-z]?\b\.?")
_NUMBER_SIGN = re.compile(r"\bn°")
# A word, a number (grouped digits are one number), or a sign that carries meaning.
_TOKEN = re.compile(r"[^\W\d_]+\d*[^\W\d_]*'?|\d+(?:[ .,/:-]?\d+)*[^\W\d_]*\d*|[?!€+]+")
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?")
# An age in digits or in words. Eighteen stays itself: it is an event of its own, the other ages only describe someone.
_COUNTED = "un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|et"
_TENS = "vingts?|trente|quarante|cinquante|soixante|septante|octante|huitante|nonante|cent"
_AGE = re.compile(rf"(?<!\w)(\d{{1,3}} ?|(?:(?:{_COUNTED}|{_TENS})[ -]+)+)(?:ans?|piges?|balais|berges?)\b")
_EIGHTEEN = ("18", "dix huit")
_SOUNDS_LIKE_CA = re.compile(r"\bsa\b")
_ELISION = re.compile(r"\b([jlmntsdc]|qu) (?=[aeiouyhàâéèêîô])")


class Tables(NamedTuple):
    """The content of spellings.yml, turned round for look-up."""

    words: dict[str, str]
    letters: dict[str, str]
    hesitations: frozenset[str]
    acronyms: frozenset[str]
    emoji: dict[str, str]


@lru_cache(maxsize=1)
def tables() -> Tables:
    """Reads spellings.yml once."""
    raw = yaml.safe_load(SPELLINGS.read_text(encoding="utf-8"))
    return Tables(
        words=_turned(raw["words"]),
        letters=_turned(raw["letters"]),
        hesitations=frozenset(raw["hesitations"].split()),
        acronyms=frozenset(raw["acronyms"].split()),
        emoji=_turned(raw["emoji"]),
    )


def _turned(groups: dict[str, str]) -> dict[str, str]:
    return {spelling.strip('"'): plain for plain, line in groups.items() for spelling in line.split()}


def strip_accents(text: str) -> str:
    """The same letters without their accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).lower().translate(_LIGATURES)
    for sign, plain in tables().emoji.items():
        text = text.replace(sign, f" {plain} ")
    text = _LINK.sub(f" {LINK} ", text)
    text = _NUMBER_SIGN.sub("numero ", text)
    text = _AGE.sub(_plain_age, text)
    text = _DOTTED.sub(lambda m: m.group().replace(".", ""), text)
    text = _REPEATED_LETTER.sub(r"\1", text)
    return _DOUBLED_VOWEL.sub(r"\1", text)


def _glue_acronyms(tokens: list[str]) -> list[str]:
    """« c », « a », « f » in a row become « caf »."""
    out: list[str] = []
    i = 0
    while i < len(tokens):
        for size in (4, 3):
            run = "".join(tokens[i : i + size])
            if len(run) == size and run in tables().acronyms:
                out.append(run)
                i += size
                break
        else:
            out.append(tokens[i])
            i += 1
    return out


def _plain_age(age: re.Match[str]) -> str:
    said = age.group(1).replace("-", " ").strip()
    return f"{_EIGHTEEN[1] if said in _EIGHTEEN else NUMBER} ans"


def _plain_number(token: str) -> str:
    if _DATE.fullmatch(token):
        return DATE
    digits = sum(c.isdigit() for c in token)
    unit = token.lstrip("0123456789 .,/:-")
    word = NUMBER if digits <= 4 else LONG_NUMBER
    return f"{word} {unit}" if unit.isalpha() else word


def _plain_word(token: str, following: str, alone: bool) -> str:
    """One token in plain spelling; `following` tells « c est » from the SMS « c »."""
    if token.endswith("'"):
        return "j" if token == "g'" else token[:-1]
    table = tables()
    if len(token) == 1 and token in table.letters:
        elided = following[:1] in set("aeiouhé") and token != "g" and len(following) > 1
        return token if alone or elided else table.letters[token]
    if token in table.words and not (alone and len(token) == 1):
        return table.words[token]
    bare = strip_accents(token)
    if bare in table.words:
        return table.words[bare]
    if len(token) > 2 and token[0] == "j" and token[1] not in "aeiouyh":
        return f"je {_plain_word(token[1:], '', alone=False)}"  # « jtrouve », « jfé »
    return token


def _plain_token(token: str, following: str, alone: bool) -> str:
    if token[0] in "?!€+":
        return {"€": "euros", "+": "plus"}.get(token[0], token[0])
    known = token in tables().words or token in tables().acronyms
    if not known and any(c.isdigit() for c in token):
        return _plain_number(token) if token[0].isdigit() else re.sub(r"\d+", "", token)
    return _plain_word(token, following, alone)


@lru_cache(maxsize=4096)
def respell(text: str) -> str:
    """Plain words in lower case, SMS spelling expanded, hesitations dropped; accents are kept."""
    tokens = _glue_acronyms(_TOKEN.findall(_clean(text)))
    alone = len(tokens) == 1
    pairs: list[tuple[str, str]] = list(zip(tokens, [*tokens[1:], ""], strict=False))
    kept = [t for t in pairs if strip_accents(t[0].strip("'")) not in tables().hesitations]
    words = [_plain_token(token, following, alone) for token, following in kept or pairs]
    return " ".join(" ".join(words).split()) or text.strip().lower()


def normalise(text: str) -> str:
    """The one spelling the classifier counts letters and words of: `respell`, without accents."""
    return _SOUNDS_LIKE_CA.sub("ca", strip_accents(respell(text))).strip()


class Reading(NamedTuple):
    """A text as the classifier reads it: `spelled` for its n-grams, `said` for the sentence embedding."""

    spelled: str
    said: str


def read(text: str) -> Reading:
    """Both forms of a text; the embedding was taught real sentences, so it gets accents and apostrophes."""
    return Reading(normalise(text), _ELISION.sub(r"\1'", respell(text)))
