"""The dialogue, conversation by conversation: what each kind of message does, and what is never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dialogue import NOT_KEPT, Dialogue
from bot.understanding import Ranked, Understanding
from flows.library import Theme
from tests.player import NOON, Player


def kinds(player: Player) -> list[str]:
    return [event.kind for event in player.answers[-1].events]


class TestFirstWords:
    def test_an_empty_message_is_welcomed_with_four_themes(self, player: Player) -> None:
        player.says("")
        assert "Allô Démarches" in player.last
        assert len(player.answers[-1].reply.says[-1].options) == 4

    def test_the_need_leads_to_on_commence(self, player: Player) -> None:
        player.says("bonjour jai pas recu mon rsa et on me demande une declaration", "caf_dtr")
        assert "On commence ?" in player.last
        player.says("oui")
        assert player.answers[-1].reply.step == "caisse"
        assert "run_started" in kinds(player)

    def test_non_to_on_commence_starts_nothing(self, player: Player) -> None:
        player.says("carte vitale")
        player.says("non")
        assert player.talk.run is None
        assert "on ne commence pas" in player.last

    def test_the_menu_reaches_every_procedure(self, dialogue: Dialogue) -> None:
        reached: list[str] = []
        todo: list[tuple[str, ...]] = [("menu",)]
        while todo:
            keys = todo.pop()
            player = Player(dialogue)
            for key in keys:
                player.says(key)
            asked = player.talk.asked
            begun = player.talk.run.procedure if player.talk.run else None
            if begun or (asked and asked.kind == "start"):
                reached.append(begun or asked.options[0])
                continue
            assert asked and len(keys) < 8
            shown = player.answers[-1].reply.says[-1].options
            assert len(shown) <= 4, keys
            todo += [(*keys, str(n)) for n in range(1, len(shown) + 1)]
        assert sorted(reached) == sorted(dialogue.library.procedures)

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("attestation", "caf_attestation_qf"),
            ("je veux une attestation", "ft_attestations"),
            ("Bonjour, je voudrais un rendez-vous", "caf_rdv"),
            ("je suis radié", "ft_radiation"),
            ("c'est pour ma retraite", "vie_retraite"),
        ],
    )
    def test_a_word_of_several_procedures_is_asked_about(self, player: Player, text: str, shown: str) -> None:
        player.says(text)
        asked = player.talk.asked
        assert asked and asked.kind == "which" and shown in asked.options
        player.says("1")
        assert player.talk.asked and player.talk.asked.options == asked.options[:1]

    def test_who_does_not_know_is_asked_a_few_plain_questions(self, dialogue: Dialogue) -> None:
        for before, text, intent in [
            ([], "je sais pas quoi faire", None),
            (["menu"], "je ne sais pas", None),
            (["menu", "1"], "je ne sais pas", None),
            ([], "j'ai des papiers à remplir et je m'y perds", "quelle_demarche"),
        ]:
            player = Player(dialogue)
            for said in before:
                player.says(said)
            player.says(text, intent)
            assert player.answers[-1].reply.step == "debut", text


class TestSafetyFirst:
    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("jveu en finir", "3114"),
            ("mon mari me tape", "17"),
            ("ma mere a fait un malaise", "15"),
            ("ca sent le gaz", "18"),
            ("je dors dehors ce soir", "115"),
        ],
    )
    def test_the_number_is_in_the_first_sentence(self, inside: Player, text: str, number: str) -> None:
        inside.says(text)
        first = inside.answers[-1].reply.says[0].text
        assert number in first.split(". ")[0], first

    def test_the_story_is_not_kept_and_the_place_is(self, inside: Player) -> None:
        inside.says("si la caf me coupe je me fous en l'air")
        assert inside.answers[-1].stored_text == NOT_KEPT
        assert inside.answers[-1].reply.step == "photo"
        inside.says("reprendre")
        assert inside.answers[-1].reply.step == "photo"

    def test_a_classifier_half_sure_of_danger_is_enough(self, inside: Player) -> None:
        heard = Understanding("tout est noir", "incompris", 0.4, None, {}, (Ranked("detresse", 0.4),), True)
        inside.says("tout est noir", heard=heard)
        assert "3114" in inside.answers[-1].reply.says[0].text and inside.answers[-1].stored_text == NOT_KEPT
        assert inside.answers[-1].reply.step == "photo" and "Préparez une photo" in inside.last

    def test_figurative_words_are_not_danger(self, inside: Player) -> None:
        inside.says("j'en peux plus de cette déclaration", "colere")
        assert "safety" not in kinds(inside)


class TestCommands:
    def test_zero_is_a_person_from_anywhere(self, dialogue: Dialogue) -> None:
        for before in ([], ["menu"], ["menu", "1"], ["carte vitale"], ["carte vitale", "oui"]):
            player = Player(dialogue)
            for text in [*before, "0"]:
                player.says(text)
            assert player.answers[-1].handoff, before

    @pytest.mark.parametrize("text", ["un humain", "une personne", "0"])
    def test_a_person_by_word_even_when_a_date_is_asked(self, dialogue: Dialogue, text: str) -> None:
        """« un » is a number too, and 0 is no date: the call for a person wins."""
        player = Player(dialogue)
        for said in ("vie_demenagement", "oui", text):
            player.says(said)
        assert player.answers[-1].handoff

    def test_a_person_by_word_even_when_the_menu_is_asked(self, player: Player) -> None:
        player.says("bonjour")
        player.says("un humain")
        assert player.answers[-1].handoff

    def test_a_person_by_word_even_when_a_choice_has_that_name(self, dialogue: Dialogue) -> None:
        theme = Theme("humain", "Un humain", ("france_services",))
        player = Player(
            replace(
                dialogue,
                library=replace(
                    dialogue.library,
                    menu={**dialogue.library.menu, "racine": Theme("racine", "", ("humain",)), "humain": theme},
                ),
            )
        )
        player.says("menu")
        player.says("un humain")
        assert player.answers[-1].handoff

    @pytest.mark.parametrize("text", ["je n'ai pas internet", "sans internet", "par courrier"])
    def test_the_way_without_internet(self, dialogue: Dialogue, text: str) -> None:
        for before, then in (["carte vitale"], "On commence ?"), (["carte vitale", "oui", "cpam"], "une personne ?"):
            player = Player(dialogue)
            for said in [*before, text]:
                player.says(said)
            assert "Un formulaire papier existe." in player.last and player.last.endswith(then)

    def test_repeat_says_the_same_again(self, inside: Player) -> None:
        said = inside.last
        inside.says("répétez")
        assert inside.last == said
        inside.says("3")
        assert inside.last == said

    def test_why_then_the_step_again(self, inside: Player) -> None:
        inside.says("4")
        assert "trop sombre" in inside.last and "Préparez une photo" in inside.last

    def test_back_and_first_step(self, inside: Player) -> None:
        for step in ("compte", "soins", "probleme", "caisse"):
            inside.says("retour")
            assert inside.answers[-1].reply.step == step
        inside.says("#")
        assert "première étape" in inside.last

    def test_a_word_of_the_glossary(self, inside: Player) -> None:
        inside.says("c'est quoi un RIB ?")
        assert "RIB :" in inside.last and inside.answers[-1].reply.step == "photo"

    def test_pause_keeps_the_place_for_weeks(self, inside: Player) -> None:
        inside.says("pause")
        inside.now = NOON + timedelta(days=21)
        inside.says("bonjour")
        assert "On reprend ?" in inside.last and "Carte Vitale" in inside.last
        inside.says("oui")
        assert inside.answers[-1].reply.step == "photo"

    def test_hello_in_the_middle_offers_the_open_run_and_no_puts_it_aside(self, inside: Player) -> None:
        inside.says("bonjour")
        inside.says("non")
        assert inside.talk.run is None and len(inside.talk.parked) == 1
        inside.says("reprendre")
        assert inside.answers[-1].reply.step == "photo"

    def test_restart_asks_before_it_forgets(self, inside: Player) -> None:
        inside.says("recommencer")
        inside.says("non")
        assert inside.answers[-1].reply.step == "photo"
        inside.says("recommencer")
        inside.says("oui")
        assert inside.answers[-1].reply.step == "caisse"

    def test_forget_me_asks_then_forgets(self, inside: Player) -> None:
        inside.says("oubliez-moi")
        assert not inside.answers[-1].forget
        inside.says("oui")
        assert inside.answers[-1].forget and inside.talk.run is None


class TestAnswers:
    def test_correction_changes_the_answer_and_keeps_the_others(self, inside: Player) -> None:
        inside.says("non je me suis trompé c'est cassée")
        assert "Elle ne marche plus" in inside.last
        assert inside.talk.run and inside.talk.run.answers["probleme"] == "cassee"
        assert inside.answers[-1].reply.step == "photo"

    def test_yes_no_and_unclear_are_three_things(self, player: Player) -> None:
        for text in ("carte vitale", "oui", "cpam", "perdue"):
            player.says(text)
        player.says("ça dépend des jours")
        assert "oui ou par non" in player.last and player.answers[-1].reply.step == "soins"

    def test_unclear_twice_offers_a_person_and_a_no_goes_back_to_the_step(self, inside: Player) -> None:
        inside.says("blabla")
        inside.says("blibli")
        assert "qu'une personne vous aide" in inside.last
        inside.says("non")
        assert inside.answers[-1].reply.step == "photo" and inside.answers[-1].handoff is None

    def test_an_old_button_changes_nothing(self, inside: Player) -> None:
        before = inside.talk.run
        inside.says("", choice="soins|oui")
        assert "étape passée" in inside.last
        assert inside.talk.run == before

    def test_a_button_of_the_last_message_answers(self, inside: Player) -> None:
        inside.says("", choice="photo|fait")
        assert inside.answers[-1].reply.step == "adresse"

    def test_blocked_asks_why_then_helps(self, inside: Player) -> None:
        inside.says("je bloque")
        assert "Qu'est-ce qui vous bloque ?" in inside.last
        inside.says("1")
        assert inside.answers[-1].reply.step == "aide_photo"
        assert "step_blocked" in kinds(inside)

    def test_blocked_by_something_else_is_a_person_with_a_recap(self, inside: Player) -> None:
        inside.says("je bloque")
        inside.says("autre chose")
        case = inside.answers[-1].handoff
        assert case and case.reason == "stuck" and case.recap["step"] == "photo"
        assert "step_blocked" in kinds(inside)
