"""The whole catalogue: what it holds, the numbers it says, and what it says once amounts are out of date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
import yaml

from flows import engine
from flows.answers.letters import read_letter
from flows.conditions import UNKNOWN
from flows.library import Library
from flows.loader import CONTENT, problems
from flows.model import Information, Instruction, Outcome, Procedure, Question
from flows.numbers import numbers
from flows.plan import say_task
from flows.run import Json, Run
from flows.texts import Say, placeholders
from flows.walk import BLOCKED, DONE, walk
from tests.kit import shipped

LIBRARY = shipped()
DAY = date(2026, 11, 22)
REVISED = date(2027, 4, 2)
PAGES = list(LIBRARY.procedures.values())
EVENTS = (
    "naissance",
    "separation",
    "perte_emploi",
    "demenagement",
    "deces",
    "retraite",
    "perte_autonomie",
    "dix_huit_ans",
)


def of_kind(kind: str) -> list[str]:
    return [page.id for page in PAGES if page.kind == kind]


def test_the_catalogue_is_whole() -> None:
    assert len(of_kind("procedure")) == 61
    assert sorted(of_kind("event")) == sorted(f"vie_{event}" for event in EVENTS)
    assert of_kind("orientation") == ["orientation"]


def test_the_content_has_no_problem() -> None:
    assert [str(problem) for problem in problems(day=DAY)] == []


# Walking all branches

DATES = ("2026-11-20", "2026-01-05", "2024-06-30")
VALUES: dict[str, tuple[Json, ...]] = {
    "yes_no": ("oui", "non"),
    "date": DATES,
    "place": ("60000", "97400", "47000"),
    "phone": ("0612345678",),
    "free_text": ("dit",),
    "letter": tuple(LIBRARY.letters),
}


def possible(step: object) -> Iterator[Json]:
    """Every answer worth trying at a step."""
    if isinstance(step, Instruction):
        yield from (DONE, *(f"{BLOCKED}{reason}" for reason in step.blocked))
    elif isinstance(step, Question):
        yield from step.choices
        yield from VALUES.get(step.answer, ())
        if step.answer in ("number", "amount"):
            low, high = step.min or 0, step.max if step.max is not None else 5000
            yield from sorted({low, high, *(float(n) for n in range(int(low), int(min(high, low + 80)), 5))})
        if step.unknown:
            yield UNKNOWN


def decided_by(page: Procedure) -> list[str]:
    """The steps whose answers decide further on than the next step."""
    ways = [step.next for step in page.steps.values() if not isinstance(step, Outcome)]
    branches = [branch for way in ways if not isinstance(way, str) for branch in way]
    return sorted({branch.step for branch in branches if branch.step})


def everything_said(library: Library, page: Procedure, day: date) -> dict[str, tuple[Say, ...]]:
    """All that a procedure may say on `day`, by step: each answer tried in each state that makes a difference."""
    said: dict[str, tuple[Say, ...]] = {}
    seen: set[tuple[object, ...]] = set()
    far = decided_by(page)
    todo = [engine.start(library, page.id, day)]
    while todo:
        turn = todo.pop()
        said[turn.key] = (*said.get(turn.key, ()), *turn.says)
        if turn.outcome:
            continue
        history = () if "/" in turn.key else tuple(str(turn.run.answers.get(name)) for name in far)
        for value in possible(walk(library, turn.run, day).here.step):
            state = (turn.key, str(value), history)
            if state not in seen:
                seen.add(state)
                todo.append(engine.answer(library, turn.run, value, day))
    return said


@pytest.mark.parametrize("page", PAGES, ids=[page.id for page in PAGES])
def test_every_branch_says_something_on_the_day_amounts_are_revised(page: Procedure) -> None:
    """On 2 April 2027 no amount revised on 1 April is said, and each step still helps."""
    old = {f.said() for f in LIBRARY.facts.values() if f.revised_each == "04-01"} | {
        f.speech for f in LIBRARY.facts.values() if f.revised_each == "04-01" and f.speech
    }
    said = everything_said(LIBRARY, page, REVISED)
    said |= {f"tasks/{id_}": (say_task(LIBRARY, task, REVISED),) for id_, task in page.tasks.items()}
    for key, says in said.items():
        for say in says:
            for text in filter(None, (say.text, say.short, say.speech)):
                assert not [amount for amount in old if amount and amount in text], f"{key}: {text}"
                assert "…." not in text and "{" not in text and len(text.split()) >= 2, f"{key}: {text}"


def test_the_amounts_revised_in_april_are_said_before() -> None:
    """The test above would hold of a catalogue without amounts."""
    revised = [name for name, fact in LIBRARY.facts.items() if fact.revised_each == "04-01"]
    assert revised and all(LIBRARY.facts[name].review_before <= date(2027, 4, 1) for name in revised)
    assert all(LIBRARY.facts[name].sayable(DAY) for name in revised)
    text = "\n".join(path.read_text(encoding="utf-8") for path in (CONTENT / "procedures").rglob("*.yaml"))
    assert set(placeholders(text)) & set(revised)


def test_an_amount_says_when_it_is_revised() -> None:
    amounts = [name for name, fact in LIBRARY.facts.items() if "€" in fact.said()]
    assert [name for name in amounts if not LIBRARY.facts[name].revised_each] == []


@pytest.mark.parametrize("page", PAGES, ids=[page.id for page in PAGES])
def test_every_step_is_walked(page: Procedure) -> None:
    """The walk above leaves no step aside, but those that only say something on the way."""
    walked = {key.split("/")[0] for key in everything_said(LIBRARY, page, DAY)}
    waiting = {name for name, step in page.steps.items() if isinstance(step, Question | Instruction | Outcome)}
    assert waiting - walked == set()


# Numbers

EXAMPLES = {"say_number", "say_amount", "say_date", "say_phone", "date_impossible", "callback_again"}


def emergency_numbers() -> set[str]:
    data = yaml.safe_load((CONTENT / "facts" / "urgences.yaml").read_text(encoding="utf-8"))["facts"]
    facts = [*(LIBRARY.facts[name] for name in data), *(f for n, f in LIBRARY.facts.items() if n.startswith("tel_"))]
    return {words for fact in facts for words in (fact.value, fact.speech) if words}


def test_every_number_of_the_assistant_s_own_sentences_is_a_fact() -> None:
    """Procedures are checked by `flows check`; here the sentences, the safety answers and the glossary."""
    known = emergency_numbers()
    said = [
        (f"sentences/{name}", text)
        for name, sentence in LIBRARY.sentences.items()
        if name not in EXAMPLES
        for text in sentence.values()
    ]
    for topic in LIBRARY.safety:
        for say in (*topic.say, *(say for case in topic.cases for say in case.say)):
            said += [(f"safety/{topic.id}", text) for text in (say.text, say.short, say.speech) if text]
    said += [(f"glossary/{key}", term.say) for key, term in LIBRARY.glossary.items()]
    assert len(said) > 300
    found = [
        (where, number)
        for where, text in said
        for number in map(bare_number, numbers(KEY.sub("", text)))
        if number not in known
    ]
    assert found == []


KEY = re.compile(r"\b(?:tapez|ou) \d\b")  # « tapez 0 »: a key of the telephone, no fact


def bare_number(written: str) -> str:
    return re.sub(r"[\s.,]+$", "", written)


def test_a_number_that_is_no_fact_is_seen() -> None:
    assert "3977" not in emergency_numbers() and numbers("Appelez le 3977, ou le 15.") == ["3977,", "15."]


# The orientation and the letters


def longest(page: Procedure, name: str) -> int:
    """The most questions asked from the step `name` on."""
    step = page.steps[name]
    if isinstance(step, Outcome):
        return 0
    assert isinstance(step, Question | Information)
    after = [step.next] if isinstance(step.next, str) else [branch.target for branch in step.next]
    after += [step.unknown] if isinstance(step, Question) and step.unknown else []
    return isinstance(step, Question) + max(longest(page, target) for target in after)


def test_the_orientation_asks_five_questions_at_most_and_ends_somewhere() -> None:
    page = LIBRARY.procedures["orientation"]
    assert longest(page, page.start) <= 5
    ends = [step for step in page.steps.values() if isinstance(step, Outcome)]
    assert {step.end for step in ends} == {"procedure", "handoff"}
    assert all(step.procedure in LIBRARY.procedures for step in ends if step.end == "procedure" and not step.letter)


def test_every_letter_leads_somewhere_and_is_read_by_its_title() -> None:
    assert len(LIBRARY.letters) >= 40
    titles = [title for letter in LIBRARY.letters.values() for title in letter.titles]
    assert len(set(titles)) == len(titles)
    for id_, letter in LIBRARY.letters.items():
        assert letter.procedures and set(letter.procedures) <= set(LIBRARY.procedures), id_
        assert all(read_letter(title, LIBRARY.letters).value == id_ for title in letter.titles), id_


@pytest.mark.parametrize(
    "text", ["je ne sais pas lire ce papier", "notification", "bonjour madame je vous écris", "12"]
)
def test_words_that_are_no_title(text: str) -> None:
    assert read_letter(text, LIBRARY.letters).value == UNKNOWN


def test_a_run_prefilled_by_an_event_is_a_run_like_another() -> None:
    turn = engine.start(LIBRARY, "caf_dtr", DAY, {"caisse": "caf"})
    assert turn.key == "aide" and Run.from_json(turn.run.to_json()) == turn.run
    assert engine.back(LIBRARY, turn.run, DAY).key == "caisse"
