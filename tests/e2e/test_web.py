"""The web chat in a real browser, with and without script: a walk, a reload, and when things break."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from api.conversations import StorageDown
from tests.e2e.chat import BOTH, FIELD, HEADING, THEMES, WAY, choices, press, said, to_a_step, write
from tests.e2e.conftest import Breakable, Open

pytestmark = pytest.mark.browser


@BOTH
def test_first_page(open_page: Open, with_script: bool) -> None:
    page = open_page(java_script_enabled=with_script)
    assert "Allô Démarches" in said(page)[0]
    assert choices(page) == THEMES
    assert "Allô Démarches" in page.title()


@BOTH
def test_a_walk_by_the_buttons(open_page: Open, with_script: bool) -> None:
    page = open_page(java_script_enabled=with_script)
    to_a_step(page)
    assert choices(page)[:2] == ["C'est fait", "Je bloque"]
    assert [said(page).count(label) for label in WAY] == [1] * len(WAY)
    before = said(page)
    press(page, "Je bloque")
    expect(page.locator("#choices")).to_contain_text("Autre chose")
    assert said(page)[: len(before)] == before


@BOTH
def test_a_walk_by_words_and_by_the_bar(open_page: Open, with_script: bool) -> None:
    page = open_page(java_script_enabled=with_script)
    write(page, "bonjour")
    expect(page.locator(".mine .words").last).to_have_text("bonjour")
    expect(page.get_by_label(FIELD)).to_have_value("")
    press(page, "Menu")
    expect(page.locator("#choices button")).to_have_text(THEMES)
    press(page, "Parler à quelqu'un")
    expect(page.locator(".mine .words").last).to_have_text("Parler à quelqu'un")
    expect(page.locator(".theirs .words").last).to_contain_text("Comment voulez-vous avoir de l'aide")


def test_script_stays_on_the_page(open_page: Open) -> None:
    page = open_page()
    page.evaluate("window.same = true")
    to_a_step(page)
    assert page.evaluate("window.same")


@BOTH
def test_reload_resumes_where_the_citizen_was(open_page: Open, with_script: bool) -> None:
    page = open_page(java_script_enabled=with_script)
    to_a_step(page)
    before, offered = said(page), choices(page)
    page.reload()
    assert (said(page), choices(page)) == (before, offered)
    press(page, "C'est fait")
    expect(page.locator(".mine .words").last).to_have_text("C'est fait")


@BOTH
def test_database_down_then_the_same_message_again(
    open_page: Open, conversations: Breakable, with_script: bool
) -> None:
    page = open_page(java_script_enabled=with_script)
    conversations.before = StorageDown("down")
    write(page, "bonjour")
    expect(page.get_by_role("alert")).to_contain_text("Je ne peux pas répondre pour le moment")
    expect(page.get_by_label(FIELD)).to_have_value("bonjour")
    conversations.before = None
    press(page, "Réessayer")
    expect(page.get_by_role("alert")).to_be_empty()
    expect(page.get_by_label(FIELD)).to_have_value("")
    assert said(page).count("bonjour") == 1
    assert conversations.received[-1] == conversations.received[-2]


@BOTH
def test_answer_lost_on_the_way_is_not_said_twice(open_page: Open, conversations: Breakable, with_script: bool) -> None:
    page = open_page(java_script_enabled=with_script)
    conversations.after = OSError("cut once all is stored")
    press(page, "CAF et aides")
    expect(page.get_by_role("alert")).to_contain_text("panne")
    conversations.after = None
    press(page, "Réessayer")
    expect(page.locator("#choices")).to_contain_text(HEADING)
    page.reload()
    assert said(page).count("CAF et aides") == 1


def test_offline_message_is_kept_then_sent_by_itself(open_page: Open) -> None:
    page = open_page()
    page.context.set_offline(True)
    write(page, "bonjour")
    expect(page.get_by_role("alert")).to_contain_text("Votre message est gardé")
    expect(page.get_by_label(FIELD)).to_have_value("bonjour")
    page.context.set_offline(False)
    expect(page.locator(".mine .words").last).to_have_text("bonjour")
    expect(page.get_by_role("alert")).to_be_empty()
    assert said(page).count("bonjour") == 1


def test_double_click_sends_once(open_page: Open, conversations: Breakable) -> None:
    page = open_page()
    before = len(conversations.received)
    page.get_by_role("button", name="CAF et aides").dblclick()
    expect(page.locator("#choices")).to_contain_text(HEADING)
    assert len(conversations.received) == before + 1


def test_second_press_waits_for_its_turn(open_page: Open) -> None:
    page = open_page()
    page.evaluate("document.querySelectorAll('nav button, header button').forEach((one) => one.click())")
    expect(page.locator(".mine .words")).to_have_text(["Parler à quelqu'un", "Menu"])


def test_too_long_message_stays_in_the_field(open_page: Open) -> None:
    page = open_page()
    write(page, "a" * 1001)
    expect(page.get_by_role("alert")).to_contain_text("trop long")
    expect(page.get_by_label(FIELD)).to_have_value("a" * 1001)


def test_old_button_of_another_tab_is_answered_kindly(open_page: Open) -> None:
    page = open_page()
    other = page.context.new_page()
    other.goto("/")
    to_a_step(other)
    press(page, "Emploi et chômage")
    expect(page.locator(".theirs")).to_contain_text(["Ce bouton est d'une étape passée"])


@BOTH
def test_leaving_a_shared_computer(open_page: Open, with_script: bool) -> None:
    page = open_page(java_script_enabled=with_script)
    write(page, "bonjour")
    expect(page.locator(".mine .words").last).to_have_text("bonjour")
    page.get_by_text("Cet appareil est partagé").click()
    press(page, "Fermer ma conversation")
    expect(page.locator(".mine")).to_have_count(0)
    assert "bonjour" not in said(page)
