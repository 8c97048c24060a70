"""Held-out report: how often a model is right on phrases it never saw, by kind and by group, and when it asks back."""

import argparse
import asyncio
import atexit
import json
import os
import shutil
import sys
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from quiet import before_rasa

_HERE = Path(__file__).resolve().parent
_HELD_OUT = _HERE.parent / "tests" / "nlu" / "heldout.yml"
_GROUPS = {"procedures": "procedure", "acts": "act", "safety": "safety"}
Parse = Callable[[str], dict[str, Any]]


class Judged(NamedTuple):
    """One held-out phrase and what the model made of it."""

    intent: str
    kind: str
    ranking: list[str]
    confidence: float
    threshold: float

    @property
    def right(self) -> bool:
        """The first intent is the good one."""
        return self.ranking[:1] == [self.intent]

    @property
    def answered(self) -> bool:
        """Sure enough not to ask back."""
        return self.confidence >= self.threshold


def groups(data: Path) -> dict[str, str]:
    """Intent → procedure, act, safety or hors_sujet, from the folder its phrases are in."""
    found = {}
    for path in data.rglob("*.yml"):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            found[block["intent"]] = _GROUPS.get(path.parent.name, "hors_sujet")
    return found


def judge(phrases: Path, parse: Parse) -> list[Judged]:
    """Parses every phrase of a held-out file."""
    wanted = yaml.safe_load(phrases.read_text(encoding="utf-8"))["phrases"]
    out = []
    for intent, examples in wanted.items():
        for example in examples:
            parsed = parse(example["text"])
            ranking = [entry["name"] for entry in parsed["intent_ranking"]]
            confidence = float(parsed["intent"]["confidence"])
            out.append(Judged(intent, example["kind"], ranking, confidence, float(parsed["threshold"])))
    return out


def figures(judged: list[Judged], group_of: dict[str, str]) -> dict[str, Any]:
    """All the figures of the report; shares between 0 and 1."""
    answered = [j for j in judged if j.answered]
    wrong = Counter((j.intent, j.ranking[0]) for j in judged if not j.right)
    return {
        "phrases": len(judged),
        "top1": _share([j.right for j in judged]),
        "top3": _share([j.intent in j.ranking[:3] for j in judged]),
        "by_kind": _by(judged, lambda j: j.kind),
        "by_group": _by(judged, lambda j: group_of.get(j.intent, "?")),
        "by_intent": _by(judged, lambda j: j.intent),
        "threshold": judged[0].threshold,
        "answered": _share([j.answered for j in judged]),
        "answered_right": _share([j.right for j in answered]),
        "silent_errors": _share([j.answered and not j.right for j in judged]),
        "mean_confidence": round(sum(j.confidence for j in judged) / len(judged), 3),
        "confusions": [[intent, taken_for, count] for (intent, taken_for), count in wrong.most_common()],
    }


def _share(values: list[bool]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def _by(judged: list[Judged], key: Callable[[Judged], str]) -> dict[str, float]:
    return {name: _share([j.right for j in judged if key(j) == name]) for name in sorted({key(j) for j in judged})}


def over_http(url: str, token: str) -> Parse:
    """Parses with a running server."""

    def parse(text: str) -> dict[str, Any]:
        body = json.dumps({"text": text.lstrip("/")}).encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{url.rstrip('/')}/model/parse", body, headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return dict(json.load(answer))

    return parse


def in_process(model: Path) -> Parse:
    """Parses with a model file, in this process."""
    home = tempfile.mkdtemp(prefix="allo-report-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    before_rasa(Path(home))
    from rasa.core.agent import load_agent  # noqa: PLC0415  after `before_rasa`

    agent = asyncio.run(load_agent(str(model)))
    if agent.processor is None:
        sys.exit(f"The model {model.name} cannot be loaded.")
    return lambda text: dict(asyncio.run(agent.parse_message(text.lstrip("/"))))


def _print(result: dict[str, Any]) -> None:
    print(f"{result['phrases']} phrases: {result['top1']:.1%} right, {result['top3']:.1%} in the first three")
    for title in ("by_group", "by_kind"):
        print(f"{title[3:]}: " + ", ".join(f"{name} {share:.1%}" for name, share in result[title].items()))
    answered, right, silent = result["answered"], result["answered_right"], result["silent_errors"]
    print(f"asking back below {result['threshold']}: {answered:.1%} answered, {right:.1%} of those right")
    print(f"silent errors: {silent:.1%}")
    weakest = sorted(result["by_intent"].items(), key=lambda entry: entry[1])[:8]
    print("weakest: " + ", ".join(f"{name} {share:.0%}" for name, share in weakest))
    for intent, taken_for, count in result["confusions"]:
        print(f"  {intent} taken for {taken_for}: {count}")


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, epilog="With --url, the token is read from ALLO_RASA_TOKEN.")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--model", type=Path, help="a trained model, loaded here")
    where.add_argument("--url", help="a running server, such as http://127.0.0.1:5005")
    parser.add_argument("--phrases", type=Path, default=_HELD_OUT)
    parser.add_argument("--data", type=Path, default=_HERE / "data", help="tells the group of each intent")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    parse = over_http(given.url, os.environ.get("ALLO_RASA_TOKEN", "")) if given.url else in_process(given.model)
    result = figures(judge(given.phrases, parse), groups(given.data))
    print(json.dumps(result, ensure_ascii=False)) if given.json else _print(result)


if __name__ == "__main__":
    main()
