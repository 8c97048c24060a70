"""Whatever a citizen, an import or an account has for a name or for words is text on every page of a case."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy import text

from api.console_models import Mediator, MediatorPlace
from api.db import writing
from tests.console.case_kit import RECAP, on_a_step, open_case, write
from tests.console.conftest import RunningConsole

NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "{{7*7}}{% include 'x' %}",
    "\u202eRTL\u2066",
    "</textarea></main></title><svg onload=alert(1)>",
    "&lt;b&gt;déjà échappé&lt;/b&gt;",
    "https://exemple.fr/<piège>",
)
ALL = " ".join(NASTY)
TAGS = {
    *("html", "head", "meta", "title", "link", "script", "body", "header", "nav", "main", "section", "div", "details"),
    *("h1", "h2", "h3", "p", "a", "span", "b", "br", "time", "ul", "ol", "li", "dl", "dt", "dd", "summary"),
    *("form", "fieldset", "legend", "label", "input", "textarea", "select", "option", "button", "template"),
}


class Markup(HTMLParser):
    """What a browser would make of a page: its elements, its addresses, its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.words: list[str] = []
        self.scripts = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.scripts += tag == "script"
        for name, value in attrs:
            assert not name.startswith("on") and name != "style", (tag, name)
            if name in ("href", "src", "action", "formaction"):
                self.links.append(value or "")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def checked(html: str) -> str:
    """The text of a page, once it is known to have nothing in it but our own markup."""
    found = Markup(html)
    assert found.tags <= TAGS, found.tags - TAGS
    assert found.scripts <= 1
    for link in found.links:
        assert re.match(r"(/(?!/)|#|tel:\+?\d+$)", link), link
    return "".join(found.words)


@pytest.fixture
def spoilt(console: RunningConsole) -> tuple[RunningConsole, uuid.UUID]:
    """A case where everything that others write is nasty."""
    citizen = on_a_step(console)
    with writing(console.engine) as session:
        session.execute(
            text("INSERT INTO places(id,name,about,digest,source_file) VALUES (:id,:name,'{}','x','x')"),
            {"id": ALL[:200], "name": ALL},
        )
        session.add(MediatorPlace(mediator_id=console.accounts["mediator"], place_id=ALL[:200]))
        session.get_one(Mediator, console.accounts["mediator"]).first_name = ALL[:80]
        session.get_one(Mediator, console.accounts["coordinator"]).last_name = ALL[:80]
    recap = {**RECAP, "title": ALL, "step_text": ALL, "tried": [ALL], "others": [ALL]}
    answers = {"a": {"question": ALL, "answer": ALL}, "b": {"question": ALL, "answer": "x", "label": ALL}}
    case = open_case(console, citizen, recap=recap, answers=answers, place_id=ALL[:200])
    account, cases = console.account("mediator"), console.console.cases
    cases.take(account, case)
    for one in NASTY:
        write(console, one)
    cases.reply(account, case, ALL, "abcdefgh")
    cases.note(account, case, ALL)
    console.service.now += timedelta(seconds=5)
    return console, case


def test_everything_is_text_on_the_page_and_in_the_fragment(spoilt: tuple[RunningConsole, uuid.UUID]) -> None:
    console, case = spoilt
    for path in (f"/mediateur/dossiers/{case}", "/mediateur"):
        for end in ("", "?fragment=1"):
            page = console.as_("mediator").get(path + end)
            assert page.status_code == 200
            shown = checked(page.text)
            for one in NASTY:
                assert one in shown.replace("\u00a0", " ") or path == "/mediateur", one
            assert "49" not in re.findall(r"\{\{.*?\}\}|49", shown), "no template was run"


def test_a_draft_that_comes_back_is_text(spoilt: tuple[RunningConsole, uuid.UUID]) -> None:
    console, case = spoilt
    browser: Any = console.as_("mediator")
    for act, form in (
        ("repondre", {"texte": ALL, "inserer": ALL, "request_id": '"><script>'}),
        ("rappel", {"jour": ALL, "moment": ALL, "formulaire": ALL}),
        ("etape", {"valeur": ALL, "etape": ALL, "choix": ""}),
        ("transferer", {"collegue": ALL, "lieu": "", "pourquoi": ALL}),
        ("note", {"note": ALL * 10}),
        ("fermer", {"closing": ALL, "report_day": ALL, "report_minutes": ALL, "report_themes": ALL}),
    ):
        page = browser.send(f"/mediateur/dossiers/{case}/{act}", **form)
        assert page.status_code in (200, 409, 422), act
        checked(page.text)


def test_the_name_of_a_sentence_in_the_address_is_not_shown(spoilt: tuple[RunningConsole, uuid.UUID]) -> None:
    console, case = spoilt
    for name in ("<script>alert(1)</script>", "done_<b>", "taken", "done_"):
        page = console.as_("mediator").get(f"/mediateur/dossiers/{case}", params={"fait": name})
        checked(page.text)
        assert '<p class="notice">' not in page.text


def test_an_address_in_a_message_is_not_a_link(spoilt: tuple[RunningConsole, uuid.UUID]) -> None:
    console, case = spoilt
    page = console.as_("mediator").get(f"/mediateur/dossiers/{case}").text
    assert "https://exemple.fr/" in page and 'href="http' not in page


def test_a_strange_number_makes_no_strange_link(console: RunningConsole) -> None:
    citizen = on_a_step(console)
    case = open_case(console, citizen, phone='" onclick="alert(1)')
    console.console.cases.take(console.account("mediator"), case)
    html = console.as_("mediator").get(f"/mediateur/dossiers/{case}").text
    checked(html)
    assert "tel:" not in html


def test_the_page_says_that_no_other_script_may_run(spoilt: tuple[RunningConsole, uuid.UUID]) -> None:
    console, case = spoilt
    policy = console.as_("mediator").get(f"/mediateur/dossiers/{case}").headers["content-security-policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy and "default-src 'none'" in policy
