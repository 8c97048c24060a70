"""« Que savez-vous de moi ? »: true, short, in two SMS and twenty seconds at most."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot import knowing, runs
from bot.channels import named
from bot.channels.sms import SMS, cost
from bot.comfort import Comfort
from bot.dialogue import Dialogue
from bot.messages import Inbound, Known, Reply
from bot.owners import Charge
from bot.scene import NeedsKnown, Scene
from bot.talk import Asked, Talk
from flows import budgets
from flows.library import Library
from flows.run import Run
from flows.spoken import aloud
from flows.texts import Say
from tests.player import NOON

SINCE = datetime(2026, 9, 30, 23, 30, tzinfo=UTC)  # 1 October in Paris
KNOWN = Known(SINCE, 12, 90)


def scene(dialogue: Dialogue, known: Known | None = KNOWN, talk: Talk = Talk(), channel: str = "web") -> Scene:  # noqa: B008
    paris = dialogue.territory.timezone
    at = datetime.fromisoformat(f"{NOON.date()}T12:00:00+01:00")
    assert paris == "Europe/Paris"
    can = named(channel).capabilities
    return Scene(dialogue.library, dialogue.territory, at, channel, "mes données", talk, {}, known=known, can=can)


def about(scene: Scene) -> tuple[Say, ...]:
    """What is said of the citizen, without what they have to do next."""
    says, after = knowing.told(scene).says, runs.show(scene).says
    assert says[-len(after) :] == after, "the citizen is shown where they were"
    return says[: -len(after)]


def words(scene: Scene) -> str:
    return "\n".join(say.text for say in about(scene))


def started(*procedures: str) -> Talk:
    first, *others = (Run(name, {name: 1}) for name in procedures)
    return Talk(run=first, parked=tuple(others))


def longest(library: Library, many: int) -> list[str]:
    pages = sorted(library.procedures.values(), key=lambda page: -max(len(page.title), len(page.button)))
    return [page.id for page in pages[:many]]


def test_what_is_kept_is_said(dialogue: Dialogue) -> None:
    said = words(scene(dialogue, replace(KNOWN, phone_ends=("78", "12")), started("caf_dtr")))
    assert "1er octobre 2026" in said and "Messages gardés : 12" in said and "90 jours" in said
    assert dialogue.library.procedures["caf_dtr"].title in said
    assert "Pas de demande" in said and "finit par 78, 12" in said
    assert "oubliez-moi" in said.splitlines()[-1]


def test_who_has_the_request_is_named(dialogue: Dialogue) -> None:
    waiting = scene(dialogue, replace(KNOWN, case_open=True))
    assert "attend un médiateur" in words(waiting)
    assert "Nadia s'occupe" in words(replace(waiting, charge=Charge("Nadia", "live")))


def test_all_that_is_under_way_is_counted(dialogue: Dialogue) -> None:
    talk = started("caf_dtr", "cpam_carte_vitale")
    assert "Démarches en cours : 2" in words(scene(dialogue, talk=talk))
    assert "Pas de démarche" in words(scene(dialogue))


def test_of_a_newcomer_nothing_is_known(dialogue: Dialogue) -> None:
    said = words(scene(dialogue, Known(SINCE, 0, 90)))
    assert "rien de vous" in said and "oubliez-moi" in said and "octobre" not in said


def test_an_access_need_is_told_without_saying_which(dialogue: Dialogue) -> None:
    talk = Talk(comfort=Comfort(access=("hearing",)))
    for known in (KNOWN, Known(SINCE, 0, 90)):
        said = words(scene(dialogue, known, talk))
        assert "entrer dans un lieu" in said and "sourd" not in said and "rien de vous" not in said
    assert "entrer dans un lieu" not in words(scene(dialogue))


def test_a_question_that_waits_is_asked_again(dialogue: Dialogue) -> None:
    said = dialogue.library.sentence("forget_offer", NOON.date())
    talk = Talk(asked=Asked("forget", ("oui", "non")), last=(said,))
    move = knowing.told(scene(dialogue, talk=talk))
    assert move.talk.asked == talk.asked and move.says[-1] == said


@pytest.mark.parametrize("language", [None, "en"])
@pytest.mark.parametrize("under_way", [0, 1, 3])
@pytest.mark.parametrize("state", ["none", "waiting", "person"])
def test_it_fits_in_two_sms_and_twenty_seconds(
    dialogue: Dialogue, language: str | None, under_way: int, state: str
) -> None:
    library = dialogue.languages.get(language or "", dialogue.library)
    talk = started(*longest(library, under_way)) if under_way else Talk()
    talk = replace(talk, comfort=Comfort(access=("wheelchair", "hearing")))
    known = Known(SINCE, 999, 90, state != "none", ("78", "12"))
    there = replace(scene(dialogue, known, talk, "sms"), library=library)
    if state == "person":
        there = replace(there, charge=Charge("Jean-Baptiste", "live"))
    says = about(there)
    texts = [one.text for one in SMS.render(Reply(says))]
    assert cost(texts) <= budgets.MAX_SEGMENTS, texts
    spoken = " ".join(aloud(say.speech or say.text) for say in says)
    assert budgets.seconds(spoken) <= budgets.MAX_SECONDS, (budgets.seconds(spoken), spoken)


def test_the_dialogue_asks_for_what_is_kept(dialogue: Dialogue) -> None:
    inbound = Inbound("web", "citizen", "Que savez-vous de moi ?", "1", NOON)
    with pytest.raises(NeedsKnown):
        dialogue.reply_to(inbound, Talk(greeted=True), {})
    answer = dialogue.reply_to(replace(inbound, known=KNOWN), Talk(greeted=True), {})
    assert "Messages gardés : 12" in answer.reply.says[0].text
    assert [event.kind for event in answer.events] == ["data_asked"]
