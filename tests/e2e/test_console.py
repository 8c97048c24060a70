"""Citizens (web, SMS, phone) and mediators in a real browser, from « un humain » to the assistant's return."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import select

import flows
from api.case_models import Handoff
from api.console.invitations import invite
from api.console_models import JournalEntry, Mediator
from api.db import reading, writing
from bot.dialogue import Dialogue
from tests.e2e.chat import press, said, to_a_step, write
from tests.e2e.conftest import PATIENCE
from tests.e2e.town import Town, a_town, apart
from tests.served import served

pytestmark = pytest.mark.browser
TEXTS = Path(flows.__file__).parent / "texts"
D: dict[str, Any] = yaml.safe_load((TEXTS / "mediateur_dossier.yaml").read_text(encoding="utf-8"))["dossier"]
M: dict[str, Any] = yaml.safe_load((TEXTS / "mediateur_acces.yaml").read_text(encoding="utf-8"))
WRITER, CALLER = "+33612340001", "+33612340002"
PASSWORD = "quatre lampes vertes"
CONTRASTS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
Open = Callable[..., Page]


@pytest.fixture(autouse=True)
def mended() -> None:
    """Nothing is broken here."""


@pytest.fixture
def town(tmp_path: Path, dialogue: Dialogue) -> Iterator[Town]:
    """The service, its citizens and its mediators."""
    with a_town(tmp_path, dialogue) as made:
        yield made


@pytest.fixture
def site(town: Town) -> Iterator[str]:
    """Its address."""
    with served(town.app) as address:
        yield address


@pytest.fixture
def enter(browser: Browser, town: Town, site: str) -> Iterator[Open]:
    """Opens a page in a browser of its own; with `who`, one where this mediator is signed in."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(path: str, who: Any = None, width: int = 1280, height: int = 900, script: bool = True) -> Page:
        size = {"width": width, "height": height}
        context = browser.new_context(base_url=site, locale="fr-FR", viewport=size, java_script_enabled=script)
        contexts.append(context)
        if who:
            context.add_cookies([town.cookie(who, site)])  # type: ignore[list-item]
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def look(page: Page, name: str, both: bool = True) -> None:
    """Nothing that axe objects to, nothing that sticks out; a picture to look at where somebody asks for it."""
    usual = page.viewport_size
    for width in (1280, 360) if both else (1280,):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} at {width}"
        found = Axe().run(page, options=CONTRASTS)
        assert found.violations_count == 0, f"{name} at {width}: {found.generate_report()}"
        if folder := os.environ.get("ALLO_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"console_{name}_{width}.png", full_page=True)
    if usual:
        page.set_viewport_size(usual)


def part(page: Page, name: str) -> Locator:
    """A part of the page."""
    return page.locator(f"#{name}")


def cases(town: Town) -> list[Handoff]:
    """The cases, the oldest first."""
    with reading(town.engine) as session:
        return list(session.scalars(select(Handoff).order_by(Handoff.created_at)))


def on_the_web(enter: Open) -> Page:
    """A citizen at a step of a procedure, who wants somebody who writes, and agrees that they read."""
    page = enter("/")
    to_a_step(page)
    press(page, "Parler à quelqu'un")
    for label in ("Écrire ici", "Oui"):
        page.locator("#choices").get_by_role("button", name=label, exact=True).click()
    expect(page.locator("#person")).to_be_visible()
    return page


def by_sms(town: Town) -> None:
    """A citizen by SMS, who asks for a person who writes and shows nothing of before."""
    desk = town.desk("sms", WRITER)
    for words in ("carte vitale", "oui", "cpam", "un humain", "1", "non"):
        desk.turn(words)
    assert cases(town)[-1].consent == "non"


def by_phone(town: Town) -> None:
    """A caller who presses 0; nobody picks up, and a call-back is promised."""
    desk: Any = town.desk("voice", CALLER)
    desk.phone.transfer_outcome = "no_answer"
    desk.opens()
    for words in ("carte vitale", "oui", "0"):
        heard = desk.turn(words).shown
    for _ in range(6):
        if "C'est noté" in heard:
            break
        heard = desk.turn("oui" if "montrer" in heard else "60000" if "commune" in heard else "1").shown
    assert "C'est noté" in heard, heard
    desk.closes()
    assert cases(town)[-1].mode == "callback"


def open_first(page: Page, of: str = "partie-attente") -> None:
    """Opens the first case of a part of the queue."""
    part(page, of).locator("h3 a").first.click()
    expect(part(page, "partie-tete")).to_be_visible()


def send(page: Page, words: str) -> None:
    """Writes to the citizen."""
    part(page, "message").fill(words)
    part(page, "envoyer").click()
    expect(part(page, "fil")).to_contain_text(words)


def test_a_case_from_the_web_to_its_end(town: Town, enter: Open) -> None:
    anne, karim = town.mediator("Anne"), town.mediator("Karim")
    queue = enter("/mediateur", anne)
    look(queue, "queue_empty")
    citizen = on_the_web(enter)
    expect(part(queue, "partie-attente").locator("h3 a")).to_have_count(1)  # by itself
    look(queue, "queue")
    # A race: both see the case; Karim's page does not follow (no script), and he is a moment late.
    other = enter("/mediateur", karim, script=False)
    open_first(queue)
    look(queue, "case_waiting")
    part(queue, "prendre").click()
    expect(part(queue, "partie-tete")).to_contain_text(D["page"]["mine"])
    other.get_by_role("button", name=re.compile("^Prendre")).click()
    expect(other.locator("main")).to_contain_text("Anne a déjà pris ce dossier")
    words_both_ways(queue, citizen)
    note_and_drive(queue, citizen)
    look(queue, "case_mine")
    look(citizen, "citizen_with_a_person")
    end(queue, D["closings"]["aide"], "case_closing")
    expect(citizen.locator("#conversation")).to_contain_text("Anne vous laisse continuer avec moi, l'assistant")
    assert "vieux téléphone" not in citizen.content()
    helped_again(citizen)
    assert [case.status for case in cases(town)] == ["closed", "open"]
    with reading(town.engine) as session:
        actions = [row.action for row in session.scalars(select(JournalEntry)) if row.mediator_id == anne]
    assert {"opened", "taken", "closed"} <= set(actions), actions


def words_both_ways(queue: Page, citizen: Page) -> None:
    """Each message once, on both sides, and the assistant silent."""
    expect(citizen.locator("#conversation")).to_contain_text("Anne, médiatrice ou médiateur, a votre demande")
    before = len(said(citizen))
    send(queue, "Bonjour, je suis Anne. Qu'est-ce que vous voyez ?")
    expect(citizen.locator(".words", has_text="Qu'est-ce que vous voyez")).to_have_count(1)
    write(citizen, "je vois une page blanche <b>voila</b>")
    expect(part(queue, "fil")).to_contain_text("je vois une page blanche <b>voila</b>")
    send(queue, "Merci. Je regarde.")
    expect(citizen.locator(".words", has_text="Merci. Je regarde.")).to_have_count(1)
    assert len(said(citizen)) == before + 3, said(citizen)[before:]
    expect(part(queue, "fil").locator(".fate").last).to_have_text(D["states"]["seen"])
    citizen.reload()
    expect(citizen.locator(".words", has_text="Merci. Je regarde.")).to_have_count(1)


def note_and_drive(queue: Page, citizen: Page) -> None:
    """A note that the citizen never sees, and a step in their place."""
    part(queue, "note").fill("A un vieux téléphone.")
    queue.get_by_role("button", name=D["notes"]["send"]).click()
    expect(part(queue, "partie-notes")).to_contain_text("A un vieux téléphone.")
    step = part(queue, "partie-etape").locator(".step-words")
    stood = step.inner_text()
    part(queue, "partie-etape").get_by_role("button", name="C'est fait", exact=True).click()
    expect(step).not_to_have_text(stood)
    expect(citizen.locator(".theirs .words").last).to_contain_text(step.inner_text().split("\n")[0][:30])


def end(page: Page, closing: str, picture: str = "") -> None:
    """Closes the case."""
    part(page, "fermer").locator("> summary").click()
    part(page, "fermer").get_by_label(closing).check()
    if picture:
        look(page, picture)
    part(page, "fermer").get_by_role("button", name=D["close"]["send"]).click()
    expect(page.locator("main")).to_contain_text(D["said"]["done_close"])


def helped_again(citizen: Page) -> None:
    """The assistant answers, and another request finds its way."""
    expect(citizen.locator("#person")).to_be_hidden()
    press(citizen, "C'est fait")
    expect(citizen.locator(".mine .words").last).to_have_text("C'est fait")
    press(citizen, "Parler à quelqu'un")
    citizen.locator("#choices").get_by_role("button", name="Écrire ici", exact=True).click()
    expect(citizen.locator("#person")).to_be_visible()


def test_citizens_by_sms_and_by_phone(town: Town, enter: Open) -> None:
    anne = town.mediator("Anne")
    apart(by_sms, town)
    apart(by_phone, town)
    town.texts(0.1)
    page = enter("/mediateur", anne)
    expect(part(page, "partie-attente").locator("h3 a")).to_have_count(2)
    look(page, "queue_of_two")
    page.get_by_role("listitem").filter(has_text=D["modes"]["live"]).locator("h3 a").click()
    part(page, "prendre").click()
    assert ["Anne" in text for text in town.texts()] == [True]
    assert "carte vitale" not in part(page, "fil").inner_text()  # no consent: nothing of before
    send(page, "Bonjour, écrivez-moi le nom de votre caisse.")
    assert town.texts() == ["Anne : Bonjour, écrivez-moi le nom de votre caisse."]
    answer = apart(lambda: town.desk("sms", WRITER).turn("c la cpam de beauvais"))
    assert answer.data["replies"] == [] if "replies" in answer.data else answer.shown == ""
    expect(part(page, "fil")).to_contain_text("c la cpam de beauvais")
    look(page, "case_by_sms")
    page.goto("/mediateur")
    page.get_by_role("listitem").filter(has_text="Rappel").locator("h3 a").click()
    assert "06 12 34 00 02" not in page.content()
    part(page, "prendre").click()
    expect(part(page, "partie-tete")).to_contain_text("06 12 34 00 02")
    part(page, "joint").click()
    expect(page.locator("main")).to_contain_text(D["said"]["done_called"])
    look(page, "case_by_phone")
    end(page, D["closings"]["rendez_vous"])
    assert [case.closing for case in cases(town)] == [None, "rendez_vous"]


def test_signing_in_for_the_first_time_on_a_phone(town: Town, enter: Open) -> None:
    anne = town.mediator("Anne")
    with writing(town.engine) as session:
        address = invite(town.casework.console.settings, session.get_one(Mediator, anne), town.clock()).address
    page = enter("/" + address.split("/", 3)[3], width=360)
    look(page, "welcome")
    page.get_by_label(M["password_new"], exact=True).fill(PASSWORD)
    page.get_by_label(M["password_again"]).fill(PASSWORD)
    page.get_by_role("button", name=M["password_keep"]).click()
    look(page, "enrol")
    secret = re.sub(r"\s", "", page.locator(".secret").first.inner_text())
    page.locator("#code").fill(pyotp.TOTP(secret).at(town.clock()))
    page.get_by_role("button", name=M["code_send"]).click()
    look(page, "recovery")
    page.get_by_role("link", name=M["recovery_next"]).click()
    expect(page.get_by_role("heading", name=D["queue"]["title"], exact=True)).to_be_visible()
    page.goto("/mediateur/compte")
    look(page, "account")
    page.context.clear_cookies()
    page.goto("/mediateur")
    expect(page).to_have_url(re.compile("/mediateur/entrer"))
    look(page, "sign_in")


def test_the_other_pages(town: Town, enter: Open) -> None:
    chief = town.mediator("Claire", "coordinator")
    town.mediator("Anne")
    apart(by_sms, town)
    for name in ("agenda", "activite", "equipe", "comptes", "lieux", "journal", "chiffres"):
        look(enter(f"/mediateur/{name}", chief), name)
