"""The authors' page in a real browser: the simulator walked, the drawing that follows it, phones, printing, access."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from api.app import Services
from flows.loader import CONTENT
from tests.e2e.chat import BOTH, RULES
from tests.e2e.conftest import Breakable, Open

pytestmark = pytest.mark.browser

LONG = "/auteur/caf_aide_logement"
DTR = "/auteur/caf_dtr"
WAY = ("Oui", "La CAF", "Le RSA")


@pytest.fixture(scope="module")
def services(conversations: Breakable, tmp_path_factory: pytest.TempPathFactory) -> Services:
    """The service on a copy of the content: nobody changes it while the pages are looked at."""
    copy = tmp_path_factory.mktemp("content") / "flows"
    shutil.copytree(CONTENT, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return Services(conversations, lambda: True, lambda: False, content=copy)


def answer(page: Page, *labels: str) -> None:
    """Presses these choices of the simulator, one after the other."""
    for label in labels:
        before = page.locator("#essai .message").count()
        page.locator("#essai .choices").get_by_role("button", name=label, exact=True).click()
        expect(page.locator("#essai .mine .words").last).to_have_text(label)
        assert page.locator("#essai .message").count() > before


def check_accessible(page: Page) -> None:
    """No violation of axe's rules, AAA contrast and size of targets included; nothing sticks out on the side."""
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@BOTH
def test_the_list_leads_to_a_page(open_page: Open, with_script: bool) -> None:
    page = open_page("/auteur", java_script_enabled=with_script)
    page.get_by_role("link", name="Déclarer vos ressources").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Déclarer vos ressources")
    expect(page.locator(".drawing svg [data-step]")).to_have_count(page.locator("article[data-step]").count())


@BOTH
def test_the_simulator_is_walked(open_page: Open, with_script: bool) -> None:
    page = open_page(DTR, java_script_enabled=with_script)
    answer(page, *WAY)
    here = page.locator(".drawing .step.current")
    expect(here).to_have_attribute("data-step", "papiers")
    expect(page.locator("article.current .here-mark")).to_be_visible()
    expect(page.locator(".here-line")).to_contain_text("papiers")
    answer(page, "Je bloque")
    page.get_by_label("Ou répondez avec vos mots").fill("retour")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("#essai .mine .words").last).to_have_text("retour")
    page.get_by_role("link", name="Recommencer").click()
    expect(page.locator("#essai .mine")).to_have_count(0)
    expect(page.locator(".drawing .step.current")).to_have_count(0)


def test_the_script_stays_on_the_page_and_brings_the_step_into_sight(open_page: Open) -> None:
    page = open_page(DTR)
    page.evaluate("window.same = true")
    answer(page, *WAY)
    assert page.evaluate("window.same")
    inside = """() => {
      const box = document.querySelector('.drawing .step.current').getBoundingClientRect();
      const frame = document.querySelector('.drawing').getBoundingClientRect();
      return box.top >= frame.top && box.bottom <= frame.bottom;
    }"""
    assert page.evaluate(inside)
    expect(page.locator("#essai-choix")).to_be_focused()


def test_a_reload_plays_the_same_answers_again(open_page: Open) -> None:
    page = open_page(DTR)
    answer(page, *WAY)
    page.reload()
    expect(page.locator("#essai .mine .words")).to_have_text(list(WAY))
    expect(page.locator(".drawing .step.current")).to_have_attribute("data-step", "papiers")


@BOTH
def test_another_day(open_page: Open, with_script: bool) -> None:
    page = open_page(DTR, java_script_enabled=with_script)
    page.get_by_label("Comme si nous étions le").fill("2026-12-03")
    page.get_by_role("button", name="Appliquer").click()
    expect(page.get_by_text("Tout ce qui suit est dit comme au 3 décembre 2026")).to_be_visible()
    answer(page, *WAY)
    expect(page.get_by_label("Comme si nous étions le")).to_have_value("2026-12-03")


@BOTH
def test_a_box_leads_to_its_text(open_page: Open, with_script: bool) -> None:
    page = open_page(DTR, java_script_enabled=with_script)
    page.locator('.drawing a[href="#etape-aide"]').click()
    expect(page.locator("#etape-aide h3")).to_be_in_viewport()


def test_the_drawing_is_zoomed_without_script(open_page: Open) -> None:
    page = open_page(LONG, width=360, height=740, java_script_enabled=False)
    widths = []
    for size in ("En entier", "Lisible", "Grand"):
        page.get_by_label(size).check()
        box = page.locator(".drawing svg").bounding_box()
        assert box
        widths.append(box["width"])
    assert widths[0] < 360 < widths[1] < widths[2]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_accessible_at_each_moment(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/auteur", height=900)
    check_accessible(page)
    for address in (LONG, DTR):
        page.goto(address)
        check_accessible(page)
    answer(page, *WAY)
    check_accessible(page)
    page.screenshot(path=tmp_path / "author.png")


def test_accessible_on_a_phone(open_page: Open, tmp_path: Path) -> None:
    page = open_page(DTR, width=360, height=740)
    answer(page, *WAY)
    check_accessible(page)
    page.screenshot(path=tmp_path / "author_360.png")


def test_keyboard_reaches_the_choices_and_the_boxes(open_page: Open) -> None:
    page = open_page(DTR)
    names = []
    while len(names) < 40 and not page.evaluate("!!document.activeElement.closest('svg')"):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent.trim().split('\\n')[0]"))
        # The button inside a date field has a ring of its own, that the page does not see.
        if not page.evaluate("document.activeElement.closest('svg, [type=date]')"):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
            assert outline == "4px", f"the focus does not show on « {names[-1]} »"
    assert names[0] == "Aller au contenu" and "Oui" in names
    assert len(names) < 40, "the boxes of the drawing come after the simulator"
    assert page.evaluate("getComputedStyle(document.activeElement.querySelector('.outline')).strokeWidth") == "6px"


def test_on_paper_the_drawing_begins_a_page_and_fills_its_width(open_page: Open) -> None:
    page = open_page(DTR, width=718, height=1047)  # an A4 page without its margins of 10 mm, in CSS pixels
    page.emulate_media(media="print")
    expect(page.locator("#essai")).to_be_hidden()
    box = page.locator(".drawing svg").bounding_box()
    assert box and box["x"] == 0 and abs(box["width"] - 718) < 1
    assert page.evaluate("getComputedStyle(document.getElementById('dessin')).breakBefore") == "page"
    top = page.evaluate("document.getElementById('dessin').getBoundingClientRect().top + scrollY")
    assert box["y"] == pytest.approx(top, abs=1), "nothing stands above the drawing on its first page"
