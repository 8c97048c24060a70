"""The guide for authors holds true: its example is a valid procedure, its scenario plays, its words are in the code."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.dialogue import Dialogue
from flows import conditions, loader, model
from flows.computed import COMPUTED
from flows.edits import bring_up_to_date
from flows.model import Procedure, Renaming
from flows.run import Run
from mediation.territory import load_territory
from tests.player import Player

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "ecrire-une-demarche.md").read_text(encoding="utf-8")
MAX_LINES = 280
FEWEST_PHRASES = 10


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


def block(key: str) -> str:
    """The only YAML block of the guide with this key at its top."""
    found = [text for text in blocks("yaml") if key in yaml.safe_load(text)]
    assert len(found) == 1, key
    return found[0]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("guide") / "caf_attestation.yaml"
    path.write_text(block("steps"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def procedure(example: Path) -> Procedure:
    read, _document, found = loader.read_procedure(example, loader.CONTENT)
    assert read, found
    return read


def test_the_example_has_no_problem(example: Path, procedure: Procedure) -> None:
    found = loader.problems(day=procedure.checked_on, extra=(example,))
    assert [str(problem) for problem in found if problem.file == example.name] == []


def test_the_example_shows_every_kind_of_step(procedure: Procedure) -> None:
    assert {type(step) for step in procedure.steps.values()} == set(model.STEP_KINDS.values())


def test_the_example_is_as_long_as_the_guide_says(procedure: Procedure) -> None:
    for step in procedure.steps.values():
        for key in ("ask", "do", "say", "without_facts"):
            assert len(getattr(step, key, None) or "") <= 240


def test_the_scenario_plays(procedure: Procedure) -> None:
    library = loader.load()
    library = replace(library, procedures={**library.procedures, procedure.id: procedure})
    [scenario] = yaml.safe_load(block("scenarios"))["scenarios"]
    player = Player(Dialogue(library, load_territory("demo")))
    for turn in scenario["turns"]:
        answer = player.says(turn["citizen"], turn.get("intent"))
        assert turn.get("bot", "") in player.last, turn
        assert answer.reply.step == turn["step"] if "step" in turn else True, (turn, answer.reply.step)
        assert answer.reply.ended == turn.get("ended"), turn


def test_the_phrases_can_be_learnt(procedure: Procedure) -> None:
    [intent] = yaml.safe_load(block("nlu"))["nlu"]
    phrases = intent["examples"].splitlines()
    assert intent["intent"] == procedure.id
    assert all(phrase.startswith("- ") for phrase in phrases)
    assert len(set(phrases)) >= FEWEST_PHRASES


def test_renaming_as_the_guide_does_loses_nothing(procedure: Procedure) -> None:
    written = yaml.safe_load(block("renamed"))
    change = Renaming.model_validate(written["renamed"][0])
    assert set(change.steps) <= set(procedure.steps)
    edited = {change.steps.get(name, name): step for name, step in procedure.steps.items()}
    later = procedure.model_copy(update={"version": written["version"], "renamed": (change,), "steps": edited})
    library = replace(loader.load(), procedures={later.id: later})
    before = Run(procedure.id, {procedure.id: procedure.version}, {"papier": "quotient", "entrer": "fait"})
    after, lost = bring_up_to_date(library, before)
    assert dict(after.answers) == {"type_de_papier": "quotient", "se_connecter": "fait"}
    assert not lost


def test_every_message_that_it_explains_is_one_of_the_program() -> None:
    modules = ("checks", "step_checks", "problems", "numbers", "budgets", "fact_checks", "style_page")
    said = "".join((ROOT / "flows" / f"{name}.py").read_text(encoding="utf-8") for name in modules)
    table = GUIDE.split("| message |")[1].split("\n\n")[0]
    rows = [row.split(" | ")[0].lstrip("| ") for row in table.splitlines()[2:]]
    for message in (message for row in rows for message in row.split(" / ")):
        assert message.strip()[2:-2] in said, message


def _named(pattern: str, text: str) -> set[str]:
    return set(re.findall(pattern, text))


def test_the_words_of_the_format_are_all_told() -> None:
    answers: Any = model.AnswerKind.__args__  # type: ignore[attr-defined]
    ends: Any = model.Outcome.model_fields["end"].annotation.__args__  # type: ignore[union-attr]
    told = _named(r"`([a-z_]+)[:`]", GUIDE)
    branch = {model.Branch.model_fields[name].alias or name for name in conditions.CONDITIONS}
    assert set(answers) | set(ends) | branch | set(model.STEP_KINDS) <= told
    assert {"without_facts", "short", "speech", "version", "renamed", "unknown", "blocked", "see", "why"} <= told
    assert all(f"{{{name}}}" in GUIDE for name in COMPUTED if name != "paiement_caf")


def test_the_commands_exist() -> None:
    from typer.main import get_command  # noqa: PLC0415 - the command line is slow to import

    from api.cli.main import app  # noqa: PLC0415

    group: Any = get_command(app)
    known = set(group.list_commands(None))
    flows = group.get_command(None, "flows").commands
    for line in (line for text in blocks("sh") for line in text.splitlines()):
        words = line.split()
        assert words[0] == "./allo"
        assert words[1] in known, line
        assert words[1] != "flows" or words[2] in flows, line


def test_it_can_be_read_in_one_sitting() -> None:
    assert len(GUIDE.splitlines()) <= MAX_LINES


def test_the_files_that_it_names_exist() -> None:
    for path in _named(r"`((?:flows|nlu|tests|mediation)/[a-z_./]+)`", GUIDE):
        made_by_the_author = "caf_attestation" in path
        assert made_by_the_author or (ROOT / path).exists(), path
