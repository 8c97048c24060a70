"""Walks every procedure with random answers: always a reply, always a way out, never an exception."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows import engine
from flows.checks import targets
from flows.library import Library
from flows.model import Instruction, Question
from flows.run import Run
from flows.walk import walk
from tests.kit import shipped

LIBRARY = shipped()
DAY = date(2026, 11, 22)
TEXTS = st.one_of(
    st.sampled_from(
        [
            "oui",
            "non",
            "1",
            "2",
            "3",
            "4",
            "5",
            "c'est fait",
            "0",
            "23",
            "450,50 €",
            "12 mars",
            "hier",
            "60000",
            "Beauvais",
            "06 12 34 56 78",
            "je sais pas",
            "",
            " ",
            "é" * 600,
            "{tel_caf}",
            "/oui{}",
            "🙂",
            "\x00",
            "1e9",
            "-3",
            "999999999999",
        ]
    ),
    st.text(max_size=40),
)
MOVES = st.lists(
    st.tuples(
        st.sampled_from(
            ["say", "say", "say", "good", "good", "good", "good", "back", "block", "unknown", "correct", "show"]
        ),
        TEXTS,
        st.integers(0, 5),
    ),
    max_size=60,
)
SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


def good_answer(library: Library, run: Run, pick: int, text: str, day: date) -> str:
    """An answer that fits the waiting step, so that long ways are walked too."""
    step = walk(library, run, day).here.step
    if isinstance(step, Instruction):
        return str(pick % (len(step.blocked) + 1) + 1) if run.blocked else "c'est fait"
    if isinstance(step, Question) and step.choices:
        return str(pick % len(step.choices) + 1)
    low = getattr(step, "min", None)
    by_kind = {
        "yes_no": ("oui", "non")[pick % 2],
        "number": str(int(low or 0) + pick),
        "amount": "120",
        "date": "hier",
        "place": "60000",
        "phone": "0612345678",
        "free_text": "bla",
    }
    return by_kind.get(getattr(step, "answer", ""), text)


def play(library: Library, run: Run, move: tuple[str, str, int], day: date) -> engine.Turn:
    kind, text, pick = move
    if kind == "back":
        return engine.back(library, run, day)
    if kind == "block":
        return engine.block(library, run, day)
    if kind == "correct":
        return engine.correct(library, run, text, day)
    if kind == "show":
        return engine.show(library, run, day)
    if kind == "unknown" and engine.unknown_exit(library, run, day):
        return engine.answer(library, run, engine.UNKNOWN, day)
    return engine.advance(library, run, good_answer(library, run, pick, text, day) if kind == "good" else text, day)


@pytest.mark.parametrize("procedure", sorted(LIBRARY.procedures))
@SLOW
@given(moves=MOVES, days=st.integers(0, 800))
def test_any_conversation_is_answered(procedure: str, moves: list[tuple[str, str, int]], days: int) -> None:
    day = DAY + timedelta(days=days)
    turn = engine.start(LIBRARY, procedure, day)
    run = turn.run
    assert turn.says
    for move in moves:
        before = run
        turn = play(LIBRARY, run, move, day)
        if turn.understood and not turn.problem:
            assert turn.says, f"silence after {move}"
            assert all(say.text.strip() and "{" not in say.text for say in turn.says)
        else:
            assert turn.run == before, "an input that is not understood changes nothing"
        run = Run.from_json(json.loads(json.dumps(turn.run.to_json())))
        assert run == turn.run
        assert walk(LIBRARY, run, day).here.key == turn.key, "the position is found again by replay"
        if turn.outcome:
            assert engine.advance(LIBRARY, run, "oui", day).understood is False
            break


@pytest.mark.parametrize("procedure", sorted(LIBRARY.procedures))
def test_every_step_offers_a_way_out(procedure: str) -> None:
    """From every step, some answers lead to an outcome: nobody turns round for ever."""
    page = LIBRARY.procedures[procedure]
    raw = {name: step.model_dump(by_alias=True, exclude_none=True) for name, step in page.steps.items()}
    reaches = {name for name, step in raw.items() if "end" in step}
    assert reaches
    for _ in raw:
        reaches |= {name for name, step in raw.items() if any(target in reaches for _, target in targets(_plain(step)))}
    assert reaches == set(raw), f"no outcome from {set(raw) - reaches}"


def _plain(step: dict) -> dict:  # type: ignore[type-arg]
    step = dict(step)
    if isinstance(step.get("next"), tuple):
        step["next"] = [dict(branch) for branch in step["next"]]
    return step
