"""Rules that no type can keep: what a procedure comes with, where sentences live, who imports whom."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.masking import MARKS
from flows.gsm7 import fold, septets
from flows.library import ROOT as ROOT_MENU
from flows.loader import CONTENT, procedure_files
from flows.model import Outcome, SubProcedure
from flows.render import say_node
from flows.texts import PLACEHOLDER, fill, placeholders
from flows.walk import Node
from tests.kit import shipped

ROOT = Path(__file__).parent.parent
DAY = date(2026, 11, 22)
LATER = date(2030, 1, 1)  # every fact is out of date: what is said without facts
LIBRARY = shipped()
PAGES = {path.stem: path for path in procedure_files(CONTENT)}
CODE = [path for folder in ("flows", "bot", "api", "mediation") for path in sorted((ROOT / folder).rglob("*.py"))]
LABEL = 32
TWO_SMS = 306


def content(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


FRENCH = content(CONTENT / "texts" / "fr.yaml")


# What a procedure comes with


@pytest.mark.parametrize("id_", PAGES)
def test_a_procedure_has_scenarios_phrases_and_sources(id_: str) -> None:
    assert content(PAGES[id_])["id"] == id_, "the file has the name of its procedure"
    scenarios = content(ROOT / "tests" / "scenarios" / PAGES[id_].parent.name / f"{id_}.yaml")["scenarios"]
    assert len(scenarios) >= 5
    assert len({scenario["name"] for scenario in scenarios}) == len(scenarios)
    if LIBRARY.procedures[id_].kind != "orientation":  # reached by « je ne sais pas »: the act quelle_demarche
        assert len(phrases(ROOT / "nlu" / "data" / "procedures" / f"{id_}.yml")) >= 40
    assert set(LIBRARY.procedures[id_].sources) <= set(LIBRARY.sources)


def test_nothing_is_left_of_a_procedure_that_is_gone() -> None:
    assert {path.stem for path in (ROOT / "tests" / "scenarios").rglob("*.yaml")} == set(PAGES)
    assert {path.stem for path in (ROOT / "nlu" / "data" / "procedures").glob("*.yml")} == set(PAGES) - {"orientation"}


def test_the_menu_leads_to_every_procedure_once() -> None:
    listed = [item for theme in LIBRARY.menu.values() for item in theme.items]
    assert sorted(listed) == sorted([*LIBRARY.procedures, *(id_ for id_ in LIBRARY.menu if id_ != ROOT_MENU)])
    assert all(1 <= len(theme.items) <= 4 for theme in LIBRARY.menu.values()), (
        "four choices are remembered on the phone"
    )


def phrases(path: Path) -> set[str]:
    """The different training phrases of a file."""
    written = "\n".join(entry.get("examples") or "" for entry in content(path)["nlu"])
    return {line[2:].strip() for line in written.split("\n") if line.startswith("- ")}


@pytest.mark.parametrize("path", sorted((ROOT / "nlu" / "data").rglob("*.yml")), ids=lambda path: path.stem)
def test_an_intent_has_its_own_file(path: Path) -> None:
    assert [entry["intent"] for entry in content(path)["nlu"] if "intent" in entry] == [path.stem]


# Where sentences live

ACCENT = re.compile(r"[àâçéèêëîïôùûœÀÂÇÉÈÊËÎÏÔÙÛŒ]")
PATTERN = re.compile(r"\\[bdswW]|\(\?|\[[a-z]*[éàç]")
COMMON = set(
    re.findall(
        r"\w+",
        """a ai au aux avec avez ce ces cette c dans de des du elle en est et il j je l la le les leur ma mais mes mon
        ne non notre nous on ou oui par pas peut peux plus pour qu que qui sa sans se ses si son sont sur ta tout un une
        vos votre vous y code compte carte choisissez demande demarche ecrivez envoyez personne question repondez""",
    )
)
# Files whose French is not said to citizens, and why.
NOT_TO_CITIZENS = {
    "flows/problems.py": "speaks to authors",
    "flows/checks.py": "speaks to authors",
    "flows/step_checks.py": "speaks to authors",
    "flows/loader.py": "speaks to authors",
    "flows/positions.py": "speaks to authors",
    "flows/draw.py": "draws for authors",
    "flows/budgets.py": "speaks to authors",
    "flows/fact_checks.py": "speaks to authors",
    "flows/facts_model.py": "speaks to authors",
    "flows/fresh.py": "speaks to authors",
    "flows/numbers.py": "speaks to authors",
    "flows/plan_checks.py": "speaks to authors",
    "flows/read_aloud.py": "speaks to authors",
    "flows/skeleton.py": "writes files for authors",
    "flows/style_page.py": "speaks to authors",
    "flows/gsm7.py": "letters to fold",
    "flows/style_verbs.py": "letters to recognise",
    "flows/answers/": "words to recognise",
    "bot/masking_words.py": "words to recognise",
    "api/cli/": "speaks to authors and to those who run the service",
}
ALLOWED = {
    ("api/app.py", "Allô Démarches"): "the name of the product",
    ("bot/dialogue.py", "[message non conservé]"): "a mark for mediators, in place of a message that is not kept",
    ("bot/masking.py", "▮NUMÉRO▮"): "the mark that stands for what was taken out",
    ("flows/plain.py", "œ"): "a letter to recognise",
}


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """The string constants of a module, docstrings aside."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, documented) and is_doc(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def is_doc(node: Any) -> bool:
    return bool(node.body) and isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)


