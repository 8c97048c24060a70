"""« Aller dans un lieu », through the real service: the place is kept with its case, and the code to bring is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from api.case_models import Handoff
from api.db import reading
from api.models import Conversation, Event
from api.places.importing import ensure_demo
from bot.messages import Inbound
from tests.channels.conftest import Service

WHO = {"telegram": "987654321", "sms": "+33639981234", "voice": "+33612345678"}
BEAUVAIS = (49.431712, 2.081357)
CODE = re.compile(r"(?<!\d)(\d{6})(?!\d)")


def the_case(service: Service) -> Handoff:
    with reading(service.engine) as session:
        return session.scalars(select(Handoff)).one()


@pytest.mark.parametrize("channel", list(WHO))
def test_the_place_is_chosen_and_its_code_is_told(service: Service, channel: str) -> None:
    ensure_demo(service.engine, service.now)
    desk = service.desk(channel, WHO[channel])
    desk.opens()
    for words in ("carte vitale", "oui", "un humain", "aller dans un lieu", "Beauvais", "le premier"):
        desk.turn(words)
    assert the_case(service).mode == "place" and the_case(service).code_digest is None
    desk.turn("oui")
    said = " ".join(say.text for say in service.kept.reply.says) if service.kept.reply else ""
    case = the_case(service)
    assert (case.status, case.mode, case.consent) == ("open", "place", "oui") and case.code_digest
    assert CODE.search(said) and "◊" not in said
    recap = case.unseal(service.vault, "recap_sealed")
    assert (
        recap["commune"] == "60057" and recap["place"] and "commune" not in case.unseal(service.vault, "answers_sealed")
    )


def test_the_address_and_the_same_code_come_by_sms_after_a_call(service: Service) -> None:
    ensure_demo(service.engine, service.now)
    desk = service.desk("voice", WHO["voice"])
    desk.opens()
    turns = [desk.turn(words) for words in ("0", "2", "60000", "1")]
    said, spelt = str(turns[-1].data), re.compile(r"(?<!\d)(\d(?:, \d){5})(?!\d)")
    late = 0 if "Votre code :" in said else 1  # the SMS may leave a moment after what is heard
    sent = "\n".join([said, *(letter.rendered.text for letter in service.mailbox.take(late))])
    (code,) = {found.replace(", ", "") for found in spelt.findall(said)}
    assert "◊" not in sent and f"Votre code : {code}." in sent and "exemple fictif" in sent


def test_one_case_whatever_is_pressed(service: Service) -> None:
    desk = service.desk("sms", WHO["sms"])
    for words in ("un humain", "0", "0", "un humain", "non", "1", "un humain", "oui"):
        desk.turn(words)
    assert the_case(service).mode == "live" and the_case(service).status == "open"


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
def test_an_access_need_stated_before_ranks_and_explains_the_places(service: Service) -> None:
    ensure_demo(service.engine, service.now)
    desk = service.desk("telegram", WHO["telegram"])
    for words in ("bonjour", "je suis en fauteuil roulant", "où aller", "Beauvais"):
        desk.turn(words)
    said = service.kept.reply.says if service.kept.reply else ()
    places = [say.text for say in said if "exemple fictif" in say.text]
    assert len(places) == 2 and "il annonce l'accès en fauteuil" in places[0].splitlines()[0]
    assert "ne précise pas l'accès en fauteuil : appelez avant" in places[1].splitlines()[0]


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
def test_a_position_is_answered_with_the_need_too(service: Service) -> None:
    ensure_demo(service.engine, service.now)
    desk = service.desk("telegram", WHO["telegram"])
    desk.turn("je suis sourd")
    inbound = Inbound("telegram", WHO["telegram"], "", "position", service.now, signal="location", point=BEAUVAIS)
    assert any("sourdes : vérifiez avant" in say.text for say in service.conversations.receive(inbound).says)


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
def test_a_landline_hears_the_street_and_the_number_in_pairs(service: Service) -> None:
    ensure_demo(service.engine, service.now)
    desk = service.desk("voice", "+33199001111")
    desk.opens()
    said = [str(desk.turn(words).data) for words in ("où aller", "60000", "1")][-1]
    assert re.search(r"\d+ (rue|place|avenue) \w", said) and re.search(r"Téléphone : \d\d(, \d\d){4}", said), said


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
def test_who_speaks_english_is_told_in_english(service: Service) -> None:
    ensure_demo(service.engine, service.now)
    desk = service.desk("telegram", WHO["telegram"])
    for words in ("English", "where to go", "Beauvais"):
        desk.turn(words)
    said = "\n".join(say.text for say in service.kept.reply.says) if service.kept.reply else ""
    assert "Hours: " in said and "helps with" in said and "France services du Beffroi" in said
    assert "Horaires" not in said and "Ce lieu" not in said


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
def test_an_access_need_is_sealed_counted_nowhere_and_forgotten(service: Service) -> None:
    desk = service.desk("telegram", WHO["telegram"])
    desk.turn("je suis en fauteuil roulant")
    with reading(service.engine) as session:
        (place,) = session.scalars(select(Conversation))
        assert place.unseal(service.vault, "talk_sealed")["comfort"]["access"] == ["wheelchair"]
        counted = [(event.kind, event.detail) for event in session.scalars(select(Event))]
        assert not any("wheelchair" in str(one) or "access" in str(one) for one in counted)
    data = Path(str(make_url(service.settings.database_url).database)).read_bytes()
    assert b"wheelchair" not in data and b"fauteuil" not in data
    for words in ("oubliez-moi", "oui"):
        desk.turn(words)
    with reading(service.engine) as session:
        assert session.scalars(select(Conversation)).all() == []
