"""The accounts pages: who may manage whom, invitations shown once, places, the last administrator."""

from __future__ import annotations

import re
import uuid
from html import unescape

import pytest
from sqlalchemy import select

from api.cases.report_words import page_words
from api.console import accounts
from api.console.account_desk import NotDone, changing
from api.console.gate import COOKIE
from api.console_models import JournalEntry, Mediator, MediatorPlace
from api.db import reading
from tests.console.conftest import RunningConsole
from tests.console.made_cases import add_place
from tests.console.reading_pages import words

pytestmark = pytest.mark.both

HERE = "/mediateur/comptes"
INVITATION = re.compile(r"http://localhost:8000(/mediateur/bienvenue/[\w-]+)")


def by_email(console: RunningConsole, email: str) -> Mediator | None:
    """The account of an address, if there is one."""
    with reading(console.engine) as session:
        return session.scalars(select(Mediator).where(Mediator.email == email)).one_or_none()


def page_of(console: RunningConsole, name: str) -> str:
    """The address of the page of an account."""
    return f"{HERE}/{console.accounts[name]}"


def test_a_coordinator_adds_a_mediator_whose_invitation_is_shown_once(console: RunningConsole) -> None:
    browser = console.as_("coordinator")
    page = browser.send(HERE, adresse=" Lea.Roux@Exemple.fr ", prenom="Léa", nom="Roux", territoire="oui")
    found = INVITATION.search(page.text)
    assert page.status_code == 200 and found and page.headers["cache-control"] == "no-store"
    made = by_email(console, "lea.roux@exemple.fr")
    assert made and (made.first_name, made.role, made.territory, made.active) == ("Léa", "mediator", True, True)
    assert console.browser().get(found[1]).status_code == 200
    assert not INVITATION.search(browser.get(HERE).text) and not INVITATION.search(
        browser.get(f"{HERE}/{made.id}").text
    )
    with reading(console.engine) as session:
        line = session.scalars(select(JournalEntry).where(JournalEntry.action == "account_added")).one()
        assert (line.who, line.detail) == ("coordinator@exemple.fr", str(made.id))


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"adresse": "lea"}, "Cette adresse e-mail n'est pas bonne."),
        ({"adresse": "mediator@exemple.fr"}, "Un compte a déjà cette adresse e-mail."),
        ({"prenom": " "}, "Donnez un prénom"),
        ({"role": "coordinator"}, "vous ne pouvez pas le donner"),
        ({"role": "administrator"}, "vous ne pouvez pas le donner"),
        ({"role": "king"}, "Ce rôle n'existe pas"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    console: RunningConsole, form: dict[str, str], sentence: str
) -> None:
    typed = {"adresse": "lea@exemple.fr", "prenom": "Léa", "nom": "Roux-<b>", **form}
    page = console.as_("coordinator").send(HERE, **typed)
    assert page.status_code == 409 and sentence in words(page.text)
    assert 'value="Roux-&lt;b&gt;"' in page.text and "Roux-<b>" not in page.text
    assert by_email(console, "lea@exemple.fr") is None


def test_an_administrator_gives_every_role_and_a_coordinator_sees_mediators_only(console: RunningConsole) -> None:
    console.as_("administrator").send(HERE, adresse="zoe@exemple.fr", prenom="Zoé", role="coordinator")
    made = by_email(console, "zoe@exemple.fr")
    assert made and made.role == "coordinator"
    assert "zoe@exemple.fr" in console.as_("administrator").get(HERE).text
    seen = console.as_("coordinator").get(HERE).text
    assert "mediator@exemple.fr" in seen and "zoe@exemple.fr" not in seen and "administrator@exemple.fr" not in seen


ACTS = ("", "/modifier", "/lieux", "/desactiver", "/reactiver", "/reinitialiser")


@pytest.mark.parametrize("act", ACTS)
def test_a_coordinator_reaches_no_other_role_not_even_their_own(console: RunningConsole, act: str) -> None:
    browser = console.as_("coordinator")
    for id_ in (console.accounts["coordinator"], console.accounts["administrator"], uuid.uuid4(), "x"):
        address = f"{HERE}/{id_}{act}"
        page = browser.send(address, prenom="X", role="mediator") if act else browser.get(address)
        assert page.status_code == 404, address
    assert console.mediator("administrator").active and console.mediator("coordinator").role == "coordinator"


