"""A life event in conversation: the list, each thing offered in turn, weeks in between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.dialogue import Dialogue
from bot.plans import current
from flows import loader
from mediation.territory import load_territory
from tests.flows.content import FACTS, write
from tests.flows.events import BIRTH, CAF, with_fact
from tests.player import Player

QUESTIONS = ("vie_enfant", "oui", "20 novembre", "caf", "oui")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Dialogue:
    folder = write(tmp_path_factory.mktemp("plans"), (CAF, BIRTH))
    (folder / "facts" / "common.yaml").write_text(with_fact(FACTS), encoding="utf-8")
    return Dialogue(loader.load(folder), load_territory("demo"))


@pytest.fixture
def parent(small: Dialogue) -> Player:
    """Someone who has answered the questions about a birth."""
    player = Player(small)
    for text in QUESTIONS:
        player.says(text)
    return player


def said(player: Player, *texts: str) -> str:
    for text in texts:
        player.says(text)
    return player.last


def status(player: Player) -> dict[str, str]:
    plan = current(player.talk)
    return dict(plan.status) if plan else {}


def test_the_list_is_told_then_the_first_thing_offered(parent: Player) -> None:
    assert parent.answers[-1].reply.ended == "plan"
    assert "- Déclarer la naissance à la mairie, avant le 25 novembre." in parent.last
    assert "- Prévenir la CAF." in parent.last
    assert "À faire, 1 sur 3 : Déclarer la naissance à la mairie" in parent.last
    assert parent.last.endswith("Est-ce déjà fait ?")


def test_a_procedure_of_the_list_does_not_ask_again_what_is_known(parent: Player) -> None:
    assert "À faire, 2 sur 3" in said(parent, "oui")
    said(parent, "oui")
    assert parent.answers[-1].reply.step == "site", "« Qui vous paie ? » was answered"
    assert "À faire, 3 sur 3 : Prévenir votre employeur, dès que possible" in said(parent, "c'est fait")
    assert status(parent) == {"mairie": "fait", "caf": "fait"}
    assert "Votre liste est finie" in said(parent, "c'est déjà fait")
    assert parent.talk.plans == ()


@pytest.mark.parametrize("word", ["non", "plus tard", "2", "pas maintenant"])
def test_put_off_is_not_lost(parent: Player, word: str) -> None:
    said(parent, word)
    assert status(parent) == {"mairie": "plus_tard"} and "À faire, 2 sur 3" in parent.last


def test_the_list_comes_back_when_asked(parent: Player) -> None:
    assert "Écrivez « ma liste »" in said(parent, "plus tard", "plus tard", "plus tard")
    parent.now += timedelta(days=30)
    again = said(parent, "ma liste")
    assert "À faire, 1 sur 3" in again and "le délai est passé, faites-le vite" in again


def test_what_is_done_is_told_in_the_list(parent: Player) -> None:
    again = said(parent, "oui", "plus tard", "plus tard", "ma liste")
    assert "- Déclarer la naissance à la mairie, c'est fait." in again and "À faire, 2 sur 3" in again


def test_a_greeting_weeks_later_offers_the_list(parent: Player) -> None:
    said(parent, "plus tard", "au revoir")
    parent.now += timedelta(days=21)
    assert "Vous avez une liste à finir" in said(parent, "bonjour")
    assert "À faire, 1 sur 3" in said(parent, "oui")


def test_left_in_the_middle_of_a_procedure(parent: Player) -> None:
    said(parent, "oui", "oui")
    assert parent.talk.run and parent.talk.run.procedure == "caf_enfant"
    listed = said(parent, "ma liste")
    assert "- Prévenir la CAF." in listed and parent.answers[-1].reply.step == "site", "the step waits"
    assert "À faire, 3 sur 3" in said(parent, "c'est fait")


def test_a_person_takes_one_thing_and_the_list_stays(parent: Player) -> None:
    said(parent, "oui", "oui", "je bloque", "1")
    assert parent.answers[-1].reply.ended == "handoff" and status(parent)["caf"] == "personne"
    said(parent, "pas de rappel")
    assert "Écrivez « ma liste »" in parent.last
    assert "une personne s'en occupe" in said(parent, "ma liste") and "À faire, 3 sur 3" in parent.last


@pytest.mark.parametrize(("intent", "then"), [("oui", "À faire, 2 sur 3"), ("non", "À faire, 2 sur 3")])
def test_free_words_answer_too(parent: Player, intent: str, then: str) -> None:
    parent.says("ben voilà c'est réglé je crois" if intent == "oui" else "bof une autre fois peut-être", intent)
    assert then in parent.last
    assert status(parent) == {"mairie": "fait" if intent == "oui" else "plus_tard"}


def test_a_procedure_named_alone_uses_what_is_known_and_counts(parent: Player) -> None:
    said(parent, "plus tard", "plus tard", "plus tard", "caf_enfant", "oui")
    assert parent.answers[-1].reply.step == "site"
    said(parent, "c'est fait")
    assert status(parent)["caf"] == "fait"


def test_no_list(small: Dialogue) -> None:
    player = Player(small)
    assert "Vous n'avez pas de liste" in said(player, "ma liste")


def test_asking_for_a_person_from_the_list(parent: Player) -> None:
    said(parent, "un humain")
    assert parent.answers[-1].handoff


def test_the_same_event_told_again_replaces_its_list(parent: Player) -> None:
    said(parent, "oui", "plus tard", "plus tard", *QUESTIONS)
    assert len(parent.talk.plans) == 1 and status(parent) == {}
