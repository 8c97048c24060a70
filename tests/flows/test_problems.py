"""What an author reads after a mistake: each problem on the right file and line, in French, saying what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from flows import loader
from flows.problems import Problem
from tests.kit import shipped

DAY = date(2026, 11, 22)
SHIPPED = loader.CONTENT / "procedures" / "cpam" / "cpam_carte_vitale.yaml"
NAME = SHIPPED.name


@dataclass(frozen=True)
class Mistake:
    """One mistake of an author: what is written instead of what, the line it stands on, what is said about it."""

    name: str
    right: str
    wrong: str
    line: str
    said: tuple[str, ...]

    def make(self, text: str) -> str:
        assert text.count(self.right) == 1, f"{self.name}: « {self.right} » must be in the file once"
        return text.replace(self.right, self.wrong)


MISTAKES = [
    Mistake(
        "dead link",
        "    next: demarches\n\n  retrouver_compte:",
        "    next: demarche\n\n  retrouver_compte:",
        "    next: demarche",
        ("« adresse » mène à « demarche », qui n'existe pas", "créez l'étape ou corrigez le nom"),
    ),
    Mistake(
        "unreachable step",
        "  carte_retrouvee:\n    end: stop",
        "  oubliee:\n    end: stop\n    say: Rien n'y mène.\n\n  carte_retrouvee:\n    end: stop",
        "  oubliee:",
        ("l'étape « oubliee » n'est jamais atteinte", "reliez-la ou supprimez-la"),
    ),
    Mistake(
        "no else",
        "      - {is: oui, go: relancer}\n      - {else: patienter}",
        "      - {is: oui, go: relancer}\n      - {is: non, go: patienter}",
        "    next:  # attente_carte",
        ("il manque « else »", "que faire dans tous les autres cas"),
    ),
    Mistake(
        "unknown condition",
        "      - {is: oui, go: attestation}",
        "      - {equals: oui, go: attestation}",
        "      - {equals: oui, go: attestation}",
        ("la condition « equals » n'existe pas", "possibles :", "at_least"),
    ),
    Mistake(
        "missing source",
        "    sources: [CVPERTE2, LYON]",
        "    sources: [CVPERTE2, LYONN]",
        "    sources: [CVPERTE2, LYONN]",
        ("la source « LYONN » n'est pas dans sources.yaml", "ajoutez-la"),
    ),
    Mistake(
        "expired fact",
        "{tel_cpam}. L'adresse est peut-être fausse.\"",
        "{montant_passe}. L'adresse est peut-être fausse.\"",
        "{montant_passe}",
        ("le fait « {montant_passe} » n'est plus à jour depuis le 2026-11-22", "vérifiez-le"),
    ),
    Mistake(
        "typo in a key",
        "    why: La carte part à cette adresse.",
        "    wyh: La carte part à cette adresse.",
        "    wyh:",
        ("la clé « wyh » n'existe pas", "vouliez-vous écrire « why » ?"),
    ),
    Mistake(
        "duplicate choice",
        "      cassee: {label: Elle ne marche plus,",
        "      cassee: {label: Perdue ou volée,",
        "      cassee:",
        ("le choix « Perdue ou volée » est écrit deux fois", "changez l'un des deux"),
    ),
    Mistake(
        "no exit for « je bloque »",
        "    blocked:\n      refus: {label: Le site refuse, go: relais_humain}\n",
        "",
        "  corriger_adresse:",
        ("il manque la sortie « blocked »", "« je bloque »"),
    ),
    Mistake(
        "invalid YAML",
        "    say: Bonne nouvelle. Gardez votre carte, il n'y a rien à faire.",
        "    say: Bonne nouvelle : gardez votre carte, il n'y a rien à faire.",
        "    say: Bonne nouvelle :",
        ("pas du YAML lisible", "guillemets"),
    ),
]
BY_NAME = {mistake.name: mistake for mistake in MISTAKES}


def led_into(name: str) -> set[str]:
    """The ids of this procedure and of all those that it leads into."""
    todo, known = [name], set[str]()
    while todo:
        one = todo.pop()
        if one not in known:
            known.add(one)
            for step in shipped().procedures[one].steps.values():
                named = (getattr(step, "use", None), getattr(step, "procedure", None))
                todo += [other for other in named if other]
    return known


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is shipped for one procedure, in French, with one more fact, out of date since today."""
    folder = tmp_path_factory.mktemp("content")
    kept = led_into(SHIPPED.stem)
    for path in loader.CONTENT.rglob("*.yaml"):
        elsewhere = {"languages", "events"} & set(path.parts)
        if elsewhere or ("procedures" in path.parts and path.stem not in kept):
            continue
        copy = folder / path.relative_to(loader.CONTENT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    fact = "value: '1', source: OF, checked_on: 2025-11-22, review_before: 2026-11-22, confidence: high"
    (folder / "facts" / "passe.yaml").write_text(f"facts:\n  montant_passe: {{{fact}}}\n", encoding="utf-8")
    return folder


def found(content: Path, tmp_path: Path, *mistakes: Mistake) -> tuple[list[Problem], list[str]]:
    """The problems of a copy with these mistakes, and its lines."""
    text = SHIPPED.read_text(encoding="utf-8")
    for mistake in mistakes:
        text = mistake.make(text)
    copy = tmp_path / NAME
    copy.write_text(text, encoding="utf-8")
    return loader.problems(content, DAY, extra=(copy,)), text.split("\n")


def fits(problem: Problem, mistake: Mistake, lines: list[str]) -> bool:
    written, _, step = mistake.line.partition("  # ")
    where = lines[problem.line - 1].startswith(written) or (
        written.strip() in lines[problem.line - 1] and "{" in written
    )
    inside = not step or f"  {step}:" in [line for line in lines[: problem.line] if re.match(r"  \w+:$", line)][-1]
    return problem.file == NAME and where and inside and all(piece in problem.message for piece in mistake.said)


@pytest.mark.parametrize("mistake", MISTAKES, ids=BY_NAME)
def test_each_mistake_alone_is_one_problem(content: Path, tmp_path: Path, mistake: Mistake) -> None:
    problems, lines = found(content, tmp_path, mistake)
    assert len(problems) == 1, "\n".join(map(str, problems))
    assert fits(problems[0], mistake, lines), f"{problems[0]}\n{lines[problems[0].line - 1]}"


def test_ten_mistakes_at_once_are_ten_problems(content: Path, tmp_path: Path) -> None:
    problems, lines = found(content, tmp_path, *MISTAKES)
    listed = "\n".join(f"{problem}\n    {lines[problem.line - 1]}" for problem in problems)
    assert len(problems) == len(MISTAKES) == 10, listed
    for mistake in MISTAKES:
        assert [p for p in problems if fits(p, mistake, lines)], f"{mistake.name}\n{listed}"
    assert problems == sorted(problems)


FINI = "    say: Bonne nouvelle. Gardez votre carte, il n'y a rien à faire."
OTHERS = [
    ("a quote left open", FINI, '    say: "Bonne nouvelle.', '    say: "Bonne', "pas du YAML lisible"),
    ("a tab", "    end: stop\n" + FINI, "    end: stop\n\tsay: Bonne nouvelle.", "\tsay:", "remplacez la tabulation"),
    (
        "a number for a name",
        "    next: demarches\n\n  retrouver",
        "    next: 3\n\n  retrouver",
        "    next: 3",
        "doit être le nom d'une étape",
    ),
    (
        "a capital",
        "    next: demarches\n\n  retrouver",
        "    next: Démarches\n\n  retrouver",
        "    next: Dé",
        "n'est pas un nom possible",
    ),
    (
        "a long label",
        "label: Mon adresse est fausse",
        "label: Mon adresse sur le site ameli est fausse",
        "      adresse_fausse:",
        "trop long (32",
    ),
    (
        "a repeated key",
        "    why: La carte part",
        "    why: Parce que.\n    why: La carte part",
        "    why: La carte",
        "écrit deux fois : gardez-en un seul",
    ),
    (
        "an unknown kind",
        "    answer: choice\n    choices:\n      cpam:",
        "    answer: choix\n    choices:\n      cpam:",
        "    answer: choix",
        "choisissez parmi",
    ),
    (
        "two openings",
        "    do: Dans « Mes informations », changez",
        "    ask: Et là\n    do: Dans « Mes informations », changez",
        "  corriger_adresse:",
        "à la fois",
    ),
    (
        "no opening",
        "    do: Dans « Mes informations », changez",
        "    dit: Dans « Mes informations », changez",
        "  corriger_adresse:",
        "ne dit pas ce qu'elle est",
    ),
    ("an unknown fact", "{tel_cpam}. L'adresse", "{tel_cpm}. L'adresse", "    say: \"C'est long", "corrigez le nom"),
    (
        "an unknown procedure",
        "    use: cpam_attestation_droits",
        "    use: cpam_atestation",
        "    use:",
        "la démarche « cpam_atestation » n'existe pas",
    ),
    (
        "an impossible answer",
        "{is: oui, go: attestation}",
        "{is: peut_etre, go: attestation}",
        "      - {is: peut",
        "pas une réponse possible : non, oui",
    ),
    (
        "an old page",
        "review_before: 2027-05-22",
        "review_before: 2026-11-22",
        "review_before:",
        "à relire depuis le 2026-11-22",
    ),
    ("a wrong date", "checked_on: 2026-11-22", "checked_on: hier", "checked_on:", "doit être une date comme"),
]


@pytest.mark.parametrize(
    ("right", "wrong", "line", "said"), [other[1:] for other in OTHERS], ids=[other[0] for other in OTHERS]
)
def test_other_mistakes_are_one_clear_problem(
    content: Path, tmp_path: Path, right: str, wrong: str, line: str, said: str
) -> None:
    problems, lines = found(content, tmp_path, Mistake("", right, wrong, line, ()))
    listed = "\n".join(f"{problem}\n    {lines[problem.line - 1]}" for problem in problems)
    assert len(problems) == 1, listed
    assert said in problems[0].message and lines[problems[0].line - 1].startswith(line), listed


def test_the_copy_without_mistake_has_no_problem(content: Path, tmp_path: Path) -> None:
    assert found(content, tmp_path)[0] == []
