"""The web chat without script and by JSON: what is shown, kept and repeated."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient

from api.web.pages import TEXTS
from bot.messages import Reply
from flows.texts import Option, Say
from tests.web.fakes import FakeConversations
from tests.web.reading import SAID, button, forms, words


def test_first_visit_welcomes_and_offers_the_themes(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert words(page.text)[0].startswith("Bonjour. Ici Allô Démarches")
    labels = [form["text"] for form in forms(page.text) if form["choice"]]
    assert labels == ["CAF et aides", "Santé et carte Vitale", "Emploi et chômage", "Aide près de chez moi"]
    assert '<html lang="fr"' in page.text
    assert page.headers["cache-control"] == "no-store"


def test_person_and_commands_are_always_there(client: TestClient) -> None:
    for page in (client.get("/"), client.post("/", data={"id": "1", "text": "bonjour"})):
        labels = [form["text"] for form in forms(page.text)]
        assert labels[0] == "Parler à quelqu&#39;un"
        assert [label for label in ("Répéter", "Retour", "Menu") if label in labels] == ["Répéter", "Retour", "Menu"]


def test_form_post_redirects_to_the_conversation(client: TestClient) -> None:
    choice = button(client.get("/").text, "CAF et aides")
    answer = client.post("/", data=choice, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/#dernier")
    page = client.get("/").text
    assert words(page)[-3:] == ["CAF et aides", "Vous dites : CAF et aides", words(page)[-1]]
    assert [form["text"] for form in forms(page) if form["choice"]] == ["C&#39;est fait", "Je bloque", "Répétez"]
    assert "Réponses proposées : <span>CAF et aides, Santé" in page.replace("\u00a0", " ")


def test_button_carries_its_message_and_option(client: TestClient, conversations: FakeConversations) -> None:
    client.post("/", data=button(client.get("/").text, "CAF et aides"))
    assert conversations.received[-1].choice == "asked.what_need|caf"
    assert conversations.received[-1].text == "CAF et aides"


def test_same_form_twice_says_nothing_twice(client: TestClient, conversations: FakeConversations) -> None:
    choice = button(client.get("/").text, "CAF et aides")
    for _ in range(3):
        client.post("/", data=choice)
    assert [one.text for one in conversations.received] == ["", "CAF et aides"]


def test_same_id_with_other_words_is_another_message(client: TestClient, conversations: FakeConversations) -> None:
    client.get("/")
    client.post("/", data={"id": "x", "text": "bonjour"})
    client.post("/", data={"id": "x", "text": "bonsoir"})
    assert [one.text for one in conversations.received] == ["", "bonjour", "bonsoir"]


def test_an_id_is_worth_nothing_to_another_visitor(client: TestClient, conversations: FakeConversations) -> None:
    client.post("/api/chat", json={"text": "mon secret", "id": "x"})
    client.cookies.clear()
    client.post("/api/chat", json={"text": "mon secret", "id": "x"})
    first, second = conversations.received
    assert first.provider_id != second.provider_id and first.address != second.address


def test_reload_shows_the_conversation_again(client: TestClient, conversations: FakeConversations) -> None:
    client.get("/")
    client.post("/", data={"id": "1", "text": "bonjour"})
    assert words(client.get("/").text) == words(client.get("/").text)
    assert len(conversations.received) == 2


def test_json_answers_with_the_documented_shape(client: TestClient) -> None:
    answer = client.post("/api/chat", json={"text": "bonjour", "choice": None, "id": "1"}).json()
    assert set(answer) == {"replies", "procedure", "step", "ended", "person", "case_open"}
    assert (answer["procedure"], answer["step"], answer["ended"]) == ("caf_compte_connexion", "ouvrir_site", None)
    step = answer["replies"][-1]
    assert set(step) == {"text", "speech", "key", "options"}
    assert step["speech"] == "Ouvrez le site caf point f r. Vous devez voir : la page d'accueil."
    assert step["options"][0] == {"id": "fait", "label": "C'est fait"}


def test_json_needs_no_page_first_and_keeps_the_visitor(client: TestClient, conversations: FakeConversations) -> None:
    client.post("/api/chat", json={"text": "bonjour"})
    client.post("/api/chat", json={"text": "oui"})
    assert len({one.address for one in conversations.received}) == 1


def test_text_is_escaped(client: TestClient, conversations: FakeConversations) -> None:
    conversations.decide = lambda inbound: Reply((Say('<b>"oui"</b>', options=(Option("a", "<i>A</i>"),)),))
    page = client.post("/", data={"id": "1", "text": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page and "<b>" not in page and "<i>A" not in page


def test_forgotten_citizen_still_sees_the_goodbye(client: TestClient) -> None:
    client.get("/")
    page = client.post("/", data={"id": "1", "text": "oubliez-moi"})
    assert words(page.text) == ["C'est fait. Tout est effacé."]
    assert words(client.get("/").text)[0].startswith("Bonjour")


def test_size_of_text_is_remembered(client: TestClient) -> None:
    assert 'class="size-0"' in client.get("/").text
    assert 'class="size-1"' in client.post("/taille", data={"size": "1"}).text
    assert 'class="size-1"' in client.get("/").text
    assert 'class="size-4"' in client.post("/taille", data={"size": "99"}).text
    client.cookies.set("allo_taille", "../x")
    assert client.get("/").status_code == 200


def test_leaving_closes_the_conversation_on_this_device(client: TestClient, conversations: FakeConversations) -> None:
    client.get("/")
    client.post("/", data={"id": "1", "text": "mon secret"})
    assert "mon secret" not in client.post("/quitter").text
    assert len({one.address for one in conversations.received}) == 2


def test_every_text_is_used_and_calm() -> None:
    used = "".join(path.read_text() for path in TEXTS.parents[2].glob("api/**/*") if path.suffix in (".html", ".py"))
    assert [name for name in SAID if not re.search(rf"\b{name}\b", used)] == []
    assert [text for text in SAID.values() if "!" in text or "avez droit" in text] == []
