"""A real browser on a real server: the whole service but Rasa, which the buttons and exact words do without."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from api import db
from api.app import Services, create_app
from api.conversations import Conversations, Said
from api.sayings import Standing
from api.settings import Settings, load_settings
from api.vault import Vault
from bot.dialogue import Dialogue
from bot.messages import Inbound, Reply
from bot.understanding import Understanding
from tests.kit import cannot_run
from tests.served import served

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SWITCHES = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


PATIENCE = 20_000  # milliseconds: what must come may be slow on a busy machine, and is then no failure


class NoRasa:
    """An understanding that is away."""

    def parse(self, text: str) -> Understanding:
        """Nothing understood."""
        return Understanding(text, "incompris", 0.0, None, {}, (), False)


@dataclass
class Breakable:
    """The real conversations, which a test may break: before anything is done, or once all is stored."""

    conversations: Conversations
    before: Exception | None = None
    after: Exception | None = None
    received: list[str] = field(default_factory=list)

    def receive(self, inbound: Inbound) -> Reply:
        """The reply, unless broken."""
        self.received.append(inbound.provider_id)
        if self.before:
            raise self.before
        reply = self.conversations.receive(inbound)
        if self.after:
            raise self.after
        return reply

    def history(self, channel: str, address: str) -> list[Said]:
        """The history."""
        return self.conversations.history(channel, address)

    def pushed(self, channel: str, address: str, after: str) -> list[Said]:
        """What was said apart from any turn."""
        return self.conversations.pushed(channel, address, after)

    def standing(self, channel: str, address: str) -> Standing:
        """Where the case stands."""
        return self.conversations.standing(channel, address)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A service of its own, in an empty folder."""
    return load_settings(_env_file=None, home=tmp_path_factory.mktemp("home"), env="dev")


@pytest.fixture(scope="module")
def conversations(settings: Settings, dialogue: Dialogue) -> Iterator[Breakable]:
    """The real dialogue over a real database."""
    db.upgrade(settings)
    engine = db.make_engine(settings.database_url)
    vault = Vault.from_text(settings.encryption_keys.get_secret_value())
    yield Breakable(Conversations(engine, vault, dialogue.reply_to, NoRasa()))
    engine.dispose()


@pytest.fixture(scope="module")
def services(conversations: Breakable) -> Services:
    """What the application leans on."""
    return Services(conversations, database_ok=lambda: True, understanding_ok=lambda: False)


@pytest.fixture(scope="module")
def site(settings: Settings, services: Services) -> Iterator[str]:
    """The address of a running server."""
    with served(create_app(settings, services)) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium. Without one: a failure in CI, a loud skip elsewhere."""
    found = os.environ.get("ALLO_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if not found:
        found = _playwrights_own()
    if not found:
        cannot_run("no Chromium on this machine: the pages are not tested in a browser")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=Path(found), args=SWITCHES)
        yield launched
        launched.close()


def _playwrights_own() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


Open = Callable[..., Page]


@pytest.fixture(autouse=True)
def mended(conversations: Breakable) -> Iterator[None]:
    """Nothing stays broken from one test to the next."""
    yield
    conversations.before = conversations.after = None


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Open]:
    """Opens the chat as a new visitor. The test fails if the page complains in its console."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(message: Any) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def open_(path: str = "/", script: str = "", width: int = 1280, height: int = 800, **options: Any) -> Page:
        size = {"width": width, "height": height}
        context = browser.new_context(base_url=site, locale="fr-FR", viewport=size, **options)
        contexts.append(context)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
