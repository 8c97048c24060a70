"""« C'est quand ? », once nobody is in charge any more or before anybody is: who has it, until when, and what next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.dialogue import Dialogue
from bot.messages import Answer, Inbound
from bot.owners import Waiting
from tests.bot.test_charge import MONDAY, Helped, inside
from tests.bot.test_ways import INSIDE, MOBILE

FRIDAY = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)


class Waits(Helped):
    """A citizen whose case waits for somebody."""

    waiting: Waiting | None = None

    def _sends(self, inbound: Inbound, intent: str | None = None, **kept: Any) -> Answer:
        return super()._sends(replace(inbound, waiting=self.waiting), intent, **kept)


def waits(dialogue: Dialogue, news: str | None = None, channel: str = "web", **case: Any) -> Waits:
    """Someone inside a procedure whose case waits, after `news` of it."""
    before = inside(dialogue, channel)
    player = Waits(dialogue, before.talk, channel, MOBILE, MONDAY)
    player.waiting = Waiting(**case)
    if news:
        player.told(news, name="Claire", place="")
    return player


@pytest.mark.parametrize("news", ["released", "timed_out"])
@pytest.mark.parametrize("text", ["vous m'appelez quand ?", "il me répond quand", "c'est quand", "j'attends toujours"])
def test_after_a_person_has_left_it_is_answered_and_the_step_is_shown(dialogue: Dialogue, news: str, text: str) -> None:
    player = waits(dialogue, news, place="Maison des services", due=date(2026, 11, 25))
    answer = player.says(text)
    assert "à : Maison des services." in player.last and "au plus tard mercredi 25 novembre" in player.last
    assert "je reste avec vous" in player.last and answer.reply.step == "photo" and answer.handoff is None


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ({"due": date(2026, 11, 24)}, "au plus tard mardi 24 novembre"),
        ({"on": date(2026, 12, 1), "half": "morning", "due": date(2026, 12, 1)}, "prévu mardi 1er décembre, le matin"),
        ({"on": date(2026, 11, 24), "half": "afternoon"}, "L'appel est prévu mardi 24 novembre, l'après-midi."),
        ({"on": date(2026, 11, 24)}, "L'appel est prévu mardi 24 novembre."),
        ({"on": date(2026, 11, 20), "due": date(2026, 11, 24)}, "au plus tard mardi 24 novembre"),
        ({"by": MONDAY.replace(hour=14)}, "Sans réponse aujourd'hui, je cherche une autre personne."),
        ({"by": MONDAY.replace(day=24)}, "Sans réponse demain, je cherche"),
        ({"by": MONDAY.replace(day=26), "due": date(2026, 11, 20)}, "Sans réponse jeudi 26 novembre, je cherche"),
        ({"late": True, "due": date(2026, 11, 24)}, "en haut de la liste"),
        ({"by": MONDAY.replace(hour=8)}, "En attendant"),
    ],
)
def test_until_when_as_far_as_it_is_known(dialogue: Dialogue, case: dict[str, Any], said: str) -> None:
    player = waits(dialogue, **case)
    player.says("c'est quand")
    assert said in player.last and "une personne de l'équipe" in player.last
    for promise in ("au plus tard", "Sans réponse", "prévu "):
        assert (promise in player.last) == (promise in said), "a moment that is over is promised no more"


def test_who_waits_for_lack_of_anybody_may_call_the_body_meanwhile(dialogue: Dialogue) -> None:
    player = waits(dialogue, late=True)
    player.says("c'est quand")
    assert "3646" in player.last
    assert player.last.count("En attendant") == 1, "who to call is what to do meanwhile"


def test_where_nobody_has_an_account_nothing_is_promised(dialogue: Dialogue) -> None:
    player = waits(dialogue, by=MONDAY.replace(hour=14), due=date(2026, 11, 25))
    player.helped = False
    player.says("c'est quand")
    assert "Votre demande est gardée" in player.last and "3646" in player.last
    assert "novembre" not in player.last and "je cherche" not in player.last


def test_a_promise_that_stands_is_said_again_and_asked_about(dialogue: Dialogue) -> None:
    player = Waits(dialogue, channel="sms", phone=MOBILE, now=MONDAY)
    for text in (*INSIDE, "un humain", "2", "1", "60000", "oui"):
        player.says(text)
    player.waiting = Waiting(due=date(2026, 11, 24))
    player.says("c'est quand")
    assert "attend déjà" in player.last and player.talk.asked and player.talk.asked.kind == "standing"
    player.says("oui")
    player.waiting = replace(player.waiting, late=True)
    player.says("c'est quand")
    assert "en haut de la liste" in player.last and player.talk.asked is None
    player.waiting, player.now = Waiting(by=FRIDAY), FRIDAY.replace(hour=8)
    player.says("c'est quand")
    assert "Sans réponse aujourd'hui" in player.last and player.answers[-1].handoff is None, "not all asked anew"


def test_without_a_procedure_it_ends_with_an_open_question(dialogue: Dialogue) -> None:
    player = Waits(dialogue, now=MONDAY)
    player.waiting = Waiting(due=date(2026, 11, 24))
    player.says("bonjour")
    player.talk = replace(player.talk, asked=None)
    player.says("c'est quand")
    assert "mardi 24 novembre" in player.last and "autre chose" in player.last


def test_who_asked_for_nobody_is_not_answered_so(dialogue: Dialogue) -> None:
    player = Waits(dialogue, now=MONDAY)
    player.says("bonjour")
    player.says("c'est quand")
    assert "demande" not in player.last.split("\n")[0]


def test_in_another_language(dialogue: Dialogue) -> None:
    player = waits(dialogue, place="Maison des services", by=MONDAY.replace(hour=14))
    player.talk = replace(player.talk, language="en")
    player.says("when do you call me?")
    assert "Your request waits" in player.last and "Without an answer today" in player.last
