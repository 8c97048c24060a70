"""Whole phone calls that go badly: they end in a recap and a call-back, never in a mere hang-up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from api.case_models import Handoff
from api.db import reading
from api.simulators.desks import VoiceDesk
from api.simulators.transfer import Outcome
from tests.channels.conftest import Service

MOBILE = "+33612345678"
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)  # ten in the morning in Paris


# What is tested here does not depend on the database.
pytestmark = pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)


def calling(service: Service, *turns: str) -> VoiceDesk:
    desk = service.desk("voice", MOBILE)
    assert isinstance(desk, VoiceDesk)
    desk.opens()
    for turn in turns:
        desk.turn(turn)
    return desk


def cases(service: Service) -> list[tuple[str, str | None]]:
    with reading(service.engine) as session:
        rows = session.scalars(select(Handoff)).all()
        return [(row.status, row.unseal(service.vault, "phone_sealed")) for row in rows]


def test_silences_misses_and_repeats_end_in_a_recap_and_a_call_back(service: Service) -> None:
    """Thirty seconds of silence, three misses and two « répétez », then nobody answers any more."""
    desk = calling(service, "carte vitale", "1", "1", "1")
    before = desk.phone.seconds
    heard = []
    for turn in ("", "gloubi boulga", "répétez", "", "gloubi", "boulga", "répétez", ""):
        heard.append(desk.turn(turn).shown)
        assert not desk.phone.over, "the line must not close before a recap and a call-back"
    silences = 3
    while not desk.phone.over and silences < 12:
        last = desk.turn("")
        silences += 1
    assert desk.phone.over and desk.phone.seconds - before > 30
    assert cases(service) == [("open", MOBILE)]
    assert "SMS" in last.shown and last.data["sms"]["texts"], last.shown
    assert "vous appelle au plus tard" in last.shown and "Je garde votre place" in last.shown

    again = calling(service)
    assert "Nous en étions à" in again.phone.heard


def test_a_voicemail_that_picks_up_the_transfer_never_gets_the_call(service: Service) -> None:
    service.now = MONDAY
    desk = calling(service, "carte vitale", "1", "1")
    desk.phone.transfer_outcomes = ["voicemail", "voicemail"]
    desk.turn("0")
    assert not desk.phone.transferred and "06 12 34 56 78" in desk.phone.heard
    desk.turn("1")
    assert cases(service) == [("open", MOBILE)]
    assert not desk.phone.over


@pytest.mark.parametrize("outcome", ["refuse", "no_answer", "busy"])
def test_nobody_takes_the_call_then_somebody_calls_back(service: Service, outcome: Outcome) -> None:
    service.now = MONDAY
    desk = calling(service, "carte vitale", "1", "1")
    desk.phone.transfer_outcome = outcome
    desk.turn("0")
    desk.turn("1")
    assert cases(service) == [("open", MOBILE)]


def test_a_person_takes_the_call_and_the_case_is_closed(service: Service) -> None:
    service.now = MONDAY
    desk = calling(service, "carte vitale", "1", "1")
    desk.turn("0")
    assert desk.phone.transferred
    assert [status for status, _ in cases(service)] == ["closed"]
    assert not desk.phone.over and "Vous avez parlé à une personne" in desk.phone.heard


def test_hanging_up_at_any_moment_keeps_the_place(service: Service) -> None:
    words = ["carte vitale", "1", "1", "1", "2", "1", "1"]
    for length in range(2, len(words) + 1):
        desk = service.desk("voice", f"+3361234567{length}")
        desk.opens()
        for word in words[:length]:
            desk.turn(word)
        step = service.kept.reply and service.kept.reply.step
        desk.closes()
        desk.opens()
        assert service.kept.reply and service.kept.reply.step == step
