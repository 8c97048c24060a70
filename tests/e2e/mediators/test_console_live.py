"""The pages of the mediators in a real browser: what changes comes by itself, and what is being typed stays."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from api.console.gate import COOKIE
from api.db import writing
from tests.console.case_kit import PHONE, a_case, citizen_of, row, said_by_people, write
from tests.console.conftest import RunningConsole
from tests.e2e.chat import check_accessible
from tests.e2e.conftest import PATIENCE
from tests.served import served

pytestmark = pytest.mark.browser
OTHER = "+33612345679"
TEXT = "Votre message"
NOTE = "Nouvelle note"
BELOW = (
    "() => { const log = document.getElementById('fil'); return log.scrollHeight - log.scrollTop - log.clientHeight }"
)
LONG = "je vois une page avec beaucoup de choses " * 6

Open = Callable[..., Page]


def shows_the_newest(page: Page) -> None:
    """The conversation is scrolled to its end, or soon will be (the page's policy forbids to wait in it)."""
    for _ in range(PATIENCE // 100):
        if page.evaluate(BELOW) < 2:
            return
        page.wait_for_timeout(100)
    raise AssertionError("the newest message is out of sight")


@pytest.fixture
def new_database(sqlite_template: Path, tmp_path: Path) -> Callable[[], str]:
    """One kind of database is enough to look at pages."""

    def made(migrated: bool = True) -> str:
        path = tmp_path / f"{uuid.uuid4().hex}.db"
        shutil.copy(sqlite_template, path)
        return f"sqlite:///{path}"

    return made


@pytest.fixture
def site(console: RunningConsole) -> Iterator[str]:
    """The address of the running console."""
    with served(console.service.app) as address:
        yield address


@pytest.fixture
def open_page(browser: Browser, console: RunningConsole, site: str) -> Iterator[Open]:
    """Opens a page as an account. The test fails if the page complains in its console."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(path: str, who: str = "mediator", width: int = 1280) -> Page:
        context = browser.new_context(base_url=site, locale="fr-FR", viewport={"width": width, "height": 740})
        contexts.append(context)
        with writing(console.engine) as session:
            cookie = console.console.gate.sessions.open(session, console.accounts[who], second_factor=True)
        context.add_cookies([{"name": COOKIE, "value": cookie, "url": f"{site}/mediateur"}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda line: (
                complaints.append(line.text)
                if line.type == "error" and "Failed to load resource" not in line.text
                else None
            ),
        )
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def taken(console: RunningConsole, who: str = PHONE) -> uuid.UUID:
    """A case in the mediator's hands."""
    case = a_case(console, who)
    console.console.cases.take(console.account("mediator"), case)
    return case


def later(console: RunningConsole) -> None:
    """A little later."""
    console.service.now += timedelta(seconds=5)


def test_a_message_comes_while_one_types(console: RunningConsole, open_page: Open) -> None:
    case = taken(console)
    page = open_page(f"/mediateur/dossiers/{case}")
    field = page.get_by_label(TEXT)
    field.fill("Je vous réponds tout de")
    field.evaluate("one => one.setSelectionRange(2, 7)")
    page.locator("#rappel > summary").click()
    field.focus()
    later(console)
    write(console, "vous êtes là")
    expect(page.get_by_role("log").get_by_text("vous êtes là")).to_be_visible()
    expect(field).to_have_value("Je vous réponds tout de")
    expect(field).to_be_focused()
    assert field.evaluate("one => [one.selectionStart, one.selectionEnd]") == [2, 7]
    assert page.locator("#rappel").evaluate("one => one.open"), "what was unfolded stays so"
    expect(page.locator("#annonce")).to_have_text("Nouveau message.")
    expect(page).to_have_title("(1) Déclarer vos ressources à la CAF tous les trois mois · Allô Démarches : médiateurs")


def test_a_draft_outlives_the_step_it_was_written_at(console: RunningConsole, open_page: Open) -> None:
    case = taken(console)
    page = open_page(f"/mediateur/dossiers/{case}")
    page.get_by_text("Réponses prêtes").click()
    page.get_by_label(TEXT).fill("Prenez votre temps")
    page.get_by_label("Nouvelle note").fill("Une note à finir")
    later(console)
    console.console.cases.drive(console.account("mediator"), case, "fait", "papiers", say=False)
    expect(page.locator("#prete-step")).to_contain_text("Ouvrez le site de la CAF.")
    expect(page.get_by_label(TEXT)).to_have_value("Prenez votre temps")
    expect(page.get_by_label("Nouvelle note")).to_have_value("Une note à finir")
    expect(page.get_by_label("Nouvelle note")).to_be_focused()


def test_an_answer_is_sent_without_leaving_the_page(console: RunningConsole, open_page: Open) -> None:
    case = taken(console)
    page = open_page(f"/mediateur/dossiers/{case}")
    page.evaluate("window.same = true")
    page.get_by_label(TEXT).fill("Bonjour, je vous aide.")
    later(console)
    page.locator("#envoyer").dblclick()
    expect(page.get_by_role("log").get_by_text("Bonjour, je vous aide.")).to_be_visible()
    expect(page.get_by_label(TEXT)).to_have_value("")
    later(console)
    page.get_by_label(TEXT).fill("Une autre chose.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("log").get_by_text("Une autre chose.")).to_be_visible()
    assert said_by_people(console, citizen_of(console, PHONE)) == ["Bonjour, je vous aide.", "Une autre chose."]
    assert page.evaluate("window.same"), "the page was never loaded again"


def test_a_cut_line_keeps_the_text_and_says_it_once(console: RunningConsole, open_page: Open) -> None:
    case = taken(console)
    page = open_page(f"/mediateur/dossiers/{case}")

    def lose_the_answer(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/repondre", lose_the_answer)
    page.get_by_label(TEXT).fill("Bonjour.")
    page.locator("#envoyer").click()
    expect(page.locator("#annonce")).to_have_text("L'envoi n'a pas marché. Votre texte est gardé. Réessayez.")
    expect(page.get_by_label(TEXT)).to_have_value("Bonjour.")
    page.unroute("**/repondre")
    page.locator("#envoyer").click()
    expect(page.get_by_label(TEXT)).to_have_value("")
    assert said_by_people(console, citizen_of(console, PHONE)) == ["Bonjour."]


def test_a_ready_answer_goes_where_one_types(console: RunningConsole, open_page: Open) -> None:
    case = taken(console)
    page = open_page(f"/mediateur/dossiers/{case}")
    page.get_by_label(TEXT).fill("Bonjour.")
    page.get_by_text("Réponses prêtes").click()
    page.locator("#prete-why").click()
    expect(page.get_by_label(TEXT)).to_have_value(
        "Bonjour.\nLa CAF a déjà écrit des montants. Vos papiers servent à vérifier."
    )
    expect(page.locator("#compte")).to_have_text("74 caractères, 1 SMS")
    page.get_by_label(TEXT).fill("€" * 81)
    expect(page.locator("#compte")).to_have_text("81 caractères, 2 SMS")


def test_what_was_refused_stays_in_its_field(console: RunningConsole, open_page: Open) -> None:
    case = taken(console)
    page = open_page(f"/mediateur/dossiers/{case}")
    page.get_by_label(TEXT).fill("Un début de réponse")
    page.get_by_label("Nouvelle note").fill(" ")
    page.get_by_role("button", name="Garder la note").click()
    expect(page.get_by_role("alert")).to_have_text("Le texte est vide. Écrivez quelque chose.")
    expect(page.get_by_label(TEXT)).to_have_value("Un début de réponse")


def test_a_step_is_driven_from_the_page(console: RunningConsole, open_page: Open) -> None:
    case = taken(console)
    page = open_page(f"/mediateur/dossiers/{case}")
    later(console)
    page.get_by_role("button", name="C'est fait").click()
    expect(page.locator(".step-words")).to_contain_text("Ouvrez le site de la CAF.")
    expect(page.locator("#fait")).to_have_text("La réponse est notée.")


def test_the_title_counts_who_waits_for_an_answer_elsewhere(console: RunningConsole, open_page: Open) -> None:
    case, other = taken(console), taken(console, OTHER)
    page = open_page(f"/mediateur/dossiers/{case}")
    expect(page.locator("#lien")).to_be_empty()
    later(console)
    write(console, "je suis perdue", OTHER)
    expect(page.locator("#annonce")).to_have_text("Nouveau message.")
    assert page.title().startswith("(1) ")
    assert "perdue" not in page.content() and str(other) not in page.content()
    a_case(console, "+33612345670")
    expect(page.locator("#annonce")).to_have_text("Un dossier attend.")


def test_a_case_that_goes_away_leaves_a_clear_page(console: RunningConsole, open_page: Open) -> None:
    case = taken(console)
    page = open_page(f"/mediateur/dossiers/{case}")
    later(console)
    lea = console.add("lea")
    console.console.cases.transfer(console.account("mediator"), case, lea, None, "")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce dossier n'est pas là")
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_a_new_case_comes_into_the_list(console: RunningConsole, open_page: Open) -> None:
    page = open_page("/mediateur")
    page.get_by_label("Code de la personne").fill("123")
    expect(page.get_by_text("Personne n'attend.")).to_be_visible()
    case = a_case(console)
    expect(page.locator(f"#prendre-attente-{case}")).to_be_visible()
    expect(page.get_by_label("Code de la personne")).to_have_value("123")
    page.locator(f"#prendre-attente-{case}").click()
    expect(page.get_by_text("Vous vous occupez de ce dossier.")).to_be_visible()
    assert row(console, case).mediator_id == console.accounts["mediator"]


def test_a_page_that_is_cut_says_so_and_comes_back(console: RunningConsole, open_page: Open) -> None:
    page = open_page("/mediateur/compte")
    page.route("**/evenements*", lambda route: route.abort())
    page.goto("/mediateur")
    expect(page.locator("#lien")).to_contain_text("Hors ligne.")
    page.unroute("**/evenements*")
    expect(page.locator("#lien")).to_be_empty()


def played_more_than(page: Page, before: int) -> int:
    """How many sounds were played, once there are more than `before` (the page's policy forbids to wait in it)."""
    for _ in range(100):
        played: int = page.evaluate("played")
        if played > before:
            return played
        page.wait_for_timeout(100)
    raise AssertionError("no sound")


def test_sound_is_only_for_who_asked(console: RunningConsole, open_page: Open) -> None:
    page = open_page("/mediateur")
    page.evaluate(
        "() => { window.played = 0; const real = AudioContext.prototype.createOscillator;"
        " AudioContext.prototype.createOscillator = function () { played += 1; return real.call(this); }; }"
    )
    a_case(console)
    expect(page.locator("#partie-attente .case")).to_have_count(1)
    assert page.evaluate("played") == 0
    page.get_by_role("button", name="Activer le son et les notifications").click()
    before = played_more_than(page, 0)
    expect(page.get_by_role("button", name="Couper le son et les notifications")).to_be_focused()
    a_case(console, OTHER)
    assert played_more_than(page, before) > before


@pytest.mark.parametrize("width", [1280, 360])
def test_accessible_at_each_moment(console: RunningConsole, open_page: Open, width: int) -> None:
    case, waiting = taken(console), a_case(console, OTHER, late_since=console.service.now)
    for who, path in (
        ("mediator", "/mediateur"),
        ("coordinator", "/mediateur"),
        ("mediator", f"/mediateur/dossiers/{case}"),
        ("mediator", f"/mediateur/dossiers/{waiting}"),
        ("mediator", "/mediateur/dossiers/nulle-part"),
    ):
        page = open_page(path, who, width)
        page.evaluate("document.querySelectorAll('details').forEach(one => (one.open = true))")
        check_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        small = "all => all.filter(one => one.offsetHeight && one.offsetHeight < 44).map(one => one.outerHTML)"
        assert page.eval_on_selector_all("main button, main select, main summary, main textarea", small) == []


# When things go wrong: no draft is lost, what matters stays in sight


def talked(console: RunningConsole, turns: int = 5) -> uuid.UUID:
    """A case in hand, with more said than the page can show at once."""
    case = taken(console)
    for number in range(turns):
        later(console)
        write(console, f"{LONG} {number}")
        console.console.cases.reply(console.account("mediator"), case, LONG, uuid.uuid4().hex)
    return case


def sign_out(page: Page) -> None:
    """The session ends on the server's side, or in another tab."""
    page.context.clear_cookies()


def sign_in(page: Page, console: RunningConsole) -> None:
    """The same person signs in again, in another tab; then comes back to this one."""
    with writing(console.engine) as session:
        cookie = console.console.gate.sessions.open(session, console.accounts["mediator"], second_factor=True)
    url = page.url.split("/mediateur")[0] + "/mediateur"
    page.context.add_cookies([{"name": COOKIE, "value": cookie, "url": url}])
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_the_newest_message_is_in_sight_when_a_case_is_opened_and_taken(
    console: RunningConsole,
    open_page: Open,
) -> None:
    case = talked(console)
    console.console.cases.release(console.account("mediator"), case)
    page = open_page(f"/mediateur/dossiers/{case}")
    shows_the_newest(page)
    page.locator("#prendre").click()
    expect(page.get_by_label(TEXT)).to_be_visible()
    shows_the_newest(page)
    page.set_viewport_size({"width": 500, "height": 740})  # turned, or a keyboard on the screen
    shows_the_newest(page)


def test_who_reads_further_up_stays_there_and_is_told(console: RunningConsole, open_page: Open) -> None:
    case = talked(console)
    page = open_page(f"/mediateur/dossiers/{case}")
    newer = page.get_by_role("button", name="Voir le nouveau message")
    page.evaluate("fil.scrollTop = 40")
    later(console)
    write(console, "et puis autre chose")
    expect(newer).to_be_visible()
    assert page.evaluate("fil.scrollTop") == 40
    newer.click()
    expect(newer).to_be_hidden()
    expect(page.get_by_text("et puis autre chose")).to_be_in_viewport()
    page.evaluate("fil.scrollTop = 40")
    later(console)
    page.get_by_label(TEXT).fill("D'accord.")
    page.locator("#envoyer").click()
    expect(page.get_by_label(TEXT)).to_have_value("")
    shows_the_newest(page)


def test_a_session_that_ends_takes_no_draft_with_it(console: RunningConsole, open_page: Open) -> None:
    case = taken(console)
    page = open_page(f"/mediateur/dossiers/{case}")
    page.get_by_label(TEXT).fill("Une longue réponse.")
    page.get_by_label(NOTE).fill("Une note.")
    sign_out(page)
    page.locator("#envoyer").click()
    expect(page.locator("#lien")).to_contain_text("Vous êtes déconnecté.")
    expect(page.get_by_label(TEXT)).to_have_value("Une longue réponse.")
    sign_in(page, console)
    expect(page.locator("#lien")).to_be_empty()
    later(console)
    page.locator("#envoyer").click()
    expect(page.get_by_label(TEXT)).to_have_value("")
    expect(page.get_by_label(NOTE)).to_have_value("Une note.")
    assert said_by_people(console, citizen_of(console, PHONE)) == ["Une longue réponse."]


def test_a_page_of_the_session_before_sends_at_the_second_try(
    console: RunningConsole,
    open_page: Open,
) -> None:
    case = taken(console)
    page = open_page(f"/mediateur/dossiers/{case}")
    page.evaluate("document.addEventListener('visibilitychange', (event) => event.stopImmediatePropagation(), true)")
    page.get_by_label(TEXT).fill("Encore moi.")
    sign_out(page)
    sign_in(page, console)
    page.locator("#envoyer").click()
    expect(page.get_by_text("L'envoi n'a pas marché. Votre texte est gardé. Réessayez.").last).to_be_visible()
    expect(page.get_by_label(TEXT)).to_have_value("Encore moi.")
    later(console)
    page.locator("#envoyer").click()
    expect(page.get_by_label(TEXT)).to_have_value("")
    assert said_by_people(console, citizen_of(console, PHONE)) == ["Encore moi."]


def test_a_server_that_starts_again_takes_no_draft_with_it(
    console: RunningConsole,
    open_page: Open,
) -> None:
    case = taken(console)
    page = open_page(f"/mediateur/dossiers/{case}")
    page.get_by_label(TEXT).fill("Je termine.")

    def broken(route: Route) -> None:
        route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>")

    page.route("**/*fragment=1", broken)
    page.route("**/repondre", broken)
    later(console)
    with page.expect_response("**/*fragment=1"):
        write(console, "allo")
    page.locator("#envoyer").click()
    expect(page.locator("#avis")).to_have_text("L'envoi n'a pas marché. Votre texte est gardé. Réessayez.")
    expect(page.locator("#avis")).to_be_in_viewport()
    expect(page.get_by_label(TEXT)).to_have_value("Je termine.")


def test_a_case_that_goes_away_gives_the_draft_back(console: RunningConsole, open_page: Open) -> None:
    case = taken(console)
    page = open_page(f"/mediateur/dossiers/{case}")
    page.get_by_label(TEXT).fill("Ce que je voulais dire.")
    later(console)
    lea = console.add("lea")
    console.console.cases.transfer(console.account("mediator"), case, lea, None, "")
    expect(page.get_by_label("Ce texte n'a pas été envoyé. Vous pouvez le copier.")).to_have_value(
        "Ce que je voulais dire."
    )


def test_what_went_wrong_far_below_is_seen_there(console: RunningConsole, open_page: Open) -> None:
    case = taken(console)
    page = open_page(f"/mediateur/dossiers/{case}", width=360)
    page.get_by_role("button", name="Garder la note").click()
    expect(page.locator("#avis")).to_have_text("Le texte est vide. Écrivez quelque chose.")
    expect(page.locator("#avis")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Garder la note")).to_be_focused()
    page.get_by_label(NOTE).fill("a")
    expect(page.locator("#avis")).to_be_hidden()


def test_a_case_taken_in_another_tab_goes_on_in_this_one(console: RunningConsole, open_page: Open) -> None:
    case = a_case(console)
    page = open_page(f"/mediateur/dossiers/{case}")
    later(console)
    console.console.cases.take(console.account("mediator"), case)
    expect(page.get_by_label(TEXT)).to_be_visible()
    later(console)
    page.get_by_label(NOTE).fill("Vue ailleurs.")
    page.get_by_role("button", name="Garder la note").click()
    expect(page.locator("#partie-notes")).to_contain_text("Vue ailleurs.")
    expect(page.locator("#fait")).to_have_text("La note est gardée.")


def test_the_report_keeps_its_folds_and_what_is_ticked(console: RunningConsole, open_page: Open) -> None:
    case = taken(console)
    page = open_page(f"/mediateur/dossiers/{case}")
    page.locator("#fermer > summary").click()
    page.get_by_text("Ajouter un thème de démarche").click()
    page.get_by_label("Justice").check()
    page.get_by_label("Logement").focus()
    later(console)
    day = console.service.now.date() + timedelta(days=2)
    console.console.cases.schedule(console.account("mediator"), case, day, "morning")  # in another tab
    expect(page.locator("#rappel")).to_contain_text("Rappel prévu")
    expect(page.get_by_label("Justice")).to_be_visible()
    expect(page.get_by_label("Justice")).to_be_checked()
    expect(page.get_by_label("Logement")).to_be_focused()
