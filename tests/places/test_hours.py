"""When a place is open: holidays, nights when the clock changes, and what nobody knows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.hours import Opening, hour_in_words, unverified_since
from tests.places.nearest_kit import a_place, moment, real_places

WEEK = "Mo-Fr 09:00-12:00,14:00-17:30; Sa 10:00-12:00"
PARIS = ZoneInfo("Europe/Paris")
CHRISTMAS = date(2026, 12, 25)


def at(text: str) -> datetime:
    """A moment in Paris: « 2026-12-24 10:00 »."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def test_open_closed_and_next() -> None:
    opening = Opening(WEEK)
    assert opening.open_at(at("2026-12-24 10:00")) is True
    assert opening.at(at("2026-12-24 10:00")).closes == at("2026-12-24 12:00")
    assert opening.open_at(at("2026-12-24 12:00")) is False, "at noon it has just closed"
    assert opening.next_opening(at("2026-12-24 12:00")) == at("2026-12-24 14:00")
    assert opening.next_opening(at("2026-12-24 18:00")) == at("2026-12-26 10:00"), "not on the 25th"


@pytest.mark.parametrize(
    "text",
    [
        WEEK,
        "Mo-Su 08:00-20:00",
        "Fr 10:00-12:00",
        "2026 Dec 25 10:00-12:00; Mo-Fr 09:00-18:00",
        "Mo-Fr 09:00-17:00; PH off",
    ],
)
def test_nothing_silent_on_holidays_is_open_at_christmas(text: str) -> None:
    opening = Opening(text)
    assert opening.open_at(at("2026-12-25 10:30")) is False
    assert opening.spans(CHRISTMAS) == []


def test_a_place_that_says_it_is_open_on_holidays_is_believed() -> None:
    assert Opening("Mo-Su,PH 09:00-18:00").open_at(at("2026-12-25 10:00")) is True
    assert Opening("Mo-Su 09:00-18:00; PH 10:00-12:00").in_words(CHRISTMAS) == "vendredi, de 10 heures à midi"


def test_always_open_says_nothing_of_holidays() -> None:
    opening = Opening("24/7")
    assert opening.open_at(at("2026-12-24 03:00")) is True
    assert opening.open_at(at("2026-12-25 10:00")) is None
    assert opening.in_words(CHRISTMAS) is None
    assert opening.in_words(date(2026, 12, 24)) == "jeudi, toute la journée"


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("67482", "2026-12-26"),
        ("57463", "2026-04-03"),
        ("97411", "2026-12-20"),
        ("97302", "2026-06-10"),
        ("97608", "2026-04-27"),
        ("57463", "2028-04-14"),  # two years on, at another date
    ],
)
def test_holidays_of_their_own(code: str, day: str) -> None:
    """St Stephen's day and Good Friday in the East, the abolition of slavery overseas."""
    noon = datetime.fromisoformat(f"{day}T11:00")
    for insee, expected in ((code, False), ("60057", True)):
        opening = Opening.of(a_place(hours="Mo-Su 09:00-18:00", insee=insee))
        assert opening.open_at(noon.replace(tzinfo=ZoneInfo(opening.timezone))) is expected, insee


def test_open_all_along_though_not_said_in_one_go() -> None:
    """« With an appointment in the afternoon »: nobody is told that it closes at noon."""
    opening = Opening('Mo-Fr 09:00-12:00 "sans rendez-vous", 12:00-17:00 "sur rendez-vous"')
    now = opening.at(at("2026-11-23 10:00"))
    assert (now.closes, now.next_opening) == (at("2026-11-23 17:00"), at("2026-11-24 09:00"))


def test_open_on_some_holidays_says_nothing_of_the_local_ones() -> None:
    local = Opening("Mo-Su 09:00-18:00; PH 10:00-12:00", "6AE")
    assert local.open_at(at("2026-12-26 11:00")) is None
    assert Opening("Mo-Su 09:00-18:00; PH off", "6AE").open_at(at("2026-12-26 11:00")) is False


def test_overseas_has_its_own_clock() -> None:
    opening = Opening.of(a_place(hours="Mo-Fr 08:00-12:00", insee="97411"))
    assert opening.open_at(moment("2026-12-22T05:00+00:00")) is True, "nine in the morning in La Réunion"
    assert opening.open_at(moment("2026-12-22T09:00+00:00")) is False
    following = opening.next_opening(moment("2026-12-22T09:00+00:00"))
    assert following is not None and following.isoformat() == "2026-12-23T08:00:00+04:00"
    assert Opening.of(a_place(insee=None, postcode="97200")).timezone == "America/Martinique"


def utc(found: datetime | None) -> datetime | None:
    """In UTC: an hour that comes twice equals no moment of another zone."""
    return found and found.astimezone(UTC)


