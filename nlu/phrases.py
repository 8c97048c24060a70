"""Reads and checks the training phrases without Rasa, so that a mistake is said at once and in one sentence."""

import sys
from pathlib import Path

import yaml
from components.normaliser import normalise

FEWEST = 10  # phrases an intent needs, so that some can be left out to calibrate


class BadData(Exception):
    """A mistake in the training data, in the words of who writes the phrases."""


def read(folder: Path) -> dict[str, list[str]]:
    """Intent → phrases of every YAML file of a folder; raises BadData."""
    files = sorted(p for p in folder.rglob("*.yml")) if folder.is_dir() else []
    if not files:
        raise BadData(f"No training phrases: there is no .yml file in {folder}.")
    found: dict[str, list[str]] = {}
    for path in files:
        for block in _blocks(path):
            found.setdefault(block["intent"], []).extend(_examples(block, path))
    _check(found)
    return found


def _blocks(path: Path) -> list[dict[str, str]]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f" near line {line + 1}" if line is not None else ""
        raise BadData(f"{path.name} is not valid YAML{where}.") from error
    blocks = content.get("nlu") if isinstance(content, dict) else None
    if not isinstance(blocks, list):
        raise BadData(f"{path.name} has no list of intents under « nlu: ».")
    for block in blocks:
        if not isinstance(block, dict) or not isinstance(block.get("intent"), str) or "examples" not in block:
            raise BadData(f"{path.name} has a block without « intent: » and « examples: | ».")
    return blocks


def _examples(block: dict[str, str], path: Path) -> list[str]:
    lines = str(block["examples"]).splitlines()
    for line in lines:
        if line.strip() and not line.startswith("- "):
            raise BadData(f"{path.name}, intent {block['intent']}: « {line.strip()} » does not begin with « - ».")
    return [line[2:].strip() for line in lines if line.strip()]


def _check(found: dict[str, list[str]]) -> None:
    if len(found) < 2:
        raise BadData("The training data needs at least two intents.")
    seen: dict[str, str] = {}
    for intent, phrases in found.items():
        if len(phrases) < FEWEST:
            raise BadData(f"Intent {intent} has {len(phrases)} phrases; it needs at least {FEWEST}.")
        for phrase in phrases:
            other = seen.setdefault(normalise(phrase), intent)
            if other != intent:
                raise BadData(f"« {phrase} » is in two intents, {other} and {intent}.")


if __name__ == "__main__":
    try:
        for name, examples in read(Path(sys.argv[1])).items():
            print(f"{name}: {len(examples)}")
    except BadData as problem:
        sys.exit(str(problem))
