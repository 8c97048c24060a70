"""A person in charge, through the real webhooks: words both ways once, silence of the assistant, the way back."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from api.case_models import CaseMove, Handoff
from api.cases.account import Account, account_of
from api.cases.acts import NotYours
from api.channel_models import Delivery
from api.console_models import Mediator
from api.db import reading, writing
from api.models import Address, Message
from api.sending.letters import WAITING
from api.simulators.desks import VoiceDesk
from bot.messages import Inbound, Reply
from tests.channels.conftest import Service
from tests.web.reading import words

MOBILE, OTHER = "+33612345678", "+33612345679"
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)  # ten in the morning in Paris
FRIDAY_EVENING = datetime(2026, 11, 27, 18, tzinfo=UTC)
INSIDE = ("carte vitale", "oui", "cpam", "perdue", "non", "oui")
pytestmark = pytest.mark.one_database


@pytest.fixture
def claire(service: Service) -> Account:
    """A mediator of the territory, on a Monday morning."""
    service.now = MONDAY
    return account(service, "Claire")


def account(service: Service, name: str) -> Account:
    row = Mediator(
        id=uuid.uuid4(), email=f"{name.lower()}@exemple.fr", first_name=name, last_name="Essai", role="mediator",
        active=True, territory=True, failures=0, available=True, alert="none", created_at=service.now,
        password_hash="none",
    )  # fmt: skip
    with writing(service.engine) as session:
        session.add(row)
        session.flush()
        return account_of(session, row)


def cases(service: Service) -> list[Handoff]:
    with reading(service.engine) as session:
        return list(session.scalars(select(Handoff).order_by(Handoff.created_at, Handoff.status)))


def case_of(service: Service) -> Handoff:
    (one,) = [case for case in cases(service) if case.status == "open"]
    return one


def case_at(service: Service, address: str) -> Handoff:
    """The case of the citizen of an address."""
    found = select(Handoff).join(Address, Address.citizen_id == Handoff.citizen_id)
    with reading(service.engine) as session:
        return session.scalars(found.where(Address.blind_index == service.vault.index("sms", address))).one()


def writes(service: Service, text: str, channel: str = "sms", who: str = MOBILE, id_: str = "", **more: Any) -> Reply:
    """The citizen writes."""
    phone = who if channel in ("sms", "voice") else None
    inbound = Inbound(channel, who, text, id_ or uuid.uuid4().hex, service.now, phone=phone, **more)
    return service.conversations.receive(inbound)


def taken(service: Service, who: Account, channel: str = "sms", address: str = MOBILE) -> uuid.UUID:
    """A citizen in the middle of a procedure asks for a person, who takes the case at once."""
    for text in (*INSIDE, "un humain"):
        writes(service, text, channel, address)
    case = case_of(service).id
    service.cases.take(who, case)
    return case


def letters(service: Service) -> list[str]:
    return [letter.rendered.text for letter in service.mailbox.take()]


def settled(service: Service, case: uuid.UUID) -> list[str]:
    """What left since the last look, once nothing is on its way any more."""
    outbox = service.conversations._outbox
    assert outbox
    with reading(service.engine) as session:
        citizen = session.get_one(Handoff, case).citizen_id
    waiting = select(Delivery.id).where(Delivery.person == citizen, Delivery.state.in_(WAITING))
    for _ in range(200):
        outbox.drain(citizen)  # type: ignore[attr-defined]
        with reading(service.engine) as session:
            if session.scalars(waiting).first() is None:
                return letters(service)
        time.sleep(0.02)  # a message is in the hands of the outbox's own thread
    raise AssertionError("something never left")


def relayed(service: Service, case: uuid.UUID) -> list[str]:
    """What the citizen said to the person in charge."""
    found = select(Message).where(Message.case_id == case, Message.direction == "in")
    with reading(service.engine) as session:
        rows = session.scalars(found.order_by(Message.turn))
        texts = [row.unseal(service.vault, "text_sealed") for row in rows]
    return [text for text in texts if text]  # a silence or the end of a call has no words


def moves(service: Service, case: uuid.UUID) -> list[str]:
    with reading(service.engine) as session:
        found = select(CaseMove.kind).where(CaseMove.handoff_id == case).order_by(CaseMove.at)
        return [kind for kind in session.scalars(found) if kind != "routed"]


@pytest.mark.parametrize(("channel", "address"), [("sms", MOBILE), ("telegram", "4242"), ("web", "w" * 22)])
def test_words_go_both_ways_and_the_assistant_says_nothing_between(
    service: Service, claire: Account, channel: str, address: str
) -> None:
    case = taken(service, claire, channel, address)
    service.cases.reply(claire, case, "Bonjour, je regarde.", "r1")
    settled(service, case)
    said = len(service.history(channel, address))
    for text in ("merci", "oui", "1", "menu", "j'ai un doute", "c'est fait"):
        reply = writes(service, text, channel, address)
        assert reply.says == () and reply.person == "Claire"
    service.cases.reply(claire, case, "Tout va bien.", "r2")
    assert relayed(service, case) == ["merci", "oui", "1", "menu", "j'ai un doute", "c'est fait"]
    after = service.history(channel, address)[said:]
    assert [one.text for one in after if not one.citizen] == ["Tout va bien."]
    assert after[-1].person == "Claire"
    sent = settled(service, case)
    assert sent == ([] if channel == "web" else ["Claire : Tout va bien."])


def test_what_the_citizen_writes_is_owed_an_answer(service: Service, claire: Account) -> None:
    case = taken(service, claire)
    service.cases.reply(claire, case, "Bonjour", "r1")
    assert case_of(service).answer_by is None and case_of(service).heard_at is None
    service.now = service.now.replace(minute=30)
    writes(service, "j'ai un doute")
    now = case_of(service)
    assert now.heard_at == service.now == now.updated_at and now.answer_by and now.answer_by > service.now


@pytest.mark.both
def test_a_message_delivered_twice_is_passed_on_once_with_the_same_answer(service: Service, claire: Account) -> None:
    case = taken(service, claire)
    first = writes(service, "voici ma question", id_="m1")
    heard = case_of(service).heard_at
    service.now = service.now.replace(minute=20)
    assert writes(service, "voici ma question", id_="m1") == first and first.person == "Claire"
    assert relayed(service, case) == ["voici ma question"] and case_of(service).heard_at == heard
    service.cases.close(claire, case, "aide", None)
    assert writes(service, "voici ma question", id_="m1") == first, "an old message changes nothing once it is over"
    assert relayed(service, case) == ["voici ma question"] and not [c for c in cases(service) if c.status == "open"]


@pytest.mark.both
def test_many_at_once_are_each_passed_on_once(service: Service, claire: Account) -> None:
    case = taken(service, claire)
    texts = [f"message {n}" for n in range(4)] * 2

    def go(text: str) -> Reply:
        return writes(service, text, id_=text)

    with ThreadPoolExecutor(8) as pool:
        jobs: list[Callable[[], Any]] = [lambda t=text: go(t) for text in texts]  # type: ignore[misc]
        jobs += [lambda n=n: service.cases.reply(claire, case, f"réponse {n % 2}", f"r{n % 2}") for n in range(4)]  # type: ignore[misc]
        results = list(pool.map(lambda job: job(), jobs))
    assert all(reply.says == () for reply in results[:8])
    assert sorted(relayed(service, case)) == sorted(set(texts))
    assert len(set(results[8:])) == 2
    sent = settled(service, case)
    assert sorted(text for text in sent if "réponse" in text) == ["Claire : réponse 0", "Claire : réponse 1"]


def test_secrets_never_reach_the_person(service: Service, claire: Account) -> None:
    case = taken(service, claire)
    reply = writes(service, "mon numéro de sécu est le 2 55 04 60 057 012 38")
    assert "057" not in str(relayed(service, case)) and "sécurité sociale" in reply.says[0].text


def test_assistant_brings_it_back_and_the_case_waits_again(service: Service, claire: Account) -> None:
    case = taken(service, claire)
    reply = writes(service, "assistant")
    after = case_of(service)
    assert (after.id, after.mediator_id, after.taken_at) == (case, None, None) and after.answer_by
    assert moves(service, case) == ["opened", "taken", "left"]
    assert reply.person is None and reply.step == "photo"
    with pytest.raises(Exception, match=r".*"):
        service.cases.reply(claire, case, "Vous êtes là ?", "r9")
    assert writes(service, "c'est fait").step == "adresse", "the assistant goes on"
    assert relayed(service, case)[-1] == "assistant"


def test_once_closed_the_assistant_helps_and_another_case_may_be_opened(service: Service, claire: Account) -> None:
    case = taken(service, claire)
    service.cases.reply(claire, case, "C'est réglé.", "r1")
    service.cases.close(claire, case, "aide", None)
    assert "terminée" in settled(service, case)[-1]
    assert writes(service, "oui").step == "photo"
    assert writes(service, "c'est fait").step == "adresse"
    writes(service, "un humain")
    statuses = sorted(one.status for one in cases(service))
    assert statuses == ["closed", "open"] and case_of(service).id != case
    assert writes(service, "menu").person is None, "nobody has taken the new one"


def test_given_back_goes_on_at_the_step(service: Service, claire: Account) -> None:
    case = taken(service, claire)
    service.cases.close(claire, case, "aide", None, resume=True)
    assert writes(service, "c'est fait").step == "adresse"


@pytest.mark.parametrize(("channel", "address"), [("sms", MOBILE), ("web", "w" * 22)])
def test_forget_me_while_a_person_is_in_charge(service: Service, claire: Account, channel: str, address: str) -> None:
    case = taken(service, claire, channel, address)
    service.cases.reply(claire, case, "Bonjour", "r1")
    assert "effacer" in writes(service, "oubliez-moi", channel, address).says[0].text
    last = writes(service, "oui", channel, address, id_="bye")
    assert "tout effacé" in last.says[0].text and cases(service) == []
    with pytest.raises(NotYours):
        service.cases.reply(claire, case, "Vous êtes là ?", "r2")
    assert writes(service, "oui", channel, address, id_="bye").says == last.says and cases(service) == []


def test_a_danger_is_answered_and_passed_on(service: Service, claire: Account) -> None:
    case = taken(service, claire)
    reply = writes(service, "je veux mourir")
    assert "3114" in reply.says[0].text and relayed(service, case) == ["je veux mourir"]
    assert case_of(service).reason == "safety", "first in each list, whoever holds the case next"
    service.understanding.intents["je suis au bout du rouleau"] = "detresse"
    reply = writes(service, "je suis au bout du rouleau")
    assert "3114" in reply.says[0].text and relayed(service, case)[1:] == ["je suis au bout du rouleau"]


def test_out_of_hours_it_is_told_once_unless_the_person_is_there(service: Service, claire: Account) -> None:
    case = taken(service, claire)
    service.now = FRIDAY_EVENING
    assert "lundi 30 novembre" in writes(service, "une question").says[0].text
    service.now += timedelta(hours=3)
    assert writes(service, "une autre").says == () and relayed(service, case) == ["une question", "une autre"]
    service.now = FRIDAY_EVENING + timedelta(days=3)
    service.cases.reply(claire, case, "Je finis tard.", "r1")
    service.now += timedelta(minutes=30)
    assert writes(service, "merci à vous").says == ()


def test_who_asks_when_after_a_release_is_told(service: Service, claire: Account) -> None:
    case = taken(service, claire)
    service.cases.release(claire, case)
    with writing(service.engine) as session:
        session.get_one(Handoff, case).due = date(2026, 11, 25)
    reply = writes(service, "vous me répondez quand ?")
    texts = "\n".join(say.text for say in reply.says)
    assert "attend une personne de l'équipe" in texts and "au plus tard mercredi 25 novembre" in texts
    assert reply.step == "photo" and case_of(service).id == case


@pytest.mark.parametrize("driven", [False, True])
def test_the_number_of_a_choice_is_read_with_its_words(service: Service, claire: Account, driven: bool) -> None:
    case = taken(service, claire)
    if driven:
        shown = service.cases.shown(claire, case)
        assert shown
        service.cases.drive(claire, case, "fait", shown.step, say=True)
    else:
        service.cases.send_step(claire, case)
    writes(service, "1")
    service.cases.reply(claire, case, "Combien d'enfants avez-vous ?", "r1")
    writes(service, "1")
    first, second = relayed(service, case)
    assert first.startswith("1 (") and len(first) > 5 and second == "1"


def test_a_call_while_in_charge_is_never_silent(service: Service, claire: Account) -> None:
    case = taken(service, claire)
    with writing(service.engine) as session:
        session.get_one(Handoff, case).mode = "callback"
    desk = service.desk("voice", MOBILE)
    assert isinstance(desk, VoiceDesk)
    greeting = desk.opens()
    assert greeting and "Claire" in greeting.shown and "doit vous appeler" in greeting.shown
    assert "noté pour Claire" in desk.turn("j'ai reçu un courrier").shown
    assert relayed(service, case) == ["j'ai reçu un courrier"]
    desk.turn("")
    assert not desk.phone.over
    assert "Claire garde votre demande" in desk.turn("").shown and desk.phone.over
    again = service.desk("voice", MOBILE)
    again.opens()
    assert "de nouveau moi" in again.turn("1").shown and case_of(service).mediator_id is None


def test_key_0_rings_somebody_and_the_case_stays_where_it_is(service: Service, claire: Account) -> None:
    case = taken(service, claire)
    desk = service.desk("voice", MOBILE)
    desk.opens()
    shown = desk.turn("0").shown
    assert "Je vous passe une personne" in shown
    now = case_of(service)
    assert (now.id, now.mediator_id, now.status) == (case, claire.id, "open")
    assert relayed(service, case) == ["Parler à une personne"]


@pytest.mark.parametrize("held", ["newcomer", "owner", "both"])
@pytest.mark.both
def test_two_citizens_who_become_one_keep_the_case_in_charge(service: Service, claire: Account, held: str) -> None:
    karim = account(service, "Karim")
    for who in (MOBILE, OTHER):
        for text in (*INSIDE, "un humain"):
            writes(service, text, who=who)
    owner, newcomer = (case_at(service, who) for who in (MOBILE, OTHER))
    code = re.search(r"\b\d{6}\b", writes(service, "code").says[0].text)
    assert code
    if held in ("newcomer", "both"):
        service.cases.take(claire, newcomer.id)
        writes(service, "bonjour", who=OTHER)
    if held in ("owner", "both"):
        service.cases.take(karim, owner.id)
    writes(service, code[0], who=OTHER)
    kept, holder = (newcomer, claire) if held == "newcomer" else (owner, karim)
    after = {case.id: case for case in cases(service)}
    assert (after[kept.id].status, after[kept.id].mediator_id) == ("open", holder.id)
    dropped = next(case for id_, case in after.items() if id_ != kept.id)
    assert (dropped.status, dropped.closing, dropped.citizen_id) == ("closed", "sans_suite", owner.citizen_id)
    assert "closed" in moves(service, dropped.id)
    assert writes(service, "j'écris d'ici").person == holder.name
    expected = ["j'écris d'ici"] if held == "owner" else ["bonjour", "j'écris d'ici"]
    assert relayed(service, kept.id) == expected


def test_the_json_page_says_who_reads_and_shows_it_once(service: Service, claire: Account) -> None:
    browser = service.browser()
    browser.get("/")
    for text in ("carte vitale", "oui", "un humain"):
        answer = browser.post("/api/chat", json={"text": text, "id": uuid.uuid4().hex}).json()
    assert answer["case_open"] and answer["person"] is None
    case = case_of(service).id
    service.cases.take(claire, case)
    service.cases.reply(claire, case, "Bonjour, c'est Claire.", "r1")
    answer = browser.post("/api/chat", json={"text": "oui", "id": "x"}).json()
    assert (answer["replies"], answer["person"]) == ([], "Claire")
    page = browser.get("/").text
    assert words(page).count("Bonjour, c'est Claire.") == 1 and "Claire lit vos messages" in page
    service.cases.close(claire, case, "aide", None)
    stream = browser.get("/api/chat/events", params={"after": after_of(page)}).text
    assert "terminée" in stream and "c'est Claire" not in stream and "event: end" in stream


def after_of(page: str) -> str:
    found = re.search(r'data-after="([\d.]+)"', page)
    assert found
    return found[1]
