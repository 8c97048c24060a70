"""While nobody of the team has an account: a request is kept, and no day, no call and no code is promised."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from bot.dialogue import Dialogue
from bot.messages import RECAP_CODE, Nearby
from tests.player import Player

MOBILE = "+33639981234"
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 11, tzinfo=UTC)
PLACE = Nearby("Un lieu.\nRelais A\n1 rue A", "Relais A, à Beauvais.", "a", "Relais A", "Relais A\n1 rue A")
PROMISED = re.compile(r"au plus tard|vous appelle|peut vous rappeler|vous répond ici|arrive ici")


@pytest.fixture
def alone(dialogue: Dialogue) -> Player:
    """A citizen in writing, in the middle of a procedure, whom nobody can help."""
    player = Player(dialogue, now=MONDAY, helped=False, places={"60057": (PLACE,)})
    for text in ("carte vitale", "oui", "cpam"):
        player.says(text)
    return player


def promises(player: Player) -> list[str]:
    """What was promised in the whole talk, to hear, to read, or in a case."""
    said = [
        say for answer in player.answers for say in (*answer.reply.says, *(s for m in answer.sends for s in m.says))
    ]
    texts = " ".join(f"{say.text} {say.short} {say.speech}" for say in said)
    days = [a.handoff.due or a.handoff.callback_on for a in player.answers if a.handoff]
    return [*PROMISED.findall(texts), *(day for day in days if day), *([RECAP_CODE] if RECAP_CODE in texts else [])]


def test_the_request_is_kept_the_official_number_is_said_and_a_place_is_looked_for(alone: Player) -> None:
    answer = alone.says("un humain")
    keys = [say.key for say in answer.reply.says]
    assert keys == ["handoff_kept", "handoff_contact", "asked.ways_place"]
    assert answer.handoff and answer.handoff.reason == "asked" and answer.handoff.due is None
    assert re.search(r"\d\d", answer.reply.says[1].text), "the official number"
    alone.says("oui")
    alone.says("60000")
    assert "Relais A" in alone.last
    ended = alone.says("oui")
    assert ended.reply.says[0].key == "place_noted", "nobody is there to be shown the answers"
    assert ended.handoff and (ended.handoff.place, ended.handoff.code) == ("a", False)
    assert promises(alone) == []


def test_who_wants_no_place_is_told_that_nobody_knows_when(alone: Player) -> None:
    alone.says("un humain")
    alone.says("non")
    assert "Votre demande est gardée" in alone.last and alone.talk.asked is None and alone.talk.run
    assert promises(alone) == []


def test_with_a_team_the_promise_is_as_before(alone: Player) -> None:
    alone.helped = True
    alone.says("un humain")
    assert promises(alone), "else the tests above prove nothing"


@pytest.mark.parametrize("words", ["rappelez-moi au 06 12 34 56 78", "rappelez-moi demain matin", "je veux un rappel"])
def test_a_call_that_is_asked_for_is_not_promised(alone: Player, words: str) -> None:
    for text in (words, "un humain", "un humain", "demain"):
        alone.says(text)
    assert promises(alone) == []


def test_a_promise_made_before_is_not_said_again(alone: Player) -> None:
    alone.helped = True
    for text in ("un humain", "rappel", "06 12 34 56 78", "1", "oui", "60057"):
        alone.says(text)
    assert alone.talk.case.get("standing")
    alone.helped, alone.answers = False, []
    for text in ("vous m'appelez quand ?", "oui", "un humain", "oui"):
        alone.says(text)
    assert [promise for promise in promises(alone) if "2026" not in promise] == [], "the wish itself stays in the case"


@pytest.mark.parametrize("now", [MONDAY, SUNDAY])
def test_on_the_phone_silence_offers_no_call_and_promises_none(dialogue: Dialogue, now: datetime) -> None:
    caller = Player(dialogue, channel="voice", phone=MOBILE, now=now, helped=False)
    caller.signals("call")
    for _ in range(6):
        answer = caller.signals("silence")
        assert "rappel" not in [option.id for say in answer.reply.says for option in say.options]
        if answer.reply.manner.then == "hang_up":
            break
    assert answer.handoff and answer.handoff.phone == MOBILE, "the team may call all the same"
    assert "Votre demande est gardée" in caller.last and promises(caller) == []


def test_a_caller_gets_the_address_of_a_place_by_sms_without_a_code(dialogue: Dialogue) -> None:
    caller = Player(dialogue, channel="voice", phone=MOBILE, now=SUNDAY, helped=False, places={"60057": (PLACE,)})
    caller.signals("call")
    for text in ("0", "1", "60000"):
        caller.says(text)
    answer = caller.says("1")
    assert [send.to for send in answer.sends] == [MOBILE] and "1 rue A" in answer.sends[0].says[0].text
    assert promises(caller) == []


def test_who_hangs_up_in_the_middle_is_promised_nothing(dialogue: Dialogue) -> None:
    caller = Player(dialogue, channel="voice", phone=MOBILE, now=SUNDAY, helped=False)
    caller.signals("call")
    caller.says("0")
    caller.signals("hung_up")
    assert promises(caller) == []
