"""How a place is told: why it comes up, out loud, and in two SMS at most."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from api.places import wording
from api.places.telling import TEXTS, Telling, tell, why_of
from flows.budgets import MAX_SECONDS, seconds
from flows.dates import FRENCH
from flows.gsm7 import fold, segments
from flows.loader import CONTENT, load
from flows.overlay.addresses import leaves
from flows.overlay.files import read_language
from flows.overlay.report import compared
from flows.spoken import aloud
from mediation.nearest import Candidate, Need, rank
from mediation.ranking.factors import HELP
from mediation.ranking.words import words
from tests.mediation.test_ranking import MANY, NEEDS
from tests.places.nearest_kit import a_place, moment, real_places

TUESDAY = moment("2026-12-22T10:00+01:00")
FRANCE_SERVICES = {"name": "France services de Valmont", "programmes": ("France Services",), "phone": "+33344001122"}
WEEK = "Mo-Fr 09:00-12:00,14:00-17:00"
CHECKED = date(2026, 9, 1)
HERE = "Ce lieu France services aide pour la CAF, "
WHO_KNOWS = "On ne sait pas si ce lieu aide pour la CAF, "


def told(
    km: float | None = 3.0, own: bool = False, at: datetime = TUESDAY, need: Need | None = None, **known: Any
) -> Telling:
    """A place of France services as it is told for the CAF, with what the test says of it."""
    place = a_place("a", **{**FRANCE_SERVICES, "updated": CHECKED, **known})
    near = rank([Candidate(place, km, own)], need or Need("caf"), at)[0]
    return tell(near, at, "caf", ("pièce d'identité", "numéro d'allocataire"))


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        ({"hours": WEEK}, HERE + "et il est ouvert maintenant."),
        ({"hours": "Tu 14:00-17:00"}, HERE + "et il ouvre aujourd'hui à 14 heures."),
        ({"hours": "We 09:30-12:00"}, HERE + "et il ouvre demain à 9 heures 30."),
        ({"hours": "Mo 12:00-14:00"}, HERE + "et il ouvre lundi à midi."),
        ({"hours": WEEK, "updated": date(2023, 3, 1)}, HERE + "et il devrait être ouvert maintenant."),
        ({"hours": "Tu 09:00-10:30"}, HERE + "mais il ferme bientôt, à 10 heures 30."),
        ({"own": True}, HERE + "et il est dans votre commune."),
        ({"km": 0.2}, HERE + "et il est à moins d'un kilomètre."),
        ({"km": 40}, HERE + "mais ses horaires ne sont pas connus."),
        ({"km": 40, "hours": "2027 Mar 01 09:00-10:00"}, HERE[:-2] + "."),
        ({"programmes": (), "km": 40}, WHO_KNOWS + "et ses horaires ne sont pas connus."),
        ({"programmes": (), "hours": WEEK}, WHO_KNOWS + "mais il est ouvert maintenant."),
        ({"programmes": (), "typology": ("CAF",)}, "Ce lieu est une agence de la CAF, et il est à 3 kilomètres."),
    ],
)  # fmt: skip
def test_why(known: dict[str, Any], sentence: str) -> None:
    assert told(**known).why == sentence


def test_why_without_a_body() -> None:
    near = rank([Candidate(a_place(**FRANCE_SERVICES), 2.0)], Need(), TUESDAY)[0]
    assert why_of(near, TUESDAY) == "Ce lieu France services aide dans les démarches, et il est à 2 kilomètres."
    assert why_of(near, TUESDAY, "france_services") == why_of(near, TUESDAY)


def test_out_loud() -> None:
    assert told(hours=WEEK).spoken == (
        "France services de Valmont, à Valmont. C'est à 3 kilomètres. C'est ouvert maintenant, jusqu'à midi."
    )
    assert told(own=True, hours="We 09:00-12:00", updated=date(2023, 3, 4)).spoken == (
        "France services de Valmont, à Valmont. Cela ouvre demain à 9 heures. "
        "Horaires non vérifiés. Appelez avant d'y aller."
    )
    assert told(phone=None, km=None).spoken == (
        "France services de Valmont, à Valmont. Les horaires ne sont pas connus. Vérifiez avant d'y aller."
    )
    assert told(hours="24/7").spoken.endswith("C'est ouvert maintenant."), "it closes on Christmas day, maybe"
    assert told(hours=WEEK, updated=None).spoken.count("D'après ses horaires") == 1
    assert "La Réunion" not in told(insee="97411", phone="+262262001122").spoken
    assert "0262 00 11 22" in told(insee="97411", phone="+262262001122").card
    assert aloud(told(hours=WEEK).spoken) == told(hours=WEEK).spoken


def test_by_text_message() -> None:
    said = told(hours=WEEK, address="1 rue de la Paix")
    assert said.sms == (
        "France services de Valmont\n1 rue de la Paix, 60000 Valmont\n"
        "Horaires : mardi, de 9 h à midi et de 14 h à 17 h\nTél. 03 44 00 11 22\n"
        "À apporter : pièce d'identité, numéro d'allocataire"
    )
    christmas = told(hours=WEEK, at=moment("2026-12-25T10:00+01:00"), updated=date(2023, 3, 4))
    assert "Horaires : lundi, de 9 h à midi et de 14 h à 17 h (horaires non vérifiés depuis mars 2023)" in christmas.sms
    assert "Horaires" not in told().sms
    assert "https://rdv.example" in told(phone=None, appointment="https://rdv.example").sms


WHEELCHAIR = Need("caf", access=("wheelchair",))
BOTH = Need("caf", access=("wheelchair", "hearing"))


@pytest.mark.parametrize("care", [(), ("Surdité",)])
def test_nobody_who_hears_badly_is_told_to_call(care: tuple[str, ...]) -> None:
    place = told(need=Need("caf", access=("hearing",)), hours=WEEK, updated=date(2023, 3, 1), care=care)
    for said in (place.spoken, place.whole):
        assert "ppelez" not in said and said.lower().count("vérifiez avant") == 1


def test_to_call_first_is_said_once() -> None:
    place = told(need=Need("caf", access=("wheelchair",)), hours=WEEK, updated=date(2023, 3, 1))
    assert place.spoken.lower().count("appelez avant") == place.whole.lower().count("appelez avant") == 1


@pytest.mark.parametrize(
    ("known", "need", "said"),
    [
        ({"care": ("Handicaps moteurs",)}, WHEELCHAIR, "et il annonce l'accès en fauteuil."),
        ({}, WHEELCHAIR, "mais il ne précise pas l'accès en fauteuil : appelez avant."),
        ({"phone": None}, WHEELCHAIR, "mais il ne précise pas l'accès en fauteuil : vérifiez avant."),
        (
            {"care": ("Handicaps moteurs",)},
            BOTH,
            "mais il ne précise pas l'accueil des personnes sourdes : vérifiez avant.",
        ),
        (
            {"care": ("Handicaps moteurs", "Surdité")},
            BOTH,
            "et il annonce l'accès en fauteuil et l'accueil des personnes sourdes.",
        ),
        (
            {"care": ("Surdité",)},
            Need("caf", access=("signs",)),
            "mais il ne précise pas la langue des signes : vérifiez avant.",
        ),
    ],
)  # fmt: skip
def test_what_it_says_of_the_access_needed(known: dict[str, Any], need: Need, said: str) -> None:
    place = told(need=need, hours=WEEK, **known)
    assert place.why == HERE + said
    aloud_too = said.split(" ", 1)[1]
    assert f" {aloud_too[0].upper()}{aloud_too[1:]} C'est ouvert" in place.spoken
    assert f"{aloud_too[0].upper()}{aloud_too[1:]}" in place.whole
    assert f"\n{aloud_too[0].upper()}{aloud_too[1:]}\n" in place.sms and aloud_too not in place.card


def test_every_need_has_its_words_in_each_language() -> None:
    for language in (FRENCH, "en"):
        assert set(wording.words(language)["access"]) == set(words().access)


def test_the_street_is_heard_by_who_reads_nothing() -> None:
    assert told(hours=WEEK, address="12B AV DU GAL LECLERC").whole == (
        "France services de Valmont. 12 bis avenue du général Leclerc, Valmont. "
        "C'est ouvert maintenant, jusqu'à midi. Téléphone : 03, 44, 00, 11, 22."
    )
    assert told(hours=WEEK).whole.startswith("France services de Valmont, à Valmont. C'est")
    old = told(hours="We 09:00-12:00", updated=date(2023, 3, 4), address="1 rue A").whole
    assert "Cela ouvre demain à 9 heures. Horaires non vérifiés. Appelez avant d'y aller." in old
    doubtful = told(hours=WEEK, updated=date(2023, 3, 4), address="1 rue A").whole
    assert "D'après ses horaires, c'est ouvert maintenant. Appelez avant d'y aller. Téléphone" in doubtful


def test_real_places_are_heard_whole_in_a_breath_that_one_can_follow() -> None:
    spoken = sorted(
        seconds(tell(rank([Candidate(place, 4.2)], Need("caf"), TUESDAY)[0], TUESDAY, "caf").whole)
        for place in real_places()[::40]
    )
    assert spoken[len(spoken) // 2] <= MAX_SECONDS and spoken[len(spoken) * 9 // 10] <= MAX_SECONDS * 1.2


def test_a_number_is_heard_in_pairs() -> None:
    assert "Téléphone : 02, 62, 00, 11, 22." in told(insee="97411", phone="+262262001122").whole
    assert "Téléphone : 3939." in told(phone="3939").whole


def in_english(**known: Any) -> Telling:
    place = a_place("a", **{**FRANCE_SERVICES, "updated": CHECKED, "address": "1 rue de la Paix", **known})
    near = rank([Candidate(place, 3.0)], Need("caf", access=("wheelchair",)), TUESDAY)[0]
    return tell(near, TUESDAY, "caf", ("proof of identity",), "en")


def test_in_english() -> None:
    said = in_english(hours=WEEK)
    assert said.why == (
        "This France services centre helps with the CAF, but it does not say if it has wheelchair access: call first."
    )
    assert said.spoken == (
        "France services de Valmont, in Valmont. It is 3 kilometres away. It does not say if it has wheelchair access: "
        "call first. It is open now, until noon."
    )
    assert said.card == (
        "France services de Valmont\n1 rue de la Paix, 60000 Valmont\nHours: Tuesday, from 9 AM to noon and "
        "from 2 PM to 5 PM\nTel. 03 44 00 11 22\nBring: proof of identity"
    )
    assert "1 rue de la Paix, Valmont" in said.whole
    old = in_english(hours="We 09:30-12:00", updated=date(2023, 3, 4))
    assert "It opens tomorrow at 9:30 AM. Hours not checked." in old.spoken


def test_nothing_in_french_is_left_in_english() -> None:
    french, english = leaves(wording.words(FRENCH)), leaves(wording.words("en"))
    alike = {address for address, text in french.items() if english[address] == text}
    assert alike == {"bodies/france_travail", "why/sentence", "spoken/address"}


@given(
    st.text("aéœ€[ 😀", max_size=400), st.text("b^é,", max_size=400), st.lists(st.text("ç€a", max_size=90), max_size=6)
)
@example(name="Espace " * 20, address="1 rue de la Paix " * 4, documents=["attestation", "carte"] * 8)
@example(name="Espace " * 20, address="1 rue de la Paix " * 12, documents=[])
@example(name="€" * 200, address="€" * 400, documents=["€"])
def test_never_more_than_two_sms(name: str, address: str, documents: list[str]) -> None:
    place = a_place("a", name=name, address=address, phone="+33344001122", hours=WEEK, updated=date(2022, 1, 1))
    said = tell(rank([Candidate(place, 1.0)], Need(), TUESDAY)[0], TUESDAY, documents=documents).sms
    assert segments(said) <= 2
    assert "03 44 00 11 22" in said


def test_a_link_too_long_for_a_message_is_left_out() -> None:
    said = told(phone=None, appointment="https://rdv.example/" + "x" * 300).sms
    assert said == "France services de Valmont\n60000 Valmont"


def test_the_real_places_are_told() -> None:
    for place in real_places()[::10]:
        said = tell(rank([Candidate(place, 4.2)], Need("caf"), TUESDAY)[0], TUESDAY, "caf")
        assert said.why.endswith(".") and "{" not in said.why + said.spoken + said.sms
        assert segments(said.sms) <= 2
        assert fold(said.why).count("?") == 0


def test_every_reason_has_its_words() -> None:
    written = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))["why"]
    assert set(HELP) == set(written["helps"]) | set(written["helps_badly"])
    assert set(words().bodies) == set(yaml.safe_load(TEXTS.read_text(encoding="utf-8"))["bodies"])


@given(MANY, NEEDS)
def test_any_place_is_told_in_whole_sentences(found: list[Candidate], need: Need) -> None:
    for near in rank(found, need, TUESDAY):
        said = tell(near, TUESDAY, need.organisme)
        assert said.why.endswith(".") and "{" not in said.why + said.spoken + said.sms
        assert ", ." not in said.why and "  " not in said.why + said.spoken


def test_the_english_of_places_is_whole_and_read_against_the_french() -> None:
    files, wrong = read_language(CONTENT, "en")
    (found,) = (one for one in compared(load(), CONTENT, files) if one.id == "places")
    assert not wrong and found.known.keys() == set(leaves(wording.words(FRENCH)))
    assert (found.missing, found.orphans, found.to_read_again, list(found.problems)) == ([], [], [], [])
