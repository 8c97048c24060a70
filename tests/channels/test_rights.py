"""The rights of people on each channel: what is known of them, all of it deleted, and what is never kept."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import update

from api.case_models import CaseNote, Handoff
from api.channel_models import Delivery
from api.db import reading, writing
from api.models import Conversation
from bot.messages import Reply
from tests.api.lives import a_mediator, sealed
from tests.api.test_forgotten_everywhere import GOES
from tests.api.test_words_stay_private import forms
from tests.channels.conftest import Service
from tests.channels.opened import files_of, holding, rows_of

ON_SQLITE = pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
MOBILE, LANDLINE, CHAT = "+33698765432", "+33198765432", "987654321234"
WHO = {"web": "", "sms": MOBILE, "telegram": CHAT, "voice": LANDLINE}
WORDS = ("zygomatique", "crépuscule")
Says = Callable[[str], str]


@contextmanager
def citizen(service: Service, channel: str) -> Iterator[Says]:
    """Somebody on a channel: what they say gives what they read or hear."""
    if channel == "web":
        with service.browser() as browser:
            yield lambda words: str(browser.post("/api/chat", json={"text": words}).json())
        return
    desk = service.desk(channel, WHO[channel])
    desk.opens()
    yield lambda words: desk.turn(words).shown
    desk.closes()


def last(service: Service) -> Reply:
    assert service.kept.reply
    return service.kept.reply


def with_a_case(says: Says) -> None:
    """Words of their own, a procedure under way, and a person asked for."""
    for words in ("carte vitale", "oui", f"le {WORDS[0]} du {WORDS[1]}", "un humain"):
        says(words)


def put_in_charge(service: Service, name: str = "Nadia") -> uuid.UUID:
    """A mediator takes the one open case, and writes a note on it."""
    with writing(service.engine) as session:
        account = a_mediator(session, service.vault, service.now, f"{name.lower()}@exemple.fr")
        changed = {"mediator_id": account, "taken_at": service.now, "spoken_at": service.now}
        session.execute(update(Handoff).where(Handoff.status == "open").values(**changed))
        case = session.query(Handoff).one()
        note = CaseNote(handoff_id=case.id, mediator_id=account, at=service.now)
        session.add(sealed(service.vault, note, text_sealed=WORDS[0]))
        return case.id


def a_letter_waits(service: Service) -> None:
    """A message to the citizen that has not left."""
    with writing(service.engine) as session:
        person = session.query(Conversation).one().citizen_id
        letter = Delivery(
            citizen_id=person, person=person, sequence=1000, channel="sms", kind="push", asked_for=False,
            state="queued", attempts=0, doubts=0, not_before=service.now.replace(year=2030), created_at=service.now,
        )  # fmt: skip
        session.add(sealed(service.vault, letter, to_sealed=MOBILE, body_sealed={"text": WORDS[1]}))


def left_of_them(service: Service) -> dict[str, int]:
    """The tables that still speak of somebody. A call is only known by the provider's id, and linked to nobody."""
    theirs = GOES - {"calls"}
    return {name: count for name, count in rows_of(service.engine).items() if name in theirs and count}


def settled(service: Service) -> dict[str, int]:
    """What is left of them, once the last word has left (some milliseconds; ten seconds at most)."""
    for _ in range(200):
        if not left_of_them(service):
            break
        time.sleep(0.05)
    return left_of_them(service)


@ON_SQLITE
@pytest.mark.parametrize("channel", WHO)
def test_what_is_known_is_told(service: Service, channel: str) -> None:
    with citizen(service, channel) as says:
        if channel in ("web", "sms"):  # by phone and on Telegram one is greeted first
            assert "rien de vous" in says("que savez-vous de moi ?")
        with_a_case(says)
        told = says("Que savez-vous de moi ?")
        assert "90 jours" in told and "Carte Vitale" in told and "attend un m" in told and "oubliez-moi" in told
        assert ("finit par 32" in told) == (channel in ("sms", "voice"))
        assert WORDS[0] not in told and "98 76" not in told.split("oubliez-moi")[0]
        put_in_charge(service)
        told = says("mes données")
        assert "Nadia" in told and "oubliez-moi" in told


@ON_SQLITE
def test_what_is_known_counts_what_is_kept(service: Service) -> None:
    with citizen(service, "web") as says:
        says("carte vitale")
        kept = rows_of(service.engine)["messages"]
        assert f"gardés : {kept}," in says("mes données")


