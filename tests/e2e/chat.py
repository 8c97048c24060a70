"""What a person does on the web chat, for the tests in a browser."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

BOTH = pytest.mark.parametrize("with_script", [True, False], ids=["script", "no_script"])
RULES = {"rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}}}
FIELD = "Écrivez votre message"
THEMES = ["CAF et aides", "Santé et carte Vitale", "Emploi et chômage", "Autres sujets"]
PROCEDURE = "Déclaration tous les trois mois"
HEADING = "Déclarer, répondre à la CAF"
WAY = ["CAF et aides", HEADING, PROCEDURE, "Oui", "La CAF", "Le RSA"]


def press(page: Page, label: str) -> None:
    """Presses the button of this exact label."""
    page.get_by_role("button", name=label, exact=True).click()


def write(page: Page, text: str) -> None:
    """Writes in the field, and sends."""
    page.get_by_label(FIELD).fill(text)
    press(page, "Envoyer")


def said(page: Page) -> list[str]:
    """The messages of the conversation, in order."""
    return [text.replace("\u00a0", " ") for text in page.locator("#conversation .words").all_inner_texts()]


def choices(page: Page) -> list[str]:
    """The labels of the choices under the last message."""
    return page.locator("#choices button").all_inner_texts()


def to_a_step(page: Page) -> None:
    """From the first page to the first step of a procedure, by the buttons."""
    for label in WAY:
        press(page, label)
    expect(page.get_by_role("button", name="C'est fait", exact=True)).to_be_visible()


def check_accessible(page: Page) -> None:
    """No violation of axe's rules, AAA contrast and size of targets included."""
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


def check_fits(page: Page) -> None:
    """Nothing sticks out on the side, and the way to a person is on the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    expect(page.get_by_role("button", name="Parler à quelqu'un")).to_be_in_viewport(ratio=1)
