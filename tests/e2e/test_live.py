"""In a real browser: a person takes the case, and what they write appears by itself, once; without script by a link."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from api.case_models import Handoff
from api.cases.account import Account, account_of
from api.cases.acts import Cases
from api.cases.routing import Routing
from api.cases.speaking import Speaker
from api.console_models import Mediator
from api.db import reading, writing
from bot.dialogue import Dialogue
from tests.e2e.chat import check_accessible, check_fits, choices, press, said, to_a_step, write
from tests.e2e.conftest import Breakable, Open

SHOTS = os.environ.get("ALLO_SHOTS")  # a folder, to look at the pages


class Desk:
    """Claire, and the only open case."""

    def __init__(self, conversations: Breakable, dialogue: Dialogue) -> None:
        inner = conversations.conversations
        self.engine, vault = inner._engine, inner._vault
        router = Routing(dialogue.library, dialogue.territory)
        self.cases = Cases(self.engine, vault, dialogue, Speaker(vault, None), router, lambda: datetime.now(UTC))
        self.claire = self._account("Claire")
        self.case = uuid.UUID(int=0)

    def _account(self, name: str) -> Account:
        row = Mediator(
            id=uuid.uuid4(), email=f"{uuid.uuid4().hex}@exemple.fr", first_name=name, last_name="Essai",
            role="mediator", active=True, territory=True, failures=0, available=True, alert="none",
            password_hash="none", created_at=datetime.now(UTC),
        )  # fmt: skip
        with writing(self.engine) as session:
            session.add(row)
            session.flush()
            return account_of(session, row)

    def takes(self) -> None:
        """Claire takes the case."""
        with reading(self.engine) as session:
            self.case = session.scalars(select(Handoff.id).where(Handoff.status == "open")).one()
        self.cases.take(self.claire, self.case)

    def says(self, text: str) -> None:
        """Claire writes."""
        self.cases.reply(self.claire, self.case, text, uuid.uuid4().hex)

    def closes(self, resume: bool = False) -> None:
        """The case ends."""
        self.cases.close(self.claire, self.case, "aide", None, resume)


@pytest.fixture
def desk(conversations: Breakable, dialogue: Dialogue) -> Desk:
    return Desk(conversations, dialogue)


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("width", [1280, 360])
def test_what_a_person_writes_appears_by_itself_once(open_page: Open, desk: Desk, width: int) -> None:
    page = open_page(width=width)
    to_a_step(page)
    press(page, "Parler à quelqu'un")
    expect(page.locator("#person")).to_be_visible()
    expect(page.locator("#person")).to_contain_text("attend une personne")
    desk.takes()
    expect(page.locator("#person")).to_contain_text("Claire lit vos messages")
    expect(page.get_by_role("button", name="Répéter", exact=True)).to_be_hidden()
    desk.says("Bonjour, je regarde <b>votre</b> dossier.")
    expect(page.locator(".message.theirs").last).to_contain_text("je regarde <b>votre</b> dossier")
    assert page.locator(".from").last.inner_text().replace("\u00a0", " ") == "Claire :" and choices(page) == []
    write(page, "merci beaucoup")
    expect(page.locator("#status")).to_contain_text("Claire lit vos messages")
    expect(page.locator("#person")).to_be_in_viewport(ratio=0.9)
    desk.says("Avec plaisir.")
    expect(page.locator(".message.theirs").last).to_contain_text("Avec plaisir.")
    shot(page, f"live-{width}")
    check_accessible(page)
    check_fits(page)
    before = said(page)
    page.reload()
    assert said(page) == before, "once, after a reload too"
    desk.says("Encore un mot.")
    expect(page.locator(".message.theirs").last).to_contain_text("Encore un mot.")
    assert said(page).count("Encore un mot.") == 1
    desk.closes(resume=True)
    expect(page.get_by_role("button", name="C'est fait", exact=True)).to_be_visible()
    expect(page.locator("#person")).to_be_hidden()
    shot(page, f"back-{width}")
    press(page, "C'est fait")
    expect(page.locator("#choices button").first).to_be_visible()


def test_one_press_brings_the_assistant_back(open_page: Open, desk: Desk) -> None:
    page = open_page()
    to_a_step(page)
    press(page, "Parler à quelqu'un")
    expect(page.locator("#person")).to_be_visible()
    desk.takes()
    page.locator("#person").get_by_role("button", name="Retrouver l'assistant").click()
    expect(page.get_by_role("button", name="C'est fait", exact=True)).to_be_visible()
    expect(page.locator("#person")).to_contain_text("attend une personne")
    desk.takes()
    desk.closes()
    expect(page.locator("#person")).to_be_hidden()


def test_without_script_a_link_brings_what_was_written(open_page: Open, desk: Desk) -> None:
    page = open_page(java_script_enabled=False)
    to_a_step(page)
    press(page, "Parler à quelqu'un")
    expect(page.locator("#person")).to_be_visible()
    expect(page.locator("#person")).to_contain_text("attend une personne")
    desk.takes()
    desk.says("Bonjour, je regarde.")
    page.get_by_role("link", name="Actualiser").click()
    expect(page.locator(".message.theirs").last).to_contain_text("je regarde")
    write(page, "merci")
    expect(page.locator("#person")).to_contain_text("Claire lit vos messages")
    desk.closes()
