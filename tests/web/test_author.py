"""The authors' pages: who may see them, what they show of a broken file, and that they keep nothing."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.app import Services, create_app
from api.author.session import COOKIE, HOURS
from api.author.simulator import MAX_TURNS
from api.settings import Settings, SettingsError, load_settings
from bot.understanding import Understanding
from flows.author_words import TEXTS, author_words
from tests.flows.content import page, write
from tests.web.fakes import FakeConversations

SAID = author_words()["pages"]
KEY = "kZ8-une-cle-assez-longue-07"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
STEPS = """
premiere:
  ask: Avez-vous une carte ?
  answer: yes_no
  why: La suite en dépend.
  next: [{is: oui, go: ouvrir}, {else: fini}]
ouvrir:
  do: Ouvrez le site caf.fr.
  see: La page d'accueil.
  why: Tout se passe là.
  blocked: {perdu: {label: Je ne trouve pas, go: humain}}
  next: montant
montant: {say: "On verse {montant}.", without_facts: On verse une somme., next: fini}
fini: {end: done, say: C'est fini.}
humain: {end: handoff, say: Une personne peut vous aider.}
"""
OTHER = "seule: {end: done, say: Rien de plus.}"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A content folder that a test may break."""
    return write(tmp_path / "content", [page("essai_un", STEPS), page("essai_deux", OTHER)])


@pytest.fixture
def services(conversations: FakeConversations, content: Path) -> Services:
    """What the application leans on: nothing understood, a content of the test's own."""
    return Services(conversations, lambda: True, lambda: True, now=lambda: NOW, content=content)


def file_of(content: Path, id_: str = "essai_un") -> Path:
    return content / "procedures" / "caf" / f"{id_}.yaml"


def change(content: Path, old: str, new: str) -> None:
    text = file_of(content).read_text(encoding="utf-8")
    assert old in text
    file_of(content).write_text(text.replace(old, new), encoding="utf-8")


def words(answer_text: str) -> str:
    """The text of a page, without its tags."""
    bare = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", answer_text, flags=re.S)
    return " ".join(html.unescape(bare).replace("\u00a0", " ").split())


def trial(client: TestClient, *turns: str, jour: str = "", where: str = "/auteur/essai_un") -> str:
    """The page after these answers, each a button of the page before when it has one of that label."""
    shown = client.get(f"{where}?jour={jour}").text
    for turn in turns:
        buttons = {html.unescape(label): html.unescape(value) for value, label in BUTTON.findall(shown)}
        said = {"choix": buttons[turn]} if turn in buttons else {"texte": turn}
        dit = html.unescape(re.search(r'name="dit" value="([^"]*)"', shown)[1])  # type: ignore[index]
        answer = client.post(where, data={"dit": dit, "jour": jour, **said})
        assert answer.status_code == 200
        shown = answer.text
    return shown


BUTTON = re.compile(r'<button name="choix" value="([^"]*)">([^<]*)</button>')


def log(shown: str) -> list[str]:
    """The messages of the simulator."""
    section = shown.partition('<section id="essai"')[2].partition("</section>")[0]
    return [words(found) for found in re.findall(r'<p class="words">(.*?)</p>', section, re.S)]


# Who may see them


@pytest.fixture
def production(services: Services, tmp_path: Path) -> Iterator[TestClient]:
    """A service in production with an author key."""
    with TestClient(create_app(in_production(tmp_path, KEY), services), base_url="https://allo.example.fr") as client:
        yield client


def in_production(home: Path, key: str) -> Settings:
    return Settings(
        _env_file=None,
        home=home,
        env="production",
        territory="demo",
        secret_key=SecretStr("s" * 40),
        author_key=SecretStr(key),
        public_url="https://allo.example.fr",
    )


PATHS = ["/auteur", "/auteur/", "/auteur/essai_un", "/auteur/entrer", "/auteur/essai_un/dessin.svg"]


@pytest.mark.parametrize("path", PATHS)
def test_in_production_without_a_key_nothing_is_there(services: Services, tmp_path: Path, path: str) -> None:
    with TestClient(create_app(in_production(tmp_path, ""), services)) as client:
        assert client.get(path).status_code == 404
        assert client.post(path, data={"cle": ""}).status_code == 404
        browser = {"Accept": "text/html"}
        assert client.get(path, headers=browser).text == client.get("/inconnu", headers=browser).text


def test_with_a_key_every_page_asks_for_it(production: TestClient) -> None:
    for path in ("/auteur", "/auteur/essai_un", "/auteur/essai_un/dessin.svg", "/auteur/inconnue"):
        answer = production.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/auteur/entrer")
    refused = production.post("/auteur/essai_un", data={"texte": "oui"}, follow_redirects=False)
    assert (refused.status_code, refused.headers["location"]) == (303, "/auteur/entrer")
    assert "Clé des auteurs" in words(production.get("/auteur/entrer").text)


def test_the_key_opens_a_session_that_scripts_and_other_sites_cannot_use(production: TestClient) -> None:
    answer = production.post("/auteur/entrer", data={"cle": KEY}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/auteur")
    cookie = answer.headers["set-cookie"]
    for attribute in ("HttpOnly", "SameSite=strict", "Secure", "Path=/auteur", f"Max-Age={HOURS * 3600}"):
        assert attribute in cookie
    assert KEY not in cookie
    assert "Essai : essai_un" in words(production.get("/auteur").text)
    assert production.post("/auteur/sortir", follow_redirects=False).status_code == 303
    assert production.get("/auteur", follow_redirects=False).status_code == 303


def test_a_session_ends_and_cannot_be_made_up(services: Services, tmp_path: Path, production: TestClient) -> None:
    production.post("/auteur/entrer", data={"cle": KEY})
    good = production.cookies[COOKIE]
    until, _, signature = good.partition(".")
    forged = [f"{int(until) + 9}.{signature}", until, f"{until}.", f"{until}.{'0' * 64}", "x.y", f".{signature}", "é.é"]
    for cookie in forged:
        production.cookies.clear()
        headers = {"Cookie": f"{COOKIE}={cookie}".encode()}
        assert production.get("/auteur", headers=headers, follow_redirects=False).status_code == 303
    headers = {"Cookie": f"{COOKIE}={good}"}
    assert production.get("/auteur", headers=headers, follow_redirects=False).status_code == 200
    for settings, now in (
        (in_production(tmp_path, KEY), NOW + timedelta(hours=HOURS, minutes=1)),
        (in_production(tmp_path, KEY + "2"), NOW),
    ):
        with TestClient(create_app(settings, replace(services, now=lambda at=now: at))) as later:  # type: ignore[misc]
            assert later.get("/auteur", headers=headers, follow_redirects=False).status_code == 303


def test_wrong_keys_are_counted(production: TestClient) -> None:
    answers = [production.post("/auteur/entrer", data={"cle": f"faux{n}"}) for n in range(6)]
    assert [answer.status_code for answer in answers] == [403] * 5 + [429]
    assert SAID["wrong_key"] in words(answers[0].text) and SAID["too_many_keys"] in words(answers[5].text)
    assert 1 <= int(answers[5].headers["retry-after"]) <= 60
    assert production.post("/auteur/entrer", data={"cle": KEY}).status_code == 429, "even the right one waits"


def test_a_key_is_asked_for_at_home_too_when_there_is_one(services: Services, settings: Settings) -> None:
    locked = settings.model_copy(update={"author_key": SecretStr(KEY)})
    with TestClient(create_app(locked, services)) as client:
        assert client.get("/auteur", follow_redirects=False).status_code == 303


@pytest.mark.parametrize("key", ["court", "a" * 40, "x" * 23])
def test_an_easy_key_is_refused_at_start(tmp_path: Path, key: str) -> None:
    with pytest.raises(SettingsError, match="ALLO_AUTHOR_KEY"):
        load_settings(_env_file=None, home=tmp_path, author_key=key)


@pytest.mark.parametrize("path", ["/auteur/essai_un", "/auteur/entrer", "/auteur/sortir"])
@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://ailleurs.example"}])
def test_other_sites_may_not_post(client: TestClient, path: str, headers: dict[str, str]) -> None:
    assert client.post(path, headers=headers, data={"texte": "oui"}).status_code == 403


@pytest.mark.parametrize("path", ["/auteur", "/auteur/essai_un", "/auteur/inconnue", "/auteur/essai_un/dessin.svg"])
def test_same_policy_as_the_chat_and_nothing_inline(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", answer.text)
    assert not re.search(r"(src|href|action)=\"(https?:)?//", answer.text)


def test_the_interfaces_page_does_not_list_them(client: TestClient) -> None:
    assert "auteur" not in client.get("/openapi.json").text


# What they show


def test_the_list_says_the_state_of_each_procedure(client: TestClient, content: Path) -> None:
    change(content, "review_before: 2027-05-22", "review_before: 2026-11-20")
    shown = words(client.get("/auteur").text)
    assert "Essai : essai_un procedures/caf/essai_un.yaml 1 problème À relire : la date du 20 novembre 2026" in shown
    assert "Essai : essai_deux procedures/caf/essai_deux.yaml Aucun problème Prochaine relecture" in shown
    assert "Confiance : haute 5 étapes" in shown


def test_the_texts_of_each_channel_with_what_they_cost(client: TestClient) -> None:
    shown = words(client.get("/auteur/essai_un").text)
    assert "Web et Telegram On verse 500 €. SMS 1 SMS On verse 500 €." in shown
    assert re.search(
        r"Téléphone \d+ secondes On verse cinq cents euros|Téléphone \d+ secondes On verse 500 euros", shown
    )
    assert "Boutons : C'est fait Je bloque Répétez Pourquoi" in shown
    assert "Je bloque : Je ne trouve pas → étape" in shown and "Pourquoi : Tout se passe là." in shown
    later = words(client.get("/auteur/essai_un?jour=2028-01-01").text)
    assert "On verse une somme." in later and "500" not in later.partition("Étapes")[2].partition("comme au")[0]


def test_the_drawing_links_each_box_to_the_text_of_its_step(client: TestClient) -> None:
    shown = client.get("/auteur/essai_un").text
    for name in ("premiere", "ouvrir", "montant", "fini", "humain"):
        assert f'<a href="#etape-{name}">' in shown and f'id="etape-{name}"' in shown
    alone = client.get("/auteur/essai_un/dessin.svg")
    assert alone.headers["content-type"].startswith("image/svg+xml") and alone.text.startswith("<svg ")


def test_a_change_on_the_disk_is_seen_at_the_next_look(client: TestClient, content: Path) -> None:
    assert "Avez-vous une carte ?" in words(client.get("/auteur/essai_un").text)
    change(content, "Avez-vous une carte ?", "Avez-vous un badge ?")
    assert "Avez-vous un badge ?" in words(client.get("/auteur/essai_un").text)
    file_of(content).unlink()
    assert client.get("/auteur/essai_un").status_code == 404
    assert "essai_un" not in words(client.get("/auteur").text)


def test_a_problem_stands_at_its_step_with_its_line(client: TestClient, content: Path) -> None:
    change(content, "next: montant", "next: montnat")
    shown = client.get("/auteur/essai_un").text
    line = next(n for n, row in enumerate(file_of(content).read_text().split("\n"), 1) if "montnat" in row)
    article = re.search(r'<article id="etape-ouvrir".*?</article>', shown, re.S)
    assert article and f"ligne {line} « ouvrir » mène à « montnat », qui n'existe pas" in words(article[0])
    assert "next: montnat" in words(article[0]), "the line itself is shown"
    assert "montnat, qui n'existe pas" in words(article[0]), "and the way out says it"
    assert "montnat (n'existe pas)" in words(re.search(r"<svg.*?</svg>", shown, re.S)[0])  # type: ignore[index]
    assert "Dans les étapes : ouvrir" in words(shown)


def test_findings_of_plain_language_stand_there_too(client: TestClient, content: Path) -> None:
    change(content, "Ouvrez le site caf.fr.", "Le site caf.fr doit être ouvert par vous via votre navigateur.")
    article = re.search(r'<article id="etape-ouvrir".*?</article>', client.get("/auteur/essai_un").text, re.S)
    assert article and "problems" in article[0]


BROKEN = {
    "a word": ("ask: Avez-vous", "aks: Avez-vous"),
    "a colon": ("Ouvrez le site caf.fr.", "Ouvrez : le site : caf.fr"),
    "a tab": ("  do: Ouvrez", "\tdo: Ouvrez"),
    "a shape": ("blocked: {perdu: {label: Je ne trouve pas, go: humain}}", "blocked: [1, {2: 3}]"),
    "a number for a list": ("sources: [SRC]", "sources: 5"),
    "a list for a name": ("organisme: caf", "organisme: [caf]"),
    "no steps": ("steps:\n", "steps: 5\nx:\n"),
    "a quote": ("title: ", 'title: "'),
}


@pytest.mark.parametrize(("old", "new"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_shown_with_its_problems(client: TestClient, content: Path, old: str, new: str) -> None:
    assert client.get("/auteur").status_code == 200
    change(content, old, new)
    listed = words(client.get("/auteur").text)
    assert re.search(r"essai_un.yaml \d+ problème", listed)
    shown = client.get("/auteur/essai_un")
    assert shown.status_code == 200 and 'class="problems"' in shown.text
    assert client.post("/auteur/essai_un", data={"texte": "oui"}).status_code == 200
    other = words(client.get("/auteur/essai_deux").text)
    assert "Rien de plus." in other and "On commence ?" in other, "the other pages go on"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("name", ["procedures/caf/essai_un.yaml", "facts/common.yaml", "sources.yaml", "texts/fr.yaml"])
@pytest.mark.parametrize("junk", [b"\xff\xfe\x00", b"[1, 2", b"5", b""])
def test_junk_in_any_file_breaks_no_page(client: TestClient, content: Path, name: str, junk: bytes) -> None:
    client.get("/auteur")
    (content / name).write_bytes(junk)
    for path in ("/auteur", "/auteur/essai_un", "/auteur/essai_deux"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert client.post("/auteur/essai_deux", data={"texte": "oui"}).status_code == 200
    assert "problème" in words(client.get("/auteur").text)


def test_text_is_escaped(client: TestClient, content: Path) -> None:
    change(content, "Avez-vous une carte ?", "'<b>\"oui\"</b> & <script>alert(1)</script>'")
    shown = trial(client, "Oui", "<script>alert(2)</script>")
    assert "<b>" not in shown and "<script>alert" not in shown


# The simulator


def test_the_real_dialogue_is_walked_by_buttons_and_words(client: TestClient) -> None:
    shown = trial(client, "Oui", "oui", "Je bloque", "Je ne trouve pas")
    said = log(shown)
    assert said[0] == "Un essai." and "Une personne peut vous aider." in said
    assert "Ouvrez le site caf.fr. Vous devez voir : la page d'accueil." in said
    assert "Je ne trouve pas" in said


def test_the_step_where_one_stands_is_marked_everywhere(client: TestClient) -> None:
    shown = trial(client, "Oui", "Oui")
    assert 'data-here="ouvrir"' in shown
    assert '<g class="step current" data-step="ouvrir">' in shown
    assert '<g class="step met" data-step="premiere">' in shown
    assert re.search(r'<article id="etape-ouvrir" class="step-text current"', shown)
    assert "Vous êtes à l'étape 2 : ouvrir" in words(shown)


def test_the_end_is_marked_when_it_is_reached(client: TestClient) -> None:
    assert 'data-here="fini"' in trial(client, "Oui", "Non")


def test_another_day(client: TestClient) -> None:
    assert "On verse 500 €." in log(trial(client, "Oui", "Oui", "C'est fait"))
    shown = trial(client, "Oui", "Oui", "C'est fait", jour="2028-01-01")
    assert "On verse une somme." in log(shown)
    assert 'name="jour" value="2028-01-01"' in shown
    assert client.get("/auteur/essai_un?jour=demain").status_code == 200


def test_a_way_to_nowhere_stops_the_trial_and_says_it(client: TestClient, content: Path) -> None:
    change(content, "{is: oui, go: ouvrir}", "{is: oui, go: nulle_part}")
    shown = trial(client, "Oui", "Oui")
    assert "L'essai s'arrête ici" in words(shown) and "nulle_part" in words(shown)
    assert "Recommencer" in words(shown)


def test_the_same_answers_are_played_on_the_changed_file(client: TestClient, content: Path) -> None:
    shown = trial(client, "Oui", "Oui")
    dit = html.unescape(re.search(r'name="dit" value="([^"]*)"', shown)[1])  # type: ignore[index]
    change(content, "Ouvrez le site caf.fr.", "Ouvrez l'appli.")
    assert any("Ouvrez l'appli." in said for said in log(client.post("/auteur/essai_un", data={"dit": dit}).text))


def test_the_script_gets_the_simulator_alone(client: TestClient) -> None:
    part = client.post("/auteur/essai_un?partie=essai", data={"texte": "oui"}).text
    assert part.startswith('<section id="essai"') and "<svg" not in part and "<html" not in part


def test_free_answers_are_read_by_the_understanding_of_the_service(services: Services, settings: Settings) -> None:
    asked: list[str] = []

    def understand(text: str) -> Understanding:
        asked.append(text)
        return Understanding(text, "demande_humain", 0.99, None, {}, (), True)

    with TestClient(create_app(settings, replace(services, understand=understand))) as client:
        trial(client, "je voudrais plutôt causer à quelqu'un de vivant")
    assert asked


@pytest.mark.parametrize("dit", ["{", "5", "[5]", '[["a"]]', "[[1, 2]]", '[["a", 5]]', "[" * 5000, '[["a", null, 3]]'])
def test_a_tampered_trial_begins_again(client: TestClient, dit: str) -> None:
    answer = client.post("/auteur/essai_un", data={"dit": dit})
    assert answer.status_code == 200 and log(answer.text)[0] == "Un essai."


def test_a_trial_has_an_end(client: TestClient) -> None:
    dit = "[" + ",".join('["répéter", null]' for _ in range(MAX_TURNS + 20)) + "]"
    shown = words(client.post("/auteur/essai_un", data={"dit": dit}).text)
    assert SAID["full"] in shown


def test_nothing_is_stored_and_no_conversation_is_touched(
    client: TestClient, conversations: FakeConversations, content: Path, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    trial(client, "Oui", "Oui", "un humain", "06 12 34 56 78", "oubliez-moi")
    assert conversations.received == []
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert "set-cookie" not in client.get("/auteur/essai_un").headers
    assert client.get("/auteur/essai_un").headers["cache-control"] == "no-store"


def test_the_day_of_the_pages_is_that_of_the_territory(services: Services, settings: Settings, content: Path) -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # already the 22nd in France
    change(content, "review_before: 2027-05-22", f"review_before: {date(2026, 11, 22)}")
    with TestClient(create_app(settings, replace(services, now=lambda: late))) as client:
        assert "À relire : la date" in words(client.get("/auteur").text)


def test_every_text_is_used_and_calm() -> None:
    root = TEXTS.parents[2]
    code = [*root.glob("api/**/*.py"), *root.glob("api/**/*.html"), *root.glob("flows/*.py")]
    code += root.glob("flows/diagram/*.py")
    used = "".join(path.read_text(encoding="utf-8") for path in code)
    made = {"review_due", "review_soon", "review_later", "high", "medium", "low"}  # from a state, from a level
    made |= {name for name in author_words()["drawing"] if name.startswith(("sub_", "legend_"))}
    for section in author_words().values():
        assert [name for name in section if name not in made and not re.search(rf"\b{name}\b", used)] == []
        assert [text for text in section.values() if "!" in text or "avez droit" in text] == []