@pytest.mark.parametrize("in_charge", [False, True], ids=["waiting", "in charge"])
@pytest.mark.parametrize(("channel", "yes"), [*((one, "oui") for one in WHO), ("voice", "1")])
def test_forgetting_leaves_nothing(service: Service, channel: str, yes: str, in_charge: bool) -> None:
    with citizen(service, channel) as says:
        with_a_case(says)
        if in_charge:
            put_in_charge(service)
            says(f"bonjour {WORDS[1]}")
        a_letter_waits(service)
        assert left_of_them(service)["messages"] and holding(service.engine, service.vault, *WORDS)
        assert "effacer" in says("oubliez-moi")
        assert "C'est fait" in says(yes)
    assert settled(service) == {}
    known = (MOBILE[3:], LANDLINE[3:], CHAT, *WORDS)
    left = holding(service.engine, service.vault, *known)
    assert left == [], "neither sealed nor in clear"
    if service.engine.dialect.name == "sqlite":
        found = {
            f"{secret} in {name}"
            for name, data in files_of(service.engine).items()
            for secret in known
            if any(form in data for form in forms(secret))
        }
        assert found == set()


@ON_SQLITE
def test_a_no_deletes_nothing(service: Service) -> None:
    with citizen(service, "sms") as says:
        with_a_case(says)
        before = left_of_them(service)
        says("oubliez-moi")
        assert "n'efface rien" in says("non")
        now = left_of_them(service)
        assert all(now[name] >= before[name] for name in before)


@ON_SQLITE
def test_stop_stays_when_all_the_rest_goes(service: Service) -> None:
    with citizen(service, "sms") as says:
        with_a_case(says)
        says("stop")
        put_in_charge(service)
        with citizen(service, "telegram") as other:
            other("bonjour")
        forgotten = service.desk("voice", MOBILE)
        forgotten.opens()
        forgotten.turn("oubliez-moi")
        assert "C'est fait" in forgotten.turn("1").shown
        forgotten.closes()
    rows = rows_of(service.engine)
    assert (rows["opt_outs"], rows["handoffs"], rows["case_notes"], rows["citizens"]) == (1, 0, 0, 1)
    assert (rows["mediators"], rows["events"] > 3) == (1, True)


@ON_SQLITE
def test_who_comes_back_is_a_newcomer_and_their_old_case_is_not(service: Service) -> None:
    with citizen(service, "sms") as says:
        with_a_case(says)
        put_in_charge(service)
        for words in ("oubliez-moi", "oui"):
            says(words)
        assert "rien de vous" in says("mes données")
        says("un humain")
    with reading(service.engine) as session:
        case = session.query(Handoff).one()
        assert (case.status, case.mediator_id) == ("open", None), "the assistant helps again; nobody is in charge"


NIR, IBAN, CARD = "2 85 05 78 006 084", "FR76 3000 6000 0112 3456 7890 189", "4539 1488 0343 6467"
SECRETS = (NIR, IBAN, CARD)
TYPED = (
    f"mon numero de secu {NIR}",
    f"{IBAN} c'est mon compte",
    CARD,
    f"voila tout {NIR} et {IBAN} et {CARD}",
)
SPOKEN = "un quatre-vingt-quatre douze soixante-quinze cent vingt-trois quatre cent cinquante-six"


@ON_SQLITE
@pytest.mark.parametrize("channel", WHO)
def test_what_is_masked_is_nowhere_even_sealed(service: Service, channel: str) -> None:
    """At any moment: before a procedure, at its questions, when a number is asked for, and to the person in charge."""
    with citizen(service, channel) as says:
        for before in ((), ("carte vitale", "oui"), ("un humain",)):
            for words in (*before, *TYPED):
                says(words)
        put_in_charge(service)
        for words in (*TYPED, SPOKEN, "merci beaucoup"):
            says(words)
    found = holding(service.engine, service.vault, *SECRETS, "quatre-vingt-quatre douze")
    assert found == []
    assert holding(service.engine, service.vault, "▮NIR▮ et ▮IBAN▮ et ▮CARTE▮") == ["messages.text_sealed"]
    assert holding(service.engine, service.vault, "merci beaucoup"), "what may be kept is, and would be found"
    for name, data in files_of(service.engine).items():
        assert not [secret for secret in SECRETS for form in forms(secret) if form in data], name
