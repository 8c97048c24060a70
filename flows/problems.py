"""What is wrong in a file, said to its author: file, line, and what to do about it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from flows.model import STEP_KINDS, Branch
from flows.positions import Document, Path

CLOSE = 0.65  # « wyh » is « why », « equals » is not « else »
_FORMS = {
    "string_type": "doit être un texte : mettez-le entre guillemets",
    "string_too_short": "est vide : écrivez quelque chose",
    "too_short": "est vide : écrivez au moins une ligne",
    "too_long": "contient trop d'éléments : enlevez-en",
    "tuple_type": "doit être une liste : [a, b] ou une ligne par élément",
    "dict_type": "doit contenir des lignes « nom: valeur »",
    "model_type": "doit contenir des lignes « nom: valeur »",
    "int_type": "doit être un nombre entier",
    "int_parsing": "doit être un nombre entier",
    "float_type": "doit être un nombre",
    "float_parsing": "doit être un nombre",
    "greater_than_equal": "est trop petit",
    "less_than_equal": "est trop grand",
}


@dataclass(frozen=True, order=True)
class Problem:
    """One problem of one file, in the author's words."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} : {self.message}"


class ContentError(Exception):
    """The content cannot be loaded; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def form_problems(file: str, document: Document) -> list[Problem]:
    """Broken YAML and repeated keys."""
    found = []
    for line, why in document.broken:
        advice = (
            "remplacez la tabulation par des espaces"
            if "tab" in why.split()
            else "vérifiez les guillemets, les « : » et l'alignement"
        )
        found.append(Problem(file, line, f"cette ligne n'est pas du YAML lisible : {advice}"))
    for path, line in document.repeated:
        what = "le choix" if "choices" in path else "« je bloque » :" if "blocked" in path else "la clé"
        found.append(Problem(file, line, f"{what} « {path[-1]} » est écrit deux fois : gardez-en un seul"))
    return found


def validation_problems(
    file: str, document: Document, error: ValidationError, prefix: Path, model: type[BaseModel]
) -> list[Problem]:
    """The problems that the model found, with the line of each."""
    found = []
    meant = {_meant(str(item["loc"][-1]), model) for item in error.errors() if item["type"] == "extra_forbidden"}
    for item in error.errors():
        misspelt = item["type"] == "missing" and item["loc"][-1] in meant
        if misspelt or _other_form(item):
            continue
        path = prefix + tuple(part for part in item["loc"] if part != "tuple[Branch, ...]")
        found.append(Problem(file, document.line(_clean(path)), _sentence(item, path, model)))
    return found


def _other_form(item: Any) -> bool:
    """True for what is only said because `next` may also be a list of branches, or a name."""
    as_name = item["type"] == "string_type" and isinstance(item["input"], list)
    return "next" in item["loc"] and (as_name or item["type"] == "tuple_type")


def _meant(name: str, model: type[BaseModel]) -> str | None:
    return next(iter(difflib.get_close_matches(name, _keys(model), 1, CLOSE)), None)


def _clean(path: Path) -> Path:
    return tuple(
        p
        for p in path
        if not (isinstance(p, str) and (p.startswith(("tuple[", "constrained-", "function-")) or p == "str"))
    )


def _sentence(item: Any, path: Path, model: type[BaseModel]) -> str:
    name = str(_clean(path)[-1]) if _clean(path) else "?"
    kind = item["type"]
    if kind == "extra_forbidden":
        return _unknown_key(name, path, model)
    if kind == "missing":
        if name == "blocked":
            return "il manque la sortie « blocked » : que faire quand la personne dit « je bloque » ?"
        return f"il manque « {name} »"
    if kind == "string_too_long":
        return f"« {name} » est trop long ({item['ctx']['max_length']} caractères au plus) : raccourcissez"
    if kind == "string_pattern_mismatch":
        return f"« {item['input']} » n'est pas un nom possible : lettres minuscules sans accent, chiffres et _"
    if kind == "literal_error":
        return f"« {item['input']} » n'est pas possible pour « {name} » : choisissez parmi {item['ctx']['expected']}"
    if kind.startswith("date"):
        return f"« {name} » doit être une date comme 2026-11-22"
    if name == "next" and kind == "string_type":
        return "« next » doit être le nom d'une étape, ou une liste de branches"
    if kind in _FORMS:
        return f"« {name} » {_FORMS[kind]}"
    return f"« {name} » ne va pas : {item['msg']}"


def _unknown_key(name: str, path: Path, model: type[BaseModel]) -> str:
    in_branch = "next" in path
    known = _keys(Branch if in_branch else model)
    close = _meant(name, Branch if in_branch else model)
    hint = f" : vouliez-vous écrire « {close} » ?" if close else ""
    what = "la condition" if in_branch else "la clé"
    return f"{what} « {name} » n'existe pas{hint}" + ("" if close else f" ; possibles : {', '.join(sorted(known))}")


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def step_model(data: Any) -> type[BaseModel] | str:
    """The model of a step from the word that opens it, or what to say when there is none or several."""
    words = [word for word in STEP_KINDS if isinstance(data, dict) and word in data]
    if "end" in words or "ask" in words or "do" in words:
        words = [w for w in words if w != "say"]
    if len(words) == 1:
        return STEP_KINDS[words[0]]
    if not words:
        return "cette étape ne dit pas ce qu'elle est : commencez par « ask », « do », « say », « use » ou « end »"
    return f"cette étape est à la fois « {'» et « '.join(words)} » : gardez un seul de ces mots"
