"""The team page: what waits too long, loads, and passing a case on."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest

from api.case_models import Handoff
from api.db import reading
from tests.console.conftest import RunningConsole
from tests.console.made_cases import add_case, add_place, at
from tests.console.reading_pages import words

pytestmark = pytest.mark.both


def row(console: RunningConsole, case: uuid.UUID) -> Handoff:
    """A case as it is now."""
    with reading(console.engine) as session:
        return session.get_one(Handoff, case)


def test_the_page_shows_what_waits_too_long_first_and_the_loads(console: RunningConsole) -> None:
    add_place(console, "here", name="Maison du lac")
    now = console.service.now
    console.add("nadia", places=("here",), present_until=now + timedelta(minutes=1))
    console.add("paul", available=False)
    console.add("ancien", active=False)
    waits = add_case(console, place_id="here", created_at=at(console, hours=5))
    late = add_case(console, late_since=at(console, hours=3), rung=2, reason="stuck")
    add_case(console, held_by="nadia", place_id="here")
    add_case(console, held_by="nadia", status="closed", closed_at=at(console, days=2))
    add_case(console, held_by="nadia", status="closed", closed_at=at(console, days=40))
    html = console.as_("coordinator").get("/mediateur/equipe").text
    page = words(html)
    assert html.index(str(late)) < html.index(str(waits)), "late ones on top"
    assert "En retard depuis 3 h" in page and "Déjà proposé ailleurs : 2 fois" in page and "Bloque à une étape" in page
    assert "Nadia Martin Là en ce moment 1 1" in page and "Paul Martin Absent 0 0" in page
    assert "Ancien" not in page
    assert "Maison du lac 1 1 1" in page, "waiting, held, mediators"


def test_a_case_is_handed_to_a_colleague_who_then_holds_it(console: RunningConsole) -> None:
    nadia, case = console.add("nadia"), add_case(console, late_since=at(console, hours=3))
    browser = console.as_("coordinator")
    done = browser.send("/mediateur/equipe/confier", dossier=str(case), collegue=str(nadia), pourquoi="urgent")
    assert done.status_code == 303
    assert "Le dossier est confié." in words(browser.get(done.headers["location"]).text)
    assert (row(console, case).mediator_id, row(console, case).late_since) == (nadia, None)


def test_a_case_is_handed_to_the_queue_of_a_place_even_when_somebody_holds_it(console: RunningConsole) -> None:
    add_place(console, "here")
    console.add("nadia", places=("here",))
    case = add_case(console, held_by="mediator")
    done = console.as_("coordinator").send("/mediateur/equipe/confier", dossier=str(case), lieu="here")
    assert done.status_code == 303
    assert (row(console, case).mediator_id, row(console, case).place_id) == (None, "here")


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Choisissez un collègue ou un lieu, pas les deux."),
        ({"collegue": str(uuid.uuid4()), "lieu": "here"}, "Choisissez un collègue ou un lieu, pas les deux."),
        ({"collegue": str(uuid.uuid4())}, "Choisissez un collègue dans la liste."),
        ({"collegue": "nadia"}, "Choisissez un collègue dans la liste."),
        ({"lieu": "nowhere"}, "Choisissez un lieu dans la liste."),
        ({"lieu": "empty"}, "Personne n'a de compte actif dans ce lieu."),
        ({"dossier": str(uuid.uuid4()), "lieu": "here"}, "Ce dossier n'existe plus."),
        ({"dossier": "=1", "lieu": "here"}, "Ce dossier n'existe plus."),
    ],
)
def test_what_cannot_be_done_is_said(console: RunningConsole, form: dict[str, str], sentence: str) -> None:
    add_place(console, "empty")
    case = add_case(console)
    page = console.as_("coordinator").send("/mediateur/equipe/confier", **{"dossier": str(case), **form})
    assert page.status_code == 409 and sentence in words(page.text)
    assert row(console, case).mediator_id is None


def test_a_closed_case_stays_closed(console: RunningConsole) -> None:
    nadia, case = console.add("nadia"), add_case(console, status="closed", closing="aide")
    page = console.as_("coordinator").send("/mediateur/equipe/confier", dossier=str(case), collegue=str(nadia))
    assert page.status_code == 409 and "Ce dossier est terminé." in words(page.text)
    assert row(console, case).status == "closed"


def test_empty_parts_say_so(console: RunningConsole) -> None:
    page = words(console.as_("coordinator").get("/mediateur/equipe").text)
    assert "Personne n'attend trop longtemps." in page and "Aucun dossier n'attend." in page


def test_danger_comes_first_and_each_case_has_a_name_of_its_own(console: RunningConsole) -> None:
    older = add_case(console, created_at=at(console, hours=5))
    danger = add_case(console, reason="safety", created_at=at(console, hours=1))
    html = console.as_("coordinator").get("/mediateur/equipe").text
    assert html.index(str(danger)) < html.index(str(older))
    links = re.findall(r'<h3><a href="/mediateur/dossiers/[^"]*">(.*?)</a></h3>', html)
    folds = re.findall(r"<summary>(.*?)</summary>", html)
    assert len(set(links)) == len(set(folds)) == 2, (links, folds)