def looks_french(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return not PATTERN.search(text) and (bool(ACCENT.search(text)) or sum(word in COMMON for word in words) >= 4)


def test_no_citizen_sentence_in_code() -> None:
    found = []
    for path in CODE:
        name = path.relative_to(ROOT).as_posix()
        if not any(name.startswith(allowed) for allowed in NOT_TO_CITIZENS):
            found += [f"{name}:{n}: {s!r}" for n, s in strings(path) if looks_french(s) and (name, s) not in ALLOWED]
    assert found == [], "citizens' sentences live in YAML"


def test_the_list_of_exceptions_is_not_older_than_the_code() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in CODE]
    assert [allowed for allowed in NOT_TO_CITIZENS if not any(name.startswith(allowed) for name in names)] == []
    assert [key for key in ALLOWED if key[1] not in {text for _, text in strings(ROOT / key[0])}] == []


def test_french_is_recognised_and_english_is_not() -> None:
    french = [
        "Répondez",
        "Vous pouvez appeler la CAF pour une question",
        "on ne peut pas",
        "Choisissez la carte et le compte",
    ]
    english = ["choice_out_of_range", "the run of a citizen", r"\bvous avez (?:le|la) carte é\b", "no such table", ""]
    assert [text for text in french if not looks_french(text)] == []
    assert [text for text in english if looks_french(text)] == []


SAYING = {"says", "sentence", "offer", "_say_then_show", "themes", "listed"}  # every string in the call is a name
FIRST = {"ask"}  # the first one only, the others are options


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def names_said() -> set[str]:
    """The names of sentences that the code asks for by name."""
    found: set[str] = set()
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and called(node) in SAYING:
                found |= {name for arg in node.args for name in names_in(arg)}
            elif isinstance(node, ast.Call) and called(node) in FIRST and node.args:
                found |= names_in(node.args[0])
            elif isinstance(node, ast.Call):
                found |= {n for k in node.keywords if k.arg in ("problem", "sentence") for n in names_in(k.value)}
            elif isinstance(node, ast.arguments):
                named = zip(reversed(node.args), reversed(node.defaults), strict=False)
                found |= {name for arg, value in named if arg.arg == "sentence" for name in names_in(value)}
            elif isinstance(node, ast.Dict | ast.IfExp):
                values = node.values if isinstance(node, ast.Dict) else [node]
                names = {name for value in values for name in names_in(value)}
                found |= names if names & set(FRENCH["sentences"]) else set()  # a table of sentences: all of it is
    return found


def names_in(node: ast.AST) -> set[str]:
    """The names that an argument may be: a string, or one of the two of a condition."""
    if isinstance(node, ast.IfExp):
        return names_in(node.body) | names_in(node.orelse)
    if isinstance(node, ast.BoolOp):
        return {name for value in node.values for name in names_in(value)}
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


MASKED = {f"masked_{kind}" for kind in MARKS}


def test_every_sentence_named_in_the_code_exists() -> None:
    assert {"welcome", "say_date", "consent_again", "menu_theme", "person_offer"} <= names_said()
    unwritten = (names_said() | MASKED) - set(FRENCH["sentences"]) - {"", "blocked_other"}
    assert unwritten == set(), "written in no texts/fr.yaml"


def test_every_sentence_is_used() -> None:
    written = {text for path in CODE for _, text in strings(path)}
    assert set(FRENCH["sentences"]) - written - MASKED == set(), "said by nobody: remove it"


def test_every_word_list_is_used() -> None:
    written = {text for path in CODE for _, text in strings(path)}
    assert set(FRENCH["words"]) - written == set()


# What citizens read


def authored() -> Iterator[tuple[str, str]]:
    """Every text of the content folder that a citizen may read, with where it stands. Patterns and words aside."""
    for path in sorted(CONTENT.rglob("*.yaml")):
        if path.name != "sources.yaml":
            yield from texts_of(content(path), path.relative_to(CONTENT).as_posix())


NOT_SAID = {"patterns", "not_patterns", "source", "sources", "words", "also", "url", "date"}