def test_the_night_the_clock_goes_back() -> None:
    """On 25 October 2026 in Paris, 2:30 comes twice."""
    opening = Opening("Su 02:30-05:00")
    assert utc(opening.next_opening(moment("2026-10-24T23:00+00:00"))) == moment("2026-10-25T00:30+00:00")
    assert opening.open_at(moment("2026-10-25T01:45+00:00")) is True
    assert utc(opening.at(moment("2026-10-25T00:45+00:00")).closes) == moment("2026-10-25T04:00+00:00")
    late = Opening("Su 02:40-05:00").next_opening(moment("2026-10-25T01:30+00:00"))
    assert utc(late) == moment("2026-10-25T01:40+00:00"), "the second 2:40: the first is over"


def test_the_night_the_clock_goes_forward() -> None:
    """On 29 March 2026 in Paris there is no 2:30."""
    found = Opening("Su 02:30-05:00").next_opening(moment("2026-03-28T23:00+00:00"))
    assert utc(found) == moment("2026-03-29T01:30+00:00")
    skipped = Opening("Su 02:00-03:00").next_opening(moment("2026-03-28T23:00+00:00"))
    assert utc(skipped) == moment("2026-04-05T00:00+00:00"), "all of it fell in the hour that is not"


@pytest.mark.parametrize(
    "text",
    [None, "", "sur rendez-vous", "9h-12h / 14h-17h", '"sur rendez-vous"', "Mo-Fr", "Mo-Fr 09:00+", "00:00-00:00",
     "Th 09:00-11:00,19:00-11:00", "Mo-Fr 09:00-12:00; SH off", "<ul><li>mardi</li></ul>"],
)  # fmt: skip
def test_what_is_not_known_stays_unknown(text: str | None) -> None:
    opening = Opening(text)
    now = opening.at(at("2026-12-24 10:00"))
    assert (now.open_now, now.next_opening, now.closes) == (None, None, None)
    assert opening.in_words(date(2026, 12, 24)) is None


def test_an_hour_written_to_fill_the_form_is_no_opening() -> None:
    opening = Opening("Mo 00:00-00:00,09:00-12:00; We 00:00-00:00; Th 14:00-14:00")
    assert opening.in_words(date(2026, 11, 23)) == "lundi, de 9 heures à midi"
    assert opening.open_at(at("2026-11-25 10:00")) is False
    assert opening.open_at(at("2026-11-26 15:00")) is False


def test_in_words() -> None:
    opening = Opening(WEEK)
    assert opening.in_words(date(2026, 11, 23)) == "lundi, de 9 heures à midi et de 14 heures à 17 heures 30"
    assert opening.in_words(date(2026, 11, 23), spoken=False) == "lundi, de 9 h à midi et de 14 h à 17 h 30"
    assert opening.in_words(date(2026, 11, 22)) == "dimanche, fermé"
    assert opening.in_words(date(2026, 11, 23), "en") == "Monday, from 9 AM to noon and from 2 PM to 5:30 PM"
    assert Opening("Mo-Su 20:00-08:00").in_words(date(2026, 11, 23)) == "lundi, de 20 heures à 8 heures"
    assert Opening("Su 20:00-08:00").in_words(date(2026, 11, 23)) == "lundi, de minuit à 8 heures"
    assert hour_in_words(at("2026-12-24 00:00")) == "minuit"


def test_when_hours_are_old() -> None:
    day = date(2026, 11, 22)
    assert unverified_since(date(2023, 3, 4), day) == date(2023, 3, 4)
    assert unverified_since(date(2025, 9, 1), day) is None
    assert unverified_since(date(2025, 5, 22), day) == date(2025, 5, 22), "a year and a half"
    assert unverified_since(date(2025, 5, 24), day) is None
    assert unverified_since(None, day) is None


def test_a_moment_bears_a_zone() -> None:
    with pytest.raises(ValueError):
        Opening(WEEK).open_at(datetime(2026, 12, 24, 10))


ZONES = st.sampled_from([UTC, PARIS, ZoneInfo("Indian/Reunion")])
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=ZONES)
TEXTS = st.sampled_from(
    [WEEK, "Mo-Su 20:00-08:00", "week 1-53/2 Tu 09:00-12:00", "Su 02:00-03:00", "24/7", "Fr 10:00-12:00; PH off"]
)


@given(TEXTS, MOMENTS, st.sampled_from([None, "57", "974"]))
def test_it_is_open_when_it_opens_and_not_when_it_closes(text: str, now: datetime, subdivision: str | None) -> None:
    opening = Opening(text, subdivision)
    said = opening.at(now)
    if said.next_opening is not None:
        assert said.next_opening > now
        assert opening.open_at(said.next_opening) is True
    if said.closes is not None:
        assert said.open_now and said.closes > now
        assert opening.open_at(said.closes) is not True


@given(st.text(alphabet='MoTuFrPHSH 0123456789:-,;"+/off', max_size=40), MOMENTS)
def test_no_text_breaks_the_reading(text: str, now: datetime) -> None:
    assert Opening(text).open_at(now) in (True, False, None)


def test_the_real_hours_are_read() -> None:
    written = sorted({place.hours for place in real_places() if place.hours})
    read = [text for text in written if Opening(text).spans(CHRISTMAS) is not None]
    assert len(read) > 0.95 * len(written)
    assert [text for text in read if Opening(text).spans(CHRISTMAS)] == []