def test_names_and_scope_are_changed(console: RunningConsole) -> None:
    browser, here = console.as_("coordinator"), page_of(console, "mediator")
    assert "Ne voit aucun dossier en attente." not in words(browser.get(HERE).text)
    done = browser.send(f"{here}/modifier", prenom="  Anne   Lise ", nom="Petit")
    assert done.status_code == 303 and "Le compte est enregistré." in words(browser.get(done.headers["location"]).text)
    row = console.mediator("mediator")
    assert (row.first_name, row.last_name, row.territory, row.role) == ("Anne Lise", "Petit", False, "mediator")
    assert "Ne voit aucun dossier en attente. Donnez-lui un lieu" in words(browser.get(HERE).text)
    refused = browser.send(f"{here}/modifier", prenom="Anne", role="administrator")
    assert refused.status_code == 409 and console.mediator("mediator").role == "mediator"


def test_nobody_changes_disables_or_resets_their_own_account(console: RunningConsole) -> None:
    browser, here = console.as_("administrator"), page_of(console, "administrator")
    console.add("second", role="administrator")
    for act, form in (
        ("/modifier", {"prenom": "A", "role": "coordinator"}),
        ("/desactiver", {}),
        ("/reinitialiser", {}),
    ):
        page = browser.send(here + act, **form)
        assert page.status_code == 409 and "sur votre propre compte" in words(page.text), act
    row = console.mediator("administrator")
    assert row.active and row.role == "administrator" and row.invite_digest is None
    assert browser.send(f"{here}/modifier", prenom="Ada").status_code == 303, "one's name may change"


def test_two_administrators_who_disable_each_other_leave_one(console: RunningConsole) -> None:
    console.add("second", role="administrator")
    stale = console.account("administrator")  # as a request that began before knows it
    assert console.as_("second").send(f"{page_of(console, 'administrator')}/desactiver").status_code == 303
    assert not console.mediator("administrator").active
    with pytest.raises(NotDone) as refused, changing(console.console, stale, str(console.accounts["second"])) as made:
        accounts.disable(*made, console.service.now, stale)
    assert refused.value.name == "account_last_administrator" and console.mediator("second").active
    assert refused.value.name in page_words()["accounts_page"]["said"]


def test_every_problem_of_an_account_has_its_sentence() -> None:
    on_pages = set(accounts.PROBLEMS) - {"account_unknown"}  # the pages name accounts by their id
    assert on_pages <= page_words()["accounts_page"]["said"].keys()


def test_disabling_ends_the_sessions_and_enabling_gives_the_account_back(console: RunningConsole) -> None:
    theirs, browser, here = console.as_("mediator"), console.as_("coordinator"), page_of(console, "mediator")
    assert theirs.get("/mediateur").status_code == 200
    browser.send(f"{here}/desactiver")
    assert theirs.get("/mediateur").status_code == 303
    assert "Désactivé" in words(browser.get(here).text)
    refused = browser.send(f"{here}/reinitialiser")
    assert refused.status_code == 409 and "Réactivez-le d'abord." in words(refused.text)
    assert browser.send(f"{here}/reactiver").status_code == 303
    assert console.mediator("mediator").active


def test_a_new_invitation_is_shown_once_and_ends_the_sessions(console: RunningConsole) -> None:
    theirs, browser, here = console.as_("mediator"), console.as_("coordinator"), page_of(console, "mediator")
    page = browser.send(f"{here}/reinitialiser")
    assert page.status_code == 200 and INVITATION.search(page.text)
    assert theirs.get("/mediateur").status_code == 303 and theirs.cookies.get(COOKIE, path="/mediateur")
    assert not INVITATION.search(browser.get(here).text)


def test_places_are_found_added_and_taken_away(console: RunningConsole) -> None:
    name = '<script>alert("é")</script>'
    add_place(console, "a/b?c=1&d", name=name)
    browser, here = console.as_("coordinator"), page_of(console, "mediator")
    found = browser.get(f"{here}?cherche=beauvais")
    assert name in unescape(found.text) and "<script>alert" not in found.text
    assert browser.send(f"{here}/lieux", ajouter="a/b?c=1&d").status_code == 303
    assert browser.send(f"{here}/lieux", ajouter="a/b?c=1&d").status_code == 303, "twice changes nothing"
    with reading(console.engine) as session:
        assert session.scalars(select(MediatorPlace.place_id)).all() == ["a/b?c=1&d"]
    page = browser.get(here)
    assert name in unescape(page.text) and "<script>alert" not in page.text
    browser.send(f"{here}/lieux", retirer="a/b?c=1&d")
    assert "Aucun lieu." in words(browser.get(here).text)
    unknown = browser.send(f"{here}/lieux", ajouter="nowhere")
    assert unknown.status_code == 409 and "Ce lieu n'est pas dans l'annuaire." in words(unknown.text)