def texts_of(data: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(data, str):
        yield where, data
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        if key not in NOT_SAID:
            yield from texts_of(value, f"{where}/{key}")


def test_nothing_is_promised_and_nobody_is_shouted_at() -> None:
    texts = list(authored())
    assert len(texts) > 1000
    assert [
        where for where, text in texts if re.search(r"(?i)\bvous (y )?avez droit\b|\bvous avez le droit\b", text)
    ] == []
    assert [where for where, text in texts if "!" in text] == []


def labels() -> Iterator[tuple[str, str]]:
    for name, words in FRENCH["words"].items():
        yield f"words/{name}", words[0]
    for theme in LIBRARY.menu.values():
        if theme.id != ROOT_MENU:
            yield f"menu/{theme.id}", theme.label
    for procedure in LIBRARY.procedures.values():
        yield procedure.id, procedure.button
        for name, step in procedure.steps.items():
            for kind in ("choices", "blocked"):
                yield from ((f"{procedure.id}/{name}/{id_}", c.label) for id_, c in getattr(step, kind, {}).items())


def test_labels_fit_on_a_button() -> None:
    assert [(where, len(label)) for where, label in labels() if not 1 <= len(label) <= LABEL] == []


def test_a_button_is_not_written_twice_in_one_place() -> None:
    buttons = [procedure.button for procedure in LIBRARY.procedures.values()] + [
        theme.label for theme in LIBRARY.menu.values()
    ]
    assert len(set(buttons)) == len(buttons)


def steps_said() -> Iterator[tuple[str, str]]:
    """Each step as said by SMS, with its facts and once they are out of date."""
    for procedure in LIBRARY.procedures.values():
        for name, step in procedure.steps.items():
            if not isinstance(step, SubProcedure):
                for day in (DAY, LATER):
                    said = say_node(LIBRARY, Node(name, procedure, step), day)
                    yield f"{procedure.id}/{name} ({day.year})", said.short or said.text


def sentences_said() -> Iterator[tuple[str, str]]:
    """Each of the assistant's sentences by SMS, its values the longest that it may be given."""
    pages = LIBRARY.procedures.values()
    longest = {
        **{"title": max((p.title for p in pages), key=len), "current": max((p.title for p in pages), key=len)},
        **{
            "phone": "09 69 39 50 50",
            "due": "mercredi 30 septembre",
            "team": "L'équipe des médiateurs",
            "minutes": "180",
        },
        **{"name": "l'Assurance maladie", "site": "complementaire-sante-solidaire.gouv.fr", "weekday": "mercredi"},
        **{"hours": "du lundi au vendredi, en général de 8 h 30 à 17 h 30", "cost": "Prix d'un appel normal"},
    }
    for name, sentence in LIBRARY.sentences.items():
        text = sentence.get("short") or sentence["text"]
        if name == "lets_start":
            yield from ((f"{name}/{p.id}", text.replace("{intro}", p.intro).replace("{minutes}", "20")) for p in pages)
        elif name == "documents_first":
            yield from ((f"{name}/{p.id}", text.replace("{documents}", ", ".join(p.documents))) for p in pages)
        else:
            yield name, PLACEHOLDER.sub(lambda match: longest.get(match[1], "x"), text)


def other_texts() -> Iterator[tuple[str, str]]:
    for procedure in LIBRARY.procedures.values():
        if all(name in LIBRARY.facts for name in placeholders(procedure.without_internet)):
            yield f"{procedure.id}/without_internet", fill(procedure.without_internet, LIBRARY.facts, DAY)
    for key, term in LIBRARY.glossary.items():
        yield f"glossary/{key}", f"{term.term} : {term.say}"
    for topic in LIBRARY.safety:
        for say in (*topic.say, *(say for case in topic.cases for say in case.say)):
            yield f"safety/{topic.id}", say.short or say.text


def test_every_text_fits_in_two_sms() -> None:
    texts = [*steps_said(), *sentences_said(), *other_texts()]
    assert len(texts) > 500
    too_long = [f"{where}: {septets(text)}" for where, text in texts if septets(text) > TWO_SMS]
    assert too_long == []


def test_no_text_has_a_character_that_sms_lacks() -> None:
    lost = [
        where
        for where, text in (*steps_said(), *sentences_said(), *other_texts())
        if fold(text).count("?") > text.count("?")
    ]
    assert lost == []


def test_an_end_by_a_person_never_leaves_alone() -> None:
    """Each procedure ends well somewhere, and has a person somewhere."""
    for procedure in LIBRARY.procedures.values():
        ends = {step.end for step in procedure.steps.values() if isinstance(step, Outcome)}
        well = {"plan"} if procedure.kind == "event" else {"done", "stop", "procedure"}
        assert ends & well and ("handoff" in ends or procedure.kind == "event"), procedure.id


# Who imports whom, and what stays out of the repository


def test_imports_go_one_way() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_imports_rasa() -> None:
    found = []
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [path.name for module in modules if module.split(".")[0] == "rasa"]
    assert found == []


HOSTS = ("pypi" + ".org", "files.python" + "hosted.org", "registry.npm" + "js.org", "registry.yarn" + "pkg.com")
MACHINE = re.compile(r"(?<![\w.~/-])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me/\w+|Us" + r"ers/\w+)(?=/|\b)")


def test_no_machine_path_and_no_registry_in_the_repository() -> None:
    command = ["git", "ls-files", "-co", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout.split("\n")
    found = []
    for path in (ROOT / name for name in names if name):
        try:
            lines = path.read_text(encoding="utf-8").split("\n") if path.is_file() else []
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(lines, 1):
            if MACHINE.search(line) or any(host in line for host in HOSTS):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []
