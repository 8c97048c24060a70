"""The dialogue beside the steps: what Rasa heard, the person who takes over, secrets, edited files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue import Dialogue
from bot.understanding import Ranked, Understanding
from mediation.territory import load_territory
from tests.player import Player


def away(text: str) -> Understanding:
    return Understanding(text, "incompris", 0.0, None, {}, (), False)


class TestUnderstanding:
    def test_another_procedure_is_offered_and_the_first_comes_back(self, inside: Player) -> None:
        inside.says("et mon apl au fait", "caf_aide_logement")
        assert "Je garde de côté" in inside.last
        inside.says("oui")
        assert inside.talk.run and inside.talk.run.procedure == "caf_aide_logement"
        assert [run.procedure for run in inside.talk.parked] == ["cpam_carte_vitale"]

    def test_refusing_the_other_goes_on(self, inside: Player) -> None:
        inside.says("et mon apl au fait", "caf_aide_logement")
        inside.says("non")
        assert inside.answers[-1].reply.step == "photo"

    def test_unsure_asks_which_then_a_person(self, player: Player) -> None:
        ranking = (Ranked("caf_dtr", 0.4), Ranked("ft_actualisation", 0.3), Ranked("hors_sujet", 0.1))
        heard = Understanding("le truc à déclarer là", "incompris", 0.4, None, {}, ranking, True)
        player.says("le truc à déclarer là", heard=heard)
        labels = [option.label for option in player.answers[-1].reply.says[-1].options]
        assert labels == ["Déclaration tous les trois mois", "Actualisation du mois", "Autre chose"]
        player.says("autre chose")
        assert "parler à une personne" in player.last

    def test_without_rasa_it_is_said_and_menus_work(self, player: Player) -> None:
        player.says("jai un souci avec la caf la", heard=away("jai un souci avec la caf la"))
        assert "mots exacts" in player.last
        player.says("1")
        assert player.answers[-1].reply.says[-1].options

    def test_without_rasa_inside_a_run_the_place_is_kept(self, inside: Player) -> None:
        inside.says("hum je vois pas trop", heard=away("hum je vois pas trop"))
        assert inside.answers[-1].reply.step == "photo"
        inside.says("c'est fait")
        assert inside.answers[-1].reply.step == "adresse"


class TestHandoff:
    def ask(self, player: Player, *texts: str) -> Player:
        for text in texts:
            player.says(text)
        return player

    def test_call_back_with_number_and_consent(self, inside: Player) -> None:
        self.ask(inside, "un humain")
        assert "3646" in inside.last and "Recevoir un appel" in {
            o.label for o in inside.answers[-1].reply.says[-1].options
        }
        self.ask(inside, "06 12 34 56 78", "peu importe", "60000")
        assert "montrer" in inside.last
        self.ask(inside, "oui")
        case = inside.answers[-1].handoff
        assert case and case.phone == "+33612345678" and case.answers and "probleme" in case.answers
        assert "lundi 23 novembre" in inside.last and inside.answers[-1].reply.step == "photo"

    @pytest.mark.parametrize("texts", [("non",), ("peut-être", "je sais pas trop")])
    def test_no_and_unclear_share_nothing(self, inside: Player, texts: tuple[str, ...]) -> None:
        self.ask(inside, "un humain", "0612345678", "peu importe", "60000", *texts)
        case = inside.answers[-1].handoff
        assert case and case.answers is None and case.phone

    def test_no_call_back_is_a_choice(self, inside: Player) -> None:
        self.ask(inside, "un humain", "pas de rappel")
        case = inside.answers[-1].handoff
        assert case and case.phone is None and "sans rappel" in inside.last

    def test_the_case_is_opened_before_any_question(self, inside: Player) -> None:
        self.ask(inside, "un humain")
        assert inside.answers[-1].handoff and inside.answers[-1].handoff.recap["procedure"] == "cpam_carte_vitale"

    def test_a_territory_without_call_back_promises_none(self, dialogue: Dialogue) -> None:
        territory = load_territory("demo").model_copy(update={"callback": None})
        player = Player(replace(dialogue, territory=territory))
        self.ask(player, "carte vitale", "oui", "un humain")
        assert "aucune équipe ne rappelle" in player.last and "vous appelle au plus tard" not in player.last


class TestSecrets:
    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("mon numéro de sécu 2 55 04 60 057 012 38 voilà", "sécurité sociale"),
            ("mon mot de passe est Soleil1234", "mot de passe"),
        ],
    )
    def test_secrets_are_masked_and_the_person_told_why(self, inside: Player, text: str, sentence: str) -> None:
        inside.says(text)
        assert (
            sentence in inside.last and "n'en ai pas besoin" in inside.last
        ) or "Ne le donnez à personne" in inside.last
        stored = inside.answers[-1].stored_text
        assert "057" not in stored and "Soleil1234" not in stored
        assert inside.answers[-1].reply.step == "photo"


class TestEditedFiles:
    def edited(self, player: Player, **steps: object) -> None:
        """The content as if the author had changed cpam_carte_vitale."""
        library = player.dialogue.library
        page = library.procedures["cpam_carte_vitale"]
        changed = page.model_copy(update={"version": page.version + 1, "steps": {**page.steps, **steps}})
        procedures = {**library.procedures, "cpam_carte_vitale": changed}
        player.dialogue = replace(player.dialogue, library=replace(library, procedures=procedures))

    def test_a_run_that_lands_on_an_end_is_ended(self, inside: Player) -> None:
        page = inside.dialogue.library.procedures["cpam_carte_vitale"]
        self.edited(inside, photo=page.steps["carte_retrouvee"])
        inside.says("bonjour")
        assert inside.answers[-1].reply.ended == "stop" and inside.talk.run is None

    def test_a_lost_answer_is_told_in_one_sentence_and_the_rest_is_kept(self, inside: Player) -> None:
        page = inside.dialogue.library.procedures["cpam_carte_vitale"]
        asked = page.steps["probleme"]
        choices = {name: choice for name, choice in asked.choices.items() if name != "perdue"}  # type: ignore[union-attr]
        self.edited(inside, probleme=asked.model_copy(update={"choices": choices}))
        inside.says("répétez")
        inside.says("cassée")
        assert sum("n'existe plus" in say.text for a in inside.answers for say in a.reply.says) == 1
        assert inside.answers[-1].reply.step == "photo"
