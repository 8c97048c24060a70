"""The web chat for everyone: contrast, sizes, keyboard, screen readers, phones, voice."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from api.conversations import StorageDown
from tests.e2e.chat import FIELD, HEADING, PROCEDURE, check_accessible, check_fits, press, said, to_a_step, write
from tests.e2e.conftest import Breakable, Open

pytestmark = pytest.mark.browser

VOICE = """
  window.spoken = [];
  Object.defineProperty(window, 'speechSynthesis', { value: { speak: (one) => spoken.push(one), cancel: () => {} } });
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
  window.SpeechRecognition = function () {
    const hear = () => { this.onresult({ results: [[{ transcript: 'bonjour' }]] }); this.onend(); };
    this.start = () => setTimeout(hear, 50);
  };
"""
MUTE = """
  Object.defineProperty(window, 'speechSynthesis', { value: undefined });
  delete window.SpeechRecognition; delete window.webkitSpeechRecognition;
"""


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 640)])
def test_accessible_at_each_moment(
    open_page: Open, conversations: Breakable, tmp_path: Path, width: int, height: int
) -> None:
    page = open_page(width=width, height=height, script=VOICE)
    moments = {"first": lambda: None, "step": lambda: to_a_step(page), "error": lambda: write(page, "coucou")}
    for name, act in moments.items():
        conversations.before = StorageDown("down") if name == "error" else None
        act()
        page.get_by_role("alert").locator("p" if name == "error" else ":scope").first.wait_for(state="attached")
        check_accessible(page)
        check_fits(page)
        page.screenshot(path=tmp_path / f"{name}_{width}.png")


def test_large_type_and_large_buttons(open_page: Open) -> None:
    page = open_page(width=360, height=640)
    sizes = page.eval_on_selector_all(
        "button",
        "all => all.map(one => one.getBoundingClientRect()).filter(box => box.width)"
        ".map(box => Math.min(box.width, box.height))",
    )
    assert min(sizes) >= 48
    assert page.eval_on_selector(".words", "one => parseFloat(getComputedStyle(one).fontSize)") >= 20


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_letters_grow_fit_and_are_remembered(open_page: Open, width: int) -> None:
    page = open_page(width=width, height=740)
    to_a_step(page)
    for _ in range(4):
        page.get_by_role("button", name="Écrire plus grand").click()
        check_fits(page)
    assert page.get_by_role("button", name="Écrire plus grand").is_disabled()
    page.reload()
    assert page.locator("html").get_attribute("class") == "size-4"
    check_fits(page)


def test_letters_grow_without_script(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    page.get_by_role("button", name="Écrire plus grand").click()
    assert page.locator("html").get_attribute("class") == "size-1"


def test_keyboard_only(open_page: Open) -> None:
    page = open_page()

    def tab_to(name: str) -> None:
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent.trim()") == name:
                outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
                assert outline == "4px", "the focus does not show"
                return
        raise AssertionError(f"{name} cannot be reached with the keyboard")

    tab_to("Aller à la conversation")
    tab_to("CAF et aides")
    page.keyboard.press("Enter")
    expect(page.locator("#choices")).to_be_focused()
    tab_to(HEADING)
    page.keyboard.press("Enter")
    expect(page.locator("#choices")).to_contain_text(PROCEDURE)
    tab_to(PROCEDURE)
    page.keyboard.press("Space")
    expect(page.locator("#choices")).to_contain_text("Oui")
    page.get_by_label(FIELD).focus()
    page.keyboard.type("oui")
    page.keyboard.press("Enter")
    expect(page.locator("#choices")).to_contain_text("La CAF")
    expect(page.get_by_label(FIELD)).to_be_focused()
    expect(page.get_by_label(FIELD)).to_have_value("")


def test_newest_message_is_announced_with_its_choices(open_page: Open) -> None:
    page = open_page()
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    to_a_step(page)
    expect(log.locator(".message").last).to_contain_text("Réponses proposées : C'est fait, Je bloque")


def test_listen_says_the_spoken_form_slowly_in_french(open_page: Open) -> None:
    page = open_page(script=VOICE)
    listen = page.get_by_role("button", name="Écouter")
    expect(listen).to_have_count(page.locator(".theirs").count())
    page.evaluate("document.querySelector('.theirs .words').dataset.speech = 'la forme parlée'")
    listen.first.click()
    expect(page.get_by_role("button", name="Arrêter")).to_have_count(1)
    assert page.evaluate("[spoken[0].text, spoken[0].lang, spoken[0].rate < 1]") == ["la forme parlée", "fr-FR", True]
    press(page, "CAF et aides")
    expect(page.locator("#choices")).to_contain_text(HEADING)
    expect(page.locator(".theirs.spoken .listen")).to_have_count(page.locator(".theirs").count())


def test_dictated_words_go_to_the_field_to_be_read_again(open_page: Open) -> None:
    page = open_page(script=VOICE)
    press(page, "Dicter")
    expect(page.get_by_label(FIELD)).to_have_value("bonjour")
    assert "bonjour" not in said(page)


def test_no_voice_no_button(open_page: Open) -> None:
    page = open_page(script=MUTE)
    expect(page.get_by_role("button", name="Écouter")).to_have_count(0)
    expect(page.locator("#dictate")).to_be_hidden()
