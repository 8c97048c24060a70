"""The page of a case: what it shows to whom, each act on it, and what a refusal looks like."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from api.case_models import CaseNote
from api.cases.refusals import REFUSALS
from api.citizens import erase
from api.console_models import JournalEntry
from api.db import reading, writing
from bot.masking import MARKS
from tests.conftest import ROOT
from tests.console.case_kit import PHONE, a_case, citizen_of, on_a_step, open_case, row, said_by_people, write
from tests.console.conftest import Browser, RunningConsole
from tests.console.reading_pages import hidden, part, section, words

OTHER = "+33612345679"
REPORT = {"report_day": "2026-11-22", "report_minutes": "30", "report_themes": ["social_sante"]}


def at(case: uuid.UUID | str, act: str = "") -> str:
    return f"/mediateur/dossiers/{case}{act}"


def mine(console: RunningConsole, who: str = "mediator", **wanted: Any) -> tuple[uuid.UUID, Browser]:
    """A case in the hands of an account, and its browser."""
    case, browser = a_case(console, **wanted), console.as_(who)
    assert browser.send(at(case, "/prendre")).status_code == 303
    return case, browser


# What is shown


def test_before_it_is_taken_the_number_is_hidden_and_nothing_can_be_said(console: RunningConsole) -> None:
    case, browser = a_case(console, due="2026-11-30"), console.as_("mediator")
    page = browser.get(at(case)).text
    assert "06 •• •• •• 78" in words(page) and "tel:" not in page and "612345678" not in page
    assert "Prenez le dossier pour voir le numéro entier." in words(page)
    assert "repondre" not in page and 'action="' + at(case, "/prendre") in page


def test_who_holds_it_sees_the_number_the_step_and_the_answers(console: RunningConsole) -> None:
    answers = {"aide": {"question": "Quelle aide recevez-vous ?", "answer": "rsa", "label": "Le RSA"}}
    case, browser = mine(console, answers=answers)
    page = browser.get(at(case)).text
    assert f'href="tel:{PHONE}"' in page and "06 12 34 56 78" in words(page)
    assert "Prenez vos papiers du jour." in part(page, "partie-etape")
    assert "Quelle aide recevez-vous ? Le RSA" in part(page, "partie-recap")
    assert "Je n'ai pas mes papiers" in part(page, "partie-recap")
    assert "le rsa" in words(section(page, "fil")), "the conversation"


def test_of_a_call_that_is_owed_the_half_day_is_shown_and_no_other_limit(console: RunningConsole) -> None:
    call = {"mode": "callback", "callback_on": console.service.now.date().isoformat(), "callback_half": "afternoon"}
    case, browser = mine(console, **call)
    for address in (at(case), "/mediateur"):
        assert "Répondre avant" not in words(browser.get(address).text)
    console.service.now += timedelta(seconds=5)
    write(console, "vous m'entendez")
    for address in (at(case), "/mediateur"):
        assert "Répondre avant" in words(browser.get(address).text), "a word is owed too"


@pytest.mark.parametrize("consent", ["non", "pas_clair", None])
def test_without_a_yes_nothing_said_before_is_shown(console: RunningConsole, consent: str | None) -> None:
    case, browser = mine(console, consent=consent, answers={"a": {"question": "Q ?", "answer": "ma réponse secrète"}})
    page = browser.get(at(case)).text
    fil = words(section(page, "fil"))
    assert "le rsa" not in fil and "secrète" not in page
    assert "Les messages d'avant ne sont pas montrés" in words(page)
    write(console, "vous êtes là")
    assert "vous êtes là" in words(section(browser.get(at(case)).text, "fil")), "said to the person in charge"


def test_how_to_speak_to_them_is_in_words(console: RunningConsole) -> None:
    citizen = on_a_step(console)
    write(console, "plus lentement")
    browser, case = console.as_("mediator"), open_case(console, citizen)
    assert "Parler lentement" in words(browser.get(at(case)).text)


def test_a_coordinator_moves_the_case_of_a_colleague_and_does_not_speak_for_them(console: RunningConsole) -> None:
    case, _ = mine(console)
    browser = console.as_("coordinator")
    page = browser.get(at(case)).text
    assert "Mediator s'en occupe." in words(page)
    assert "/repondre" not in page and "/etape" not in page and "tel:" not in page
    assert at(case, "/transferer") in page and at(case, "/liberer") in page
    refused = browser.send(at(case, "/repondre"), texte="Bonjour", request_id="abcdefgh")
    assert refused.status_code == 409 and "Mediator a déjà pris ce dossier." in words(refused.text)
    assert said_by_people(console, citizen_of(console, PHONE)) == []


def test_an_opening_is_journaled_once_for_ten_minutes(console: RunningConsole) -> None:
    case, browser = a_case(console), console.as_("mediator")

    def opened() -> int:
        with reading(console.engine) as session:
            found = select(func.count()).where(JournalEntry.action == "opened", JournalEntry.handoff_id == case)
            return session.scalar(found) or 0

    for _ in range(3):
        browser.get(at(case))
    assert opened() == 1
    console.service.now += timedelta(minutes=11)
    browser.get(at(case, "?fragment=1"))
    assert opened() == 2


# The acts


def test_an_answer_goes_out_once_whatever_is_pressed_twice(console: RunningConsole) -> None:
    case, browser = mine(console)
    console.service.mailbox.letters.clear()
    request = hidden(browser.get(at(case)).text, "request_id")
    for _ in range(2):
        done = browser.send(at(case, "/repondre"), texte="Bonjour, je vous aide.", request_id=request)
        assert done.headers["location"].startswith(at(case))
    assert said_by_people(console, citizen_of(console, PHONE)) == ["Bonjour, je vous aide."]
    page = browser.get(at(case)).text
    assert page.count("Bonjour, je vous aide.") == 1
    assert re.search(r'class="fate">\s*(en attente|envoyé|remis)', page)
    assert hidden(page, "request_id") != request


def test_a_number_in_the_mediators_own_words_is_masked(console: RunningConsole) -> None:
    case, browser = mine(console)
    browser.send(at(case, "/repondre"), texte="Votre numéro est bien 2 69 05 49 588 157 80 ?", request_id="abcdefgh")
    assert MARKS["nir"] in said_by_people(console, citizen_of(console, PHONE))[0]


def test_a_text_that_cannot_be_said_stays_in_its_field(console: RunningConsole) -> None:
    case, browser = mine(console)
    for text, problem in (("  ", "Le texte est vide."), ("é" * 2001, "Ce texte est trop long.")):
        page = browser.send(at(case, "/repondre"), texte=text, request_id="abcdefgh")
        assert page.status_code == 409 and problem in words(page.text)
        assert f">{text}</textarea>" in page.text
        assert hidden(page.text, "request_id") == "abcdefgh"


def test_the_size_of_a_text_is_told_in_sms(console: RunningConsole) -> None:
    case, browser = mine(console)
    page = browser.send(at(case, "/repondre"), texte="a" * 161, inserer="inconnu").text
    assert "161 caractères, 2 SMS" in words(page)


def test_a_ready_answer_is_inserted_without_script(console: RunningConsole) -> None:
    case, browser = mine(console)
    page = browser.send(at(case, "/repondre"), texte="Bonjour.", request_id="abcdefgh", inserer="why")
    assert page.status_code == 200
    assert "Bonjour.\nLa CAF a déjà écrit des montants." in page.text
    assert said_by_people(console, citizen_of(console, PHONE)) == []


def test_notes_are_for_colleagues(console: RunningConsole) -> None:
    case, browser = mine(console)
    assert browser.send(at(case, "/note"), note="Entend mal.").status_code == 303
    assert "Mediator" in part(console.as_("coordinator").get(at(case)).text, "partie-notes")
    with reading(console.engine) as session:
        assert session.scalar(select(func.count()).select_from(CaseNote)) == 1
    assert all("Entend mal." not in letter.rendered.text for letter in console.service.mailbox.letters)


def test_a_step_is_answered_in_their_place(console: RunningConsole) -> None:
    case, browser = mine(console)
    step = hidden(browser.get(at(case)).text, "etape")
    done = browser.send(at(case, "/etape"), etape=step, choix="fait", dire="oui")
    assert done.status_code == 303
    page = browser.get(at(case)).text
    assert "Ouvrez le site de la CAF." in part(page, "partie-etape")
    assert "Ouvrez le site de la CAF." in words(section(page, "fil")), "the next step was said"
    again = browser.send(at(case, "/etape"), etape=step, choix="fait")
    assert again.status_code == 409 and "L'étape a changé pendant ce temps." in words(again.text)


def test_an_answer_that_does_not_fit_is_said_and_kept(console: RunningConsole) -> None:
    case, browser = mine(console)
    page = browser.send(at(case, "/etape"), etape="papiers", valeur="peut-être")
    assert page.status_code == 409 and "Cette réponse ne va pas à l'étape." in words(page.text)


def test_the_waiting_step_is_sent_again(console: RunningConsole) -> None:
    case, browser = mine(console)
    assert browser.send(at(case, "/envoyer-etape")).headers["location"].endswith("done_send_step")
    assert "Prenez vos papiers du jour" in words(section(browser.get(at(case)).text, "fil"))


def test_a_call_back_is_planned_then_made(console: RunningConsole) -> None:
    case, browser = mine(console)
    assert browser.send(at(case, "/rappel"), jour="2026-11-24", moment="morning").status_code == 303
    assert "Rappel prévu : mardi 24 novembre matin." in words(browser.get(at(case)).text)
    assert browser.send(at(case, "/appele"), joint="non").status_code == 303
    assert "personne pas jointe" in part(browser.get(at(case)).text, "partie-mouvements")


def test_a_day_that_does_not_fit(console: RunningConsole) -> None:
    case, browser = mine(console)
    for jour, moment, problem in (
        ("2026-11-21", "", "Ce jour est passé."),
        ("demain", "", "Donnez un jour"),
        ("", "morning", "Donnez un jour"),
        ("2026-11-25", "nuit", "Choisissez un moment"),
    ):
        page = browser.send(at(case, "/rappel"), jour=jour, moment=moment, formulaire="rappel")
        assert page.status_code == 409 and problem in words(page.text)
        assert '<details id="rappel" open>' in page.text, "where it was typed"


def test_given_to_a_colleague(console: RunningConsole) -> None:
    lea = console.add("lea")
    case, browser = mine(console)
    done = browser.send(at(case, "/transferer"), collegue=str(lea), pourquoi="Elle connaît la CAF.")
    assert done.headers["location"] == "/mediateur?fait=done_transfer"
    assert row(console, case).mediator_id == lea
    assert "Ce dossier n'est pas là" in words(browser.get(at(case)).text)
    assert "Elle connaît la CAF." in words(console.as_("lea").get(at(case)).text)


def test_given_to_nobody(console: RunningConsole) -> None:
    case, browser = mine(console)
    for form, problem in (
        ({}, "Choisissez un collègue ou un lieu."),
        ({"collegue": "x" * 36, "lieu": ""}, "Choisissez un collègue dans la liste."),
        ({"collegue": str(uuid.uuid4())}, "Choisissez un collègue dans la liste."),
        ({"lieu": "nulle part"}, "Choisissez un lieu dans la liste."),
        ({"collegue": str(uuid.uuid4()), "lieu": "ici"}, "pas les deux"),
    ):
        page = browser.send(at(case, "/transferer"), **form)
        assert page.status_code == 409 and problem in words(page.text)
    assert row(console, case).mediator_id == console.accounts["mediator"]


def test_put_back_in_the_queue(console: RunningConsole) -> None:
    case, browser = mine(console)
    assert browser.send(at(case, "/liberer")).headers["location"] == "/mediateur?fait=done_release"
    assert row(console, case).mediator_id is None
    assert "Le dossier est remis en attente." in words(browser.get("/mediateur?fait=done_release").text)


def test_closed_with_its_report(console: RunningConsole) -> None:
    case, browser = mine(console)
    page = browser.send(at(case, "/fermer"), closing="aide", reprendre="oui", **{**REPORT, "report_minutes": "0"})
    assert page.status_code == 422 and "La durée n'est pas bonne." in words(page.text)
    assert 'id="fin-aide" name="closing" value="aide" required checked' in page.text, "what was chosen stays"
    assert row(console, case).status == "open"
    done = browser.send(at(case, "/fermer"), closing="aide", reprendre="oui", **REPORT)
    assert done.headers["location"] == "/mediateur?fait=done_close"
    kept = row(console, case)
    assert (kept.status, kept.closing) == ("closed", "aide")
    assert kept.unseal(console.vault, "report_sealed")["minutes"] == 30
    page = browser.get(at(case)).text
    assert "Dossier terminé aujourd'hui : Personne aidée." in words(page) and "<form" not in section(page, "contenu")


def test_a_case_ends_with_a_word_of_the_list(console: RunningConsole) -> None:
    case, browser = mine(console)
    for closing in ("", "oublie", "autre"):
        page = browser.send(at(case, "/fermer"), closing=closing, **REPORT)
        assert page.status_code == 409 and "Choisissez comment le dossier se termine." in words(page.text)
    assert row(console, case).status == "open"


def test_consent_is_asked_through_the_assistant(console: RunningConsole) -> None:
    case, browser = mine(console, consent="non")
    assert browser.send(at(case, "/accord")).status_code == 303
    write(console, "oui")
    assert row(console, case).consent == "oui"
    assert "le rsa" in words(section(browser.get(at(case)).text, "fil"))


# When somebody or something was faster


def test_every_refusal_has_its_sentence(console: RunningConsole) -> None:
    said = console.console.pages.words["dossier"]["said"]
    code = "".join(path.read_text() for path in (ROOT / "api" / "console").glob("*.py"))
    named = set(REFUSALS) | set(re.findall(r'"(done_\w+)"', code)) | set(re.findall(r'Refused\("(\w+)"\)', code))
    assert named - set(said) == {"done_reply"}, "an answer is seen in the conversation: nothing more to say"


def test_who_comes_second_is_told_who_was_first(console: RunningConsole) -> None:
    console.add("lea", territory=True)
    case = a_case(console)
    assert console.as_("lea").send(at(case, "/prendre")).status_code == 303
    page = console.as_("mediator").send(at(case, "/prendre"))
    assert "Lea a déjà pris ce dossier." in words(page.text)
    assert PHONE not in page.text and "le rsa" not in page.text
    assert row(console, case).mediator_id == console.accounts["lea"]


def test_a_reply_to_a_case_that_went_elsewhere_says_nothing(console: RunningConsole) -> None:
    case, browser = mine(console)
    console.console.cases.transfer(console.account("mediator"), case, console.add("lea"), None, "")
    page = browser.send(at(case, "/repondre"), texte="Trop tard", request_id="abcdefgh")
    assert page.status_code == 404 and "Ce dossier n'est pas là" in words(page.text)
    assert said_by_people(console, citizen_of(console, PHONE)) == []


def test_a_case_that_was_closed_meanwhile(console: RunningConsole) -> None:
    case, browser = mine(console)
    console.console.cases.close(console.account("mediator"), case, "aide", None)
    page = browser.send(at(case, "/repondre"), texte="Encore un mot", request_id="abcdefgh")
    assert page.status_code == 409 and "Ce dossier est terminé." in words(page.text)


ACTS = (
    "", "/prendre", "/repondre", "/note", "/etape", "/envoyer-etape", "/liberer", "/transferer", "/rappel", "/appele",
    "/fermer", "/accord",
)  # fmt: skip


@pytest.mark.parametrize("which", ["forgotten", "foreign", "no id"])
def test_a_case_that_is_not_there_is_one_clear_page(console: RunningConsole, which: str) -> None:
    case: Any = a_case(console, place_id="loin" if which == "foreign" else None)
    if which == "forgotten":
        with writing(console.engine) as session:
            erase(session, citizen_of(console, PHONE))
    browser = console.as_("mediator")
    for act in ACTS:
        path = at("abc" if which == "no id" else case, act)
        form = {"texte": "x", "closing": "aide", "etape": "papiers", "jour": "2026-11-25", "lieu": "x", **REPORT}
        page = browser.send(path, **form) if act else browser.get(path)
        assert page.status_code == 404, act
        assert "Ce dossier n'est pas là" in words(page.text) and "Voir les dossiers" in words(page.text)


def test_who_cannot_be_written_to_is_said(console: RunningConsole) -> None:
    case, browser = mine(console)
    write(console, "STOP")
    page = browser.get(at(case)).text
    assert "ne reçoit pas de message écrit" in words(page)
    refused = browser.send(at(case, "/repondre"), texte="Allô", request_id="abcdefgh")
    assert refused.status_code == 409 and "Rien n'a été envoyé." in words(refused.text)
