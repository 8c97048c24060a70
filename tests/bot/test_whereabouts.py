"""« Où êtes-vous ? », the places near there, the one chosen, and the code to bring."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue import Dialogue
from bot.messages import RECAP_CODE
from mediation.territory import load_territory
from tests.bot.test_ways import BEAUVAIS, INSIDE, MOBILE, PLACES, case, offered, pending, talking

LANDLINE = "+33199001111"
TO_A_PLACE = ("un humain", "aller dans un lieu")


class TestTheCommune:
    @pytest.mark.parametrize(
        "said",
        [
            *("Beauvais", "BEAUVAIS", "beauvé (60)", "60000", "à côté de Beauvais"),
            *("je suis à Beauvais", "soixante mille", "j'habite Beauvais dans l'Oise"),
        ],
    )
    def test_in_any_spelling(self, dialogue: Dialogue, said: str) -> None:
        player = talking(dialogue, "web", None, *TO_A_PLACE, said)
        if pending(player) == "commune_sure":
            player.says("oui")
        assert case(player).commune == BEAUVAIS and pending(player) == "place"

    def test_homonyms_are_told_apart_by_their_departement(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", MOBILE, *TO_A_PLACE, "Saint-Denis")
        labels = [option.label for option in player.answers[-1].reply.says[-1].options]
        assert pending(player) == "commune_which" and "Saint-Denis (93)" in labels and len(labels) <= 4
        player.says("2")
        assert case(player).commune == "93066"
        other = talking(dialogue, "web", None, *TO_A_PLACE, "Saint-Denis", "en fait à Beauvais")
        assert case(other).commune == BEAUVAIS

    def test_none_of_them_may_be_said_by_postcode(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *TO_A_PLACE, "Saint-Denis", "aucune", "60000")
        assert case(player).commune == BEAUVAIS

    def test_what_is_not_sure_is_confirmed(self, dialogue: Dialogue) -> None:
        where = "j'habite au 12 rue de la paix à Agen"
        player = talking(dialogue, "web", None, *TO_A_PLACE, where)
        assert pending(player) == "commune_sure" and "Agen (47)" in player.last and player.answers[-1].handoff is None
        player.says("non")
        assert pending(player) == "commune" and "code postal" in player.last
        player.says("60000")
        assert case(player).commune == BEAUVAIS

    def test_not_found_is_said_once_then_a_call_back_is_offered(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", MOBILE, *TO_A_PLACE, "dans mon village")
        assert "Je n'ai pas reconnu cette commune" in player.last and pending(player) == "commune"
        player.says("là où il y a l'église")
        assert pending(player) == "callback_when" and "peut vous rappeler" in player.last
        assert case(player).mode == "callback" and case(player).commune is None

    def test_it_is_not_asked_of_who_gave_it_in_the_procedure(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "france_services", "oui", "Beauvais", "un humain", "3")
        assert pending(player) == "place" and case(player).commune == BEAUVAIS

    def test_a_command_is_no_commune(self, dialogue: Dialogue) -> None:
        for text, still in (("répétez", "commune"), ("aide", "commune"), ("menu", "theme")):
            assert pending(talking(dialogue, "web", None, *TO_A_PLACE, text)) == still

    def test_it_stays_in_the_case_only_for_who_is_helped_there(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "france_services", "oui", "Beauvais", "un humain", "1", "non")
        assert case(player).mode == "live" and case(player).commune is None


class TestThePlace:
    def test_the_code_is_told_and_that_one_may_just_go(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *INSIDE, *TO_A_PLACE, "Beauvais")
        assert "1 rue A" in player.last and "2 rue B" in player.last
        assert player.looked_for == [(BEAUVAIS, "cpam_carte_vitale")]
        player.says("le deuxième")
        assert pending(player) == "consent" and case(player).place == "b" and not case(player).code
        player.says("oui")
        assert (case(player).mode, case(player).place, case(player).commune) == ("place", "b", BEAUVAIS)
        assert case(player).code and RECAP_CODE in player.last and "Relais B" in player.last
        assert "sans code" in player.last and "gardée" in player.last and pending(player) is None

    def test_on_the_phone_the_address_and_the_code_come_by_sms(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", MOBILE, *TO_A_PLACE, "60000")
        said = [say.speech for say in player.answers[-1].reply.says]
        assert "Relais A, à Beauvais." in said and "Relais B, à Beauvais." in said
        (send,) = player.says("1").sends
        assert (send.kind, send.channel, send.to) == ("recap", "sms", MOBILE)
        assert "1 rue A" in send.says[0].text and RECAP_CODE in send.says[1].text
        assert player.answers[-1].reply.says[0].speech.count(RECAP_CODE) == 2  # type: ignore[union-attr]

    def test_a_landline_gets_no_sms(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", LANDLINE, *TO_A_PLACE, "60000", "1")
        assert player.answers[-1].sends == () and case(player).place == "a" and "SMS" not in player.last

    def test_one_place_is_a_yes_or_no(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web")
        player.places = {BEAUVAIS: PLACES[BEAUVAIS][:1]}
        for text in (*TO_A_PLACE, "Beauvais"):
            player.says(text)
        assert offered(player) == ["oui", "non"]
        player.says("oui")
        assert case(player).place == "a"

    @pytest.mark.parametrize("refusal", ["aucun des deux", "3", "c'est trop loin", "non"])
    def test_none_of_them_is_a_call_back(self, dialogue: Dialogue, refusal: str) -> None:
        player = talking(dialogue, "voice", MOBILE, *TO_A_PLACE, "Beauvais", refusal)
        assert pending(player) == "callback_when" and case(player).place is None

    def test_no_place_around_is_a_call_back(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", MOBILE, *TO_A_PLACE, "Lille")
        assert "Je ne connais pas de lieu" in player.last and pending(player) == "callback_when"

    def test_no_place_and_no_call_back_lies_to_nobody(self, dialogue: Dialogue) -> None:
        territory = load_territory("demo").model_copy(update={"callback": None})
        player = talking(replace(dialogue, territory=territory), "web", None, "un humain", "oui", "Lille")
        assert "Je ne connais pas de lieu" in player.last and "rappeler" not in player.last
        assert pending(player) is None and case(player).mode is None

    def test_a_position_answers_too_and_is_not_kept(self, dialogue: Dialogue) -> None:
        for before in (("un humain",), TO_A_PLACE, (*TO_A_PLACE, "Saint-Denis")):
            player = talking(dialogue, "telegram", None, *before)
            player.signals("location", nearby=PLACES[BEAUVAIS])
            assert pending(player) == "place" and case(player).mode == "place"
            player.says("1")
            assert case(player).place == "a" and case(player).commune is None and RECAP_CODE in player.last

    def test_a_position_elsewhere_is_answered_as_before(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "telegram", None, *INSIDE)
        player.signals("location", nearby=PLACES[BEAUVAIS])
        assert "Relais A" in player.last and player.answers[-1].reply.step == "photo"
        assert player.answers[-1].handoff is None


class TestOnItsOwn:
    """« Où aller ? », without any case."""

    @pytest.mark.parametrize("words", ["où aller", "un lieu près de chez moi", "trouver un médiateur", "lieux"])
    @pytest.mark.parametrize("channel", ["web", "sms"])
    def test_the_places_then_what_waited(self, dialogue: Dialogue, channel: str, words: str) -> None:
        player = talking(dialogue, channel, None, *INSIDE, words)
        assert pending(player) == "commune"
        player.says("Beauvais")
        assert "Relais A" in player.last and "humain" in player.last and player.answers[-1].handoff is None
        assert player.answers[-1].reply.step == "photo" and pending(player) is None and player.talk.case == {}
        assert player.looked_for == [(BEAUVAIS, "cpam_carte_vitale")]

    def test_the_question_that_waited_is_asked_again(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "carte vitale")
        question = player.answers[-1].reply.says[-1]
        for text in ("où aller", "Beauvais"):
            player.says(text)
        assert player.answers[-1].reply.says[-1] == question and pending(player) == "start"
        assert player.says("oui").reply.step == "caisse"

    def test_a_caller_may_have_one_by_sms(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", MOBILE, *INSIDE, "où aller", "Beauvais")
        assert offered(player) == ["le_premier", "le_deuxieme", "aucun_lieu"]
        (send,) = player.says("2").sends
        assert "2 rue B" in send.says[0].text and player.answers[-1].reply.step == "photo"
        refused = talking(dialogue, "voice", MOBILE, *INSIDE, "où aller", "Beauvais", "3")
        assert refused.answers[-1].sends == () and refused.answers[-1].reply.step == "photo"
        assert refused.talk.case == {}

    def test_an_unknown_commune_comes_back_to_what_waited(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *INSIDE, "où aller", "dans mon village", "chez ma sœur")
        assert "Je n'ai pas trouvé votre commune" in player.last and player.answers[-1].reply.step == "photo"

    def test_a_person_is_still_one_word_away(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, *INSIDE, "où aller", "un humain")
        assert pending(player) == "way" and case(player).recap["step"] == "photo"

    def test_it_is_a_way_to_be_helped_for_who_is_asked(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "un humain", "où aller")
        assert pending(player) == "commune" and case(player).mode == "place"

    def test_the_procedure_that_prepares_a_visit_ends_with_the_places(self, dialogue: Dialogue) -> None:
        for given, shown in (("60000", True), ("Saint-Denis", False)):
            player = talking(dialogue, "web", None, "france_services", "oui", given, "caf", "oui", "non")
            for _ in range(12):
                if player.answers[-1].reply.ended:
                    break
                player.says("non" if offered(player) == ["oui", "non"] else "c'est fait")
            assert player.answers[-1].reply.ended == "done"
            assert ("Relais A" in player.last) == shown and player.talk.run is None
