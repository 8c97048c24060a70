"""The journal page: fifty lines a page, by account, by case, with no word of anybody."""

from __future__ import annotations

import uuid

import pytest

from api.cases import journal
from api.cases.report_words import page_words
from api.db import writing
from mediation.cases import MOVES
from tests.console.conftest import RunningConsole
from tests.console.made_cases import add_case, at
from tests.console.reading_pages import words

pytestmark = pytest.mark.both

HERE = "/mediateur/journal"
BESIDES = {"replied", "sent_step"}  # acts that are no move
NOT_WRITTEN = {"opened", "routed", "rerouted", "late", "left", "timed_out", "reminded"}  # the machine's own moves


def fill(console: RunningConsole, name: str, lines: int, case: uuid.UUID | None = None) -> None:
    """So many lines by an account, the oldest first; each has its number as a detail."""
    account = console.account(name)
    with writing(console.engine) as session:
        for number in range(lines):
            journal.write(session, account, "noted", case, f"n{number}", at(console, minutes=lines - number))


def test_fifty_lines_a_page_the_newest_first(console: RunningConsole) -> None:
    fill(console, "mediator", 120)
    browser = console.as_("coordinator")
    first, second, third = (browser.get(f"{HERE}?page={number}").text for number in (1, 2, 3))
    assert [html.count('<td data-label="Quoi"') for html in (first, second, third)] == [50, 50, 20]
    assert "(n119)" in first and "(n70)" in first and "(n69)" in second and "(n0)" in third
    assert first.index("(n119)") < first.index("(n118)")
    assert "Plus récent" not in first and "Plus ancien" in first
    assert "Plus récent" in third and "Plus ancien" not in third


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
def test_it_is_filtered_by_account_and_by_case(console: RunningConsole, role: str) -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    fill(console, "mediator", 1, one)
    fill(console, "coordinator", 2, other)
    browser = console.as_(role)
    mine = words(browser.get(f"{HERE}?qui=Mediator@exemple.fr").text)
    assert str(one) in mine and str(other) not in mine
    of_case = browser.get(f"{HERE}?dossier={other}").text
    assert of_case.count('<td data-label="Quoi"') == 2 and str(one) not in of_case
    assert "Aucune ligne." in words(browser.get(f"{HERE}?dossier={uuid.uuid4()}").text)
    wrong = browser.get(f"{HERE}?dossier=%3Cscript%3E&qui=%22%3E%3Cscript%3E").text
    assert "Ce numéro de dossier n'est pas bon." in words(wrong) and "<script>" not in wrong


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "9" * 400, "1e3", ""])
def test_an_odd_page_number_does_no_harm(console: RunningConsole, page: str) -> None:
    fill(console, "mediator", 1)
    assert console.as_("coordinator").get(HERE, params={"page": page}).status_code == 200


def test_opening_a_case_is_written_and_read_here(console: RunningConsole) -> None:
    case = add_case(console, held_by="mediator", marker="Zanzibar")
    console.as_("mediator").get(f"/mediateur/dossiers/{case}")
    page = words(console.as_("administrator").get(HERE).text)
    assert f"mediator@exemple.fr A ouvert le dossier {case}" in page and "Zanzibar" not in page


def test_the_machine_is_called_the_service(console: RunningConsole) -> None:
    with writing(console.engine) as session:
        journal.write(session, None, "forgotten", uuid.uuid4(), at=console.service.now)
    assert "Le service La personne a demandé l'oubli" in words(console.as_("coordinator").get(HERE).text)


def test_every_act_on_a_case_has_its_words() -> None:
    assert set(MOVES) - NOT_WRITTEN | BESIDES <= page_words()["journal_page"]["actions"].keys()
