"""Checks of one step: its branches, its choices, the facts that its texts name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.facts_model import Contact, Fact, Source
from flows.model import Condition, Procedure
from flows.positions import Path
from flows.texts import bare, placeholders

TEXT_KEYS = ("ask", "do", "say", "see", "why", "short", "speech", "without_facts")
MAX_CHOICES = 4
TESTS = {field.alias or name for name, field in Condition.model_fields.items()} - {"step"}


@dataclass(frozen=True)
class Known:
    """What a procedure may name, and the day of the check."""

    procedures: Mapping[str, Procedure | None]
    facts: Mapping[str, Fact]
    contacts: Mapping[str, Contact]
    sources: Mapping[str, Source]
    day: date


def step_problems(step: Mapping[str, Any], steps: Mapping[str, Any], known: Known) -> Iterator[tuple[Path, str]]:
    """The problems of one step: where in it, and what to say."""
    yield from _ways(step, steps)
    yield from _choices(step)
    yield from _facts(step, known)
    if step.get("end") == "procedure" and not (step.get("procedure") or step.get("letter")):
        yield ("end",), "dites vers quelle démarche aller : « procedure: … »"
    for key in ("use", "procedure"):
        if step.get(key) and step[key] not in known.procedures:
            yield (key,), f"la démarche « {step[key]} » n'existe pas : corrigez le nom"
    if "do" in step and step.get("blocked") == {}:
        yield ("blocked",), "« je bloque » n'a pas de sortie : écrivez au moins une raison"


def _ways(step: Mapping[str, Any], steps: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    after = step.get("next")
    if not isinstance(after, list):
        return
    branches = [b for b in after if isinstance(b, dict)]
    if not any("else" in b for b in branches):
        yield ("next",), "il manque « else » : que faire dans tous les autres cas ?"
    for i, branch in enumerate(branches):
        about = steps.get(branch.get("step", ""), step if "step" not in branch else None)
        if about is None:
            yield ("next", i, "step"), f"« {branch['step']} » n'existe pas"
            continue
        if TESTS & set(branch) and not {"ask", "do", "use"} & set(about):
            yield ("next", i), "cette branche teste une étape sans réponse : testez une question"
        allowed = set(about.get("choices") or ()) | ({"oui", "non"} if about.get("answer") == "yes_no" else set())
        wanted = [branch["is"]] if "is" in branch else list(branch.get("is_one_of") or ())
        for value in wanted:
            if "ask" in about and value not in allowed:
                yield (
                    ("next", i),
                    f"« {value} » n'est pas une réponse possible : {', '.join(sorted(map(str, allowed))) or 'aucune'}",
                )
        if "else" not in branch and "go" not in branch:
            yield ("next", i), "cette branche ne mène nulle part : ajoutez « go: … »"


def _choices(step: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    choices = step.get("choices")
    if step.get("answer") == "choice" and not choices:
        yield ("answer",), "une question à choix a besoin de « choices »"
    if isinstance(choices, dict):
        if len(choices) > MAX_CHOICES:
            yield (
                ("choices",),
                f"{len(choices)} choix : {MAX_CHOICES} au plus, sinon on ne les retient pas au téléphone",
            )
        labels: set[str] = set()
        for name, choice in choices.items():
            label = str(choice.get("label", "")).lower() if isinstance(choice, dict) else ""
            if label in labels:
                yield ("choices", name), f"le choix « {choice['label']} » est écrit deux fois : changez l'un des deux"
            labels.add(label)


def _facts(step: Mapping[str, Any], known: Known) -> Iterator[tuple[Path, str]]:
    for key in TEXT_KEYS:
        text = step.get(key)
        for name in placeholders(text) if isinstance(text, str) else []:
            if name not in known.facts:
                yield (key,), f"le fait « {{{name}}} » n'est dans aucun fichier de faits : corrigez le nom"
            elif not known.facts[name].sayable(known.day):
                yield (
                    (key,),
                    f"le fait « {{{name}}} » n'est plus à jour depuis le {known.facts[name].review_before} :"
                    " vérifiez-le dans les fichiers de faits",
                )
            if name in bare(str(text)) and not step.get("without_facts"):
                yield (key,), f"« {{{name}}} » peut vieillir : écrivez aussi « without_facts », la phrase sans ce fait"
