"""Life events and the orientation on the web page: by buttons from the menu to the list, or to a procedure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from flows.library import Library
from tests.e2e.chat import check_accessible, check_fits, choices, press, said, write
from tests.e2e.conftest import Open

pytestmark = pytest.mark.browser
FAMILY = ["Autres sujets", "Un événement de vie", "Ma famille"]
OTHERS = ["Autres sujets", "Un événement de vie", "Travail, logement, âge"]
EVENTS = {
    **dict.fromkeys(("vie_naissance", "vie_separation", "vie_deces", "vie_dix_huit_ans"), FAMILY),
    **dict.fromkeys(("vie_perte_emploi", "vie_demenagement", "vie_retraite", "vie_perte_autonomie"), OTHERS),
}
MOST_QUESTIONS = 10


def act(page: Page, label: str) -> str:
    """Presses a button of the choices, or writes; returns the reply."""
    theirs = page.locator("#conversation .theirs .words")
    before, messages = theirs.count(), len(said(page))
    if label in choices(page):
        page.locator("#choices").get_by_role("button", name=label, exact=True).click()
    else:
        write(page, label)
    expect(theirs).not_to_have_count(before)
    return "\n".join(said(page)[messages:])


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_leads_to_its_list(open_page: Open, library: Library, event: str) -> None:
    page = open_page(width=360, height=740)
    for label in (*EVENTS[event], library.procedures[event].button, "Oui"):
        reply = act(page, label)
    for _ in range(MOST_QUESTIONS):
        if "Voici votre liste" in reply:
            break
        reply = act(page, (choices(page) or ["hier"])[0])
    assert "Voici votre liste" in reply and "À faire, 1 sur " in reply
    check_fits(page)
    check_accessible(page)
    if folder := os.environ.get("ALLO_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{event}.png")
    assert "je la garde dans votre liste" in act(page, "Plus tard")
    assert "Voici votre liste" in act(page, "ma liste")


def test_who_is_lost_is_led_to_a_procedure_by_a_letter(open_page: Open) -> None:
    page = open_page()
    write(page, "je ne sais pas")
    expect(page.locator("#choices")).to_contain_text("Un courrier ou un message reçu")
    press(page, "Un courrier ou un message reçu")
    expect(page.locator(".theirs .words").last).to_contain_text("Recopiez le titre")
    write(page, "Avertissement avant radiation")
    expect(page.locator(".theirs .words").last).to_contain_text("On commence ?")
    assert any("Je connais ce courrier" in words for words in said(page))
