"""People who ask for a person change their mind, answer early, ask when, cancel, or are in danger meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dialogue import Dialogue
from bot.messages import RECAP_CODE
from tests.bot.test_charge import Helped, inside
from tests.bot.test_ways import BEAUVAIS, INSIDE, MOBILE, MONDAY, READ, TYPED, case, offered, pending, talking

LANDLINE = "+33199001111"
TO_A_PLACE = ("un humain", "aller dans un lieu")
TO_A_CALL = ("un humain", "recevoir un appel")
PROMISED = (*TO_A_CALL, TYPED, "demain matin", "je préfère ne pas le dire")


class TestAnotherWay:
    def test_a_place_then_a_call_then_writing(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *TO_A_CALL, "finalement je préfère un lieu")
        assert pending(player) == "commune" and case(player).mode == "place"
        player.says("ah non appelez moi")
        assert pending(player) == "callback_phone" and case(player).mode == "callback"
        player.says("non plutôt par écrit")
        assert case(player).mode == "live" and "vous répond ici" in player.last

    def test_plutot_at_the_first_question(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "un humain", "plutôt un lieu")
        assert pending(player) == "commune"

    def test_a_number_never_understood_is_no_refusal_where_one_may_write(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *TO_A_CALL, "je le sais plus", "attendez voir")
        assert case(player).mode == "live" and "sans rappel" not in player.last
        hidden = talking(dialogue, "voice", None, *TO_A_CALL, "je le sais plus", "attendez voir")
        assert case(hidden).mode is None

    def test_no_in_other_words_at_a_place(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "sms", MOBILE, *TO_A_PLACE, "60000")
        player.says("non ça va", "non")
        assert case(player).mode == "callback" and "pas de lieu" in player.last

    def test_any_time_in_other_words(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *TO_A_CALL, TYPED, "peu m'importe")
        assert pending(player) == "commune"
        player.says("je ne saurais vous dire", "ne_sait_pas")
        assert pending(player) is None and case(player).mode == "callback"


class TestSaidEarly:
    def test_when_instead_of_which_way(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "un humain", "plutôt demain matin")
        assert pending(player) == "callback_phone"
        player.says(TYPED)
        assert pending(player) == "commune", "when is not asked again"
        player.says("je préfère ne pas le dire")
        assert (case(player).callback_on, case(player).callback_half) == ("2026-11-23", "morning")

    def test_all_in_one_sentence(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web")
        player.says(f"rappelez-moi demain matin au {TYPED}", "demande_humain")
        assert pending(player) == "commune" and case(player).phone == READ
        assert case(player).callback_half == "morning"

    def test_a_call_asked_for_is_not_asked_about(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web")
        player.says("je veux qu'on m'appelle", "demande_humain")
        assert pending(player) == "callback_phone"
        other = talking(dialogue, "web")
        other.says("je ne veux pas qu'on m'appelle mais voir quelqu'un", "demande_humain")
        assert pending(other) == "way"

    def test_zero_in_words_calls_somebody(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", LANDLINE, "zéro")
        assert pending(player) == "way"


class TestTheNumber:
    def test_no_phone_at_all_leaves_the_other_ways(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *TO_A_CALL, "je n'ai pas de téléphone")
        assert offered(player) == ["ecrire", "lieu"]
        hidden = talking(dialogue, "voice", None, *TO_A_CALL, "j'ai pas de téléphone")
        assert pending(hidden) == "commune" and "aucune équipe" not in hidden.last

    def test_the_label_of_another_way_is_heard_before_anything_is_guessed(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *TO_A_CALL)
        player.says("écrire", "aide")
        assert case(player).mode == "live"

    def test_it_is_read_back_and_may_be_mended_without_losing_the_moment(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *TO_A_CALL, TYPED)
        assert TYPED in player.last and pending(player) == "callback_when"
        player.says("pas ce numéro")
        assert pending(player) == "callback_phone"
        player.says("06 12 34 56 79")
        assert "06 12 34 56 79" in player.last and pending(player) == "callback_when"


class TestWhich:
    @pytest.mark.parametrize("said", ["93", "celui du 93", "en Seine-Saint-Denis"])
    def test_a_homonym_by_its_departement(self, dialogue: Dialogue, said: str) -> None:
        player = talking(dialogue, "web", None, *TO_A_PLACE, "Saint-Denis", said)
        assert case(player).commune == "93066"

    def test_none_of_them_is_asked_again_by_postcode(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "sms", MOBILE, *TO_A_PLACE, "Saint-Denis", "non")
        assert pending(player) == "commune" and "code postal" in player.last

    def test_a_homonym_by_its_region(self, dialogue: Dialogue) -> None:
        assert case(talking(dialogue, "web", None, *TO_A_PLACE, "Saint-Denis", "la réunion")).commune == "97411"

    def test_a_homonym_by_what_is_near_is_confirmed(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", MOBILE, *TO_A_PLACE, "Saint-Denis", "celui de Paris")
        assert pending(player) == "commune_sure" and "Saint-Denis (93)" in player.last
        player.says("oui")
        assert case(player).commune == "93066"


class TestWaiting:
    @pytest.mark.parametrize("said", ["c'est quand", "vous m'appelez quand ?", "personne ne m'a appelé", "j'attends"])
    def test_what_was_promised_is_said_again(self, dialogue: Dialogue, said: str) -> None:
        player = talking(dialogue, "web", None, *PROMISED, said)
        assert "le matin" in player.last and pending(player) == "standing"

    def test_when_is_answered_while_it_is_arranged(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "un humain", "oui mais quand ?")
        assert "entre 9 h et 17 h" in player.last and pending(player) == "way"

    def test_what_is_off_topic_does_not_offer_the_person_who_is_being_found(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *TO_A_CALL, TYPED)
        for _ in range(2):
            player.says("j'habite à Noyon", "hors_sujet")
        assert pending(player) == "commune" and case(player).phone == READ

    def test_a_place_wanted_after_silences(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", MOBILE, *TO_A_CALL)
        for _ in range(3):
            player.signals("silence")
        assert pending(player) == "silence"
        player.says("un lieu")
        player.says("60000")
        assert pending(player) == "place" and case(player).mode == "place"

    def test_nothing_is_said_of_a_promise_to_who_has_none(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "bonjour")
        player.says("c'est quand", "hors_sujet")
        assert pending(player) != "standing" and player.answers[-1].handoff is None

    def test_another_moment_is_promised(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *PROMISED, "non plutôt demain après-midi")
        assert case(player).callback_half == "afternoon" and case(player).phone == READ
        assert "l'après-midi" in player.last
        later = talking(dialogue, "web", None, *PROMISED)
        later.now += timedelta(days=9)
        later.says("plutôt demain matin", "hors_sujet")
        assert later.answers[-1].handoff is None, "nothing is moved once its day is over"
        player.says("j'étais là ce matin", "bonjour")
        assert player.answers[-1].handoff is None, "a moment in a sentence moves nothing"

    @pytest.mark.parametrize("said", ["annulez le rappel", "je n'ai plus besoin d'aide", "pas de rappel"])
    def test_it_may_be_cancelled(self, dialogue: Dialogue, said: str) -> None:
        player = talking(dialogue, "web", None, *PROMISED, said)
        assert case(player).closed and "j'annule" in player.last and player.talk.case == {}

    def test_cancelled_while_it_is_arranged(self, dialogue: Dialogue) -> None:
        for said in ("annuler le rappel", "nan finalement c'est plus la peine"):
            player = talking(dialogue, "voice", MOBILE, *TO_A_PLACE, said)
            assert case(player).closed and case(player).cancelled and pending(player) is None

    def test_no_call_after_a_promise_undoes_it(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *PROMISED, "un humain", "non", "pas de rappel")
        assert case(player).closed and "Personne ne vous appellera" in player.last

    def test_no_call_when_it_is_asked_anew_undoes_it_too(self, dialogue: Dialogue) -> None:
        there = (*TO_A_CALL, "demain matin", "je préfère ne pas le dire", "un humain", "non", "recevoir un appel")
        player = talking(dialogue, "sms", MOBILE, *there)
        assert pending(player) == "callback_when"
        player.says("pas de rappel")
        assert case(player).closed and "Personne ne vous appellera" in player.last

    def test_nobody_is_left_to_call_who_says_no_call_at_the_moment_of_it(self, dialogue: Dialogue) -> None:
        written = talking(dialogue, "sms", MOBILE, *TO_A_CALL, "pas de rappel")
        assert case(written).mode == "live" and "vous répond ici" in written.last
        spoken = talking(dialogue, "voice", MOBILE, *TO_A_CALL, "pas de rappel")
        assert case(spoken).closed and "Personne ne vous appellera" in spoken.last

    def test_why_is_answered(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *INSIDE, "un humain", "écrire ici", "pourquoi")
        assert "tout répéter" in player.last and pending(player) == "consent" and "automatique" not in player.last
        other = talking(dialogue, "web", None, "un humain", "pourquoi")
        assert "bonne personne" in other.last and pending(other) == "way"


class TestThePlace:
    def test_a_code_told_again_is_said_to_be_another(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *TO_A_PLACE, "60000", "le premier")
        assert "L'ancien" not in player.last
        player.says("un humain")
        assert f"nouveau code est {RECAP_CODE}" in player.last and "L'ancien ne marche plus" in player.last
        player.says("oui")
        assert not case(player).code

    def test_who_cannot_read_an_sms_hears_the_place_again(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", LANDLINE, *TO_A_PLACE, "60000", "le deuxième")
        assert "Relais B, à Beauvais." in [say.speech for say in player.answers[-1].reply.says]
        mobile = talking(dialogue, "voice", MOBILE, *TO_A_PLACE, "60000", "le deuxième")
        assert "Relais B, à Beauvais." not in [say.speech for say in mobile.answers[-1].reply.says]

    def test_where_the_places_are(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "où sont les lieux ?", "60000")
        assert player.looked_for[-1][0] == BEAUVAIS and "Relais A" in player.last


class TestLeaving:
    """Who leaves before the last question has asked for a person all the same."""

    @pytest.mark.parametrize("said", [TO_A_CALL[:1], TO_A_CALL, TO_A_PLACE, (*TO_A_PLACE, "60000")])
    def test_who_hangs_up_is_called_at_the_number_at_hand(self, dialogue: Dialogue, said: tuple[str, ...]) -> None:
        player = talking(dialogue, "voice", MOBILE, *said)
        assert case(player).phone is None and pending(player)
        player.signals("hung_up")
        assert (case(player).mode, case(player).phone) == ("callback", MOBILE) and pending(player) is None
        player.signals("call")
        player.says("un humain")
        assert pending(player) == "standing"

    def test_a_hidden_number_is_asked_again_on_the_next_call(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", None, *TO_A_CALL)
        player.signals("hung_up")
        assert pending(player) == "callback_phone"

    def test_goodbye_says_what_is_promised(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", MOBILE, *TO_A_CALL, "au revoir")
        assert case(player).phone == MOBILE and "vous appelle" in player.last and "Au revoir" in player.last
        assert "autre chose" not in player.last
        written = talking(dialogue, "web", None, *TO_A_CALL, "au revoir")
        assert case(written).mode == "live" and "vous répond ici" in written.last

    def test_a_place_chosen_or_promised_stays_for_who_hangs_up_at_a_later_question(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", MOBILE, *INSIDE, *TO_A_PLACE, "60000", "1")
        assert pending(player) == "consent"
        player.signals("hung_up")
        assert (case(player).mode, case(player).place, case(player).consent) == ("place", "a", None)
        player.signals("call")
        player.says("un humain")
        assert pending(player) == "standing"
        player.signals("hung_up")
        assert (case(player).mode, case(player).place) == ("place", "a")

    def test_a_place_is_left_with_the_way_that_led_there(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "sms", MOBILE, *INSIDE, *TO_A_PLACE, "60000", "1")
        assert pending(player) == "consent" and case(player).place == "a"
        player.says("plutôt un appel")
        assert (case(player).mode, case(player).place) == ("callback", None)

    def test_nothing_is_shown_without_a_yes(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *INSIDE, "un humain", "écrire ici", "au revoir")
        assert case(player).mode == "live" and case(player).consent is None and case(player).answers is None


class TestDanger:
    def test_the_question_comes_back_on_reprendre_and_a_yes_answers_nothing_before(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *TO_A_CALL, TYPED, "j'ai envie de mourir")
        assert "3114" in player.last and pending(player) is None
        player.says("reprendre")
        assert pending(player) == "callback_when" and TYPED in player.last and len(offered(player)) == 4
        player.says("demain matin")
        assert case(player).phone == READ and case(player).callback_half == "morning"

    def test_in_the_middle_of_a_procedure_too(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *INSIDE, "un humain", "j'ai envie de mourir", "reprendre")
        assert pending(player) == "way"
        player.says("écrire ici")
        player.says("oui")
        assert case(player).mode == "live" and player.talk.run

    def test_what_the_danger_tells_to_write_is_answered_while_a_person_is_in_charge(self, dialogue: Dialogue) -> None:
        helped: Helped = inside(dialogue, "web")
        assert not helped.says("reprendre").reply.says, "a word for the person, as any other"
        helped.says("j'ai envie de mourir")
        assert "Claire" in helped.says("reprendre").reply.says[0].text and helped.answers[-1].relayed


class TestKeyOne:
    def test_it_answers_the_question_that_waits_before_it_brings_the_assistant_back(self, dialogue: Dialogue) -> None:
        helped = inside(dialogue, "voice")
        helped.says("oubliez-moi")
        assert pending(helped) == "forget"
        assert helped.says("1").forget and not helped.answers[-1].takes_back


class TestDiscreet:
    def test_a_question_that_was_not_read_is_not_answered_by_asking_to_read_it(self, dialogue: Dialogue) -> None:
        helped = inside(dialogue, "sms")
        asked = helped.told("consent", name="Claire").reply.says
        helped.talk = replace(helped.talk, more=asked)  # as on a phone that others read
        assert not helped.says("suite").relayed and "d'accord ?" in helped.last
        assert helped.says("oui").handoff and case(helped).consent == "oui"


class TestEnglish:
    def test_who_says_so_is_spoken_to_in_english(self, dialogue: Dialogue) -> None:
        for said in ("hello, I speak English", "I don't speak French"):
            assert talking(dialogue, "web", None, said).talk.language == "en"

    def test_the_questions_about_a_case(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "english", "a human", "call me", TYPED, "no, actually a place")
        assert pending(player) == "commune"
        assert case(talking(dialogue, "web", None, "english", "a human", "cancel")).closed


def test_late_is_told_without_reproach_of_time(dialogue: Dialogue) -> None:
    player = talking(dialogue, "sms", MOBILE, "un humain", "1")
    told = dialogue.tell("late", player.talk, "sms", player.now)
    assert len(told.reply.says) == 2, "and whom to call meanwhile"
    assert "longtemps" not in told.reply.says[0].text and "gardée" in told.reply.says[0].text
    assert replace(told.talk, last=player.talk.last) == replace(player.talk, last=player.talk.last)


class TestDaysPassed:
    """A question that waited for days promises nothing in the past."""

    @pytest.mark.parametrize("said", ["1", "peu importe"])
    def test_a_moment_that_is_over_is_not_promised(self, dialogue: Dialogue, said: str) -> None:
        player = talking(dialogue, "sms", MOBILE, *TO_A_CALL, now=MONDAY)
        player.now = MONDAY + timedelta(days=3)
        while pending(player):
            player.says(said if pending(player) == "callback_when" else "60000")
        wanted = case(player)
        assert wanted.due and wanted.due >= "2026-11-26" and (wanted.callback_on or "2026-11-26") >= "2026-11-26"
        assert "lundi 23" not in player.last
