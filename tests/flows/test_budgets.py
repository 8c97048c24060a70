"""What a message costs: SMS segments in the alphabet of SMS, spoken seconds, keys, buttons; and the main way."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows import loader
from flows.budgets import CHARACTERS_A_SECOND, cost, procedure_costs, seconds, sms_text, voice_text
from flows.gsm7 import fold, segments, septets
from flows.library import Library
from flows.main_way import main_way
from flows.read_aloud import OPENING, read_aloud, spoken_way
from flows.spoken import aloud
from flows.texts import Option, Say
from tests.flows.content import library_of, page, write

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 459, 3),
        ("a" * 460, 4),
        ("é" * 160, 1),
        ("ç" * 160, 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("…" * 53, 1),
        ("…" * 54, 2),
        ("œ" * 80, 1),
        ("œ" * 81, 2),
        ("🙂" * 160, 1),
        ("a\n" * 80, 1),
    ],
)
def test_segments(text: str, count: int) -> None:
    assert segments(text) == count


@pytest.mark.parametrize(
    ("text", "folded", "places"),
    [
        ("ça va", "ca va", 5),
        ("Ça, là-bas où", "Ça, là-bas où", 13),
        ("fenêtre île août naïf", "fenetre ile aout naif", 21),
        ("« Mon Compte »", '"Mon Compte"', 12),
        ("l’œil – ‘oui’", "l'oeil - 'oui'", 14),
        ("450 €", "450 €", 6),
        ("[a] {b} ~", "[a] {b} ~", 14),
        ("🙂 À", "? A", 3),
        ("8\u202fh\u00a030", "8 h 30", 6),
    ],
)
def test_fold(text: str, folded: str, places: int) -> None:
    assert fold(text) == folded
    assert septets(text) == places


def test_seconds_grow_with_length_and_with_breaths() -> None:
    assert seconds("a" * CHARACTERS_A_SECOND) == 1
    assert seconds("  a   b ") == seconds("a b")
    assert seconds("Un. Deux. Trois.") == pytest.approx(len("Un. Deux. Trois.") / CHARACTERS_A_SECOND + 0.8)
    assert seconds("caf.fr") == pytest.approx(6 / CHARACTERS_A_SECOND)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ouvrez caf.fr.", "Ouvrez caf point f r."),
        (
            "Ouvrez www.impots.gouv.fr/accueil, puis",
            "Ouvrez trois w point impots point gouv point f r barre oblique accueil, puis",
        ),
        ("Écrivez à aide@cap-emploi.info", "Écrivez à aide arobase cap tiret emploi point info"),
        ("Ouvrez « Mon Compte », puis « Aides ».", "Ouvrez Mon Compte, puis Aides."),
        ("Vous payez 450 € ou 659,06 €.", "Vous payez 450 euros ou 659 euros et 6 centimes."),
        ("1 200,00 € par an", "1 200 euros par an"),
        ("de 8 h 30 à 17 h", "de 8 heures 30 à 17 heures"),
        ("à 9h00, 10 %", "à 9 heures, 10 pour cent"),
        ("au 0612345678", "au 06 12 34 56 78"),
        ("Fini. Voilà", "Fini. Voilà"),
    ],
)
def test_what_a_voice_says(text: str, said: str) -> None:
    assert aloud(text) == said


STEPS = """
debut:
  ask: Qui paie cette aide ?
  answer: choice
  choices: {long: {label: La caisse d'allocations}, court: {label: La MSA}}
  why: Deux sites.
  next: [{is: long, go: detour}, {else: ouvrir}]
detour: {say: Un détour., next: ouvrir}
ouvrir:
  do: Ouvrez caf.fr et payez {montant}.
  short: Ouvrez caf.fr.
  see: Un bouton.
  without_facts: Ouvrez le site.
  why: Le site.
  blocked: {perdu: {label: Je suis perdu, go: humain}}
  next: [{step: debut, is: court, go: fin_courte}, {else: fini}]
fin_courte: {end: stop, say: Rien ici.}
humain: {end: handoff, say: Une personne.}
fini: {end: done, say: C'est fait.}
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(
        tmp_path / "c", page("essai", STEPS), page("sous", SUB), page("vide", NO_END), page("boucle", ONLY_SUB)
    )


SUB = """
avant: {say: On passe ailleurs., next: autre}
autre:
  use: essai
  next: [{is: done, go: fini}, {else: humain}]
humain: {end: handoff, say: Une personne.}
fini: {end: done, say: Tout est fait.}
"""
NO_END = """
dire: {say: Bonjour., next: humain}
humain: {end: handoff, say: Une personne.}
"""
ONLY_SUB = """
autre:
  use: vide
  next: fini
fini: {end: done, say: Fini.}
"""


def test_the_cost_of_each_message(library: Library) -> None:
    costs = {one.where: one for one in procedure_costs(library, library.procedures["essai"], DAY)}
    assert list(costs) == ["debut", "detour", "ouvrir", "ouvrir (je bloque)", "fin_courte", "humain", "fini"]
    assert (costs["debut"].keys, costs["debut"].button) == (2, len("La caisse d'allocations"))
    assert (costs["ouvrir"].keys, costs["detour"].keys) == (2, 0), "« c'est fait » and « je bloque » are enough"
    assert costs["ouvrir (je bloque)"].labels == ("Je suis perdu", "Autre chose")
    assert sms_text(costs["ouvrir"].say, costs["ouvrir"].labels) == "Ouvrez caf.fr.\n1 C'est fait\n2 Je bloque"
    spoken = voice_text(library, costs["ouvrir"].say, costs["ouvrir"].labels, DAY)
    assert spoken.startswith(
        "Ouvrez caf point f r et payez 500 euros. Vous devez voir : un bouton. C'est fait : tapez 1."
    )
    assert costs["ouvrir"].seconds == seconds(spoken)
    assert all(not list(one.over()) for one in costs.values())


@pytest.mark.parametrize(
    ("say", "words"),
    [
        (Say("a" * 307, speech="court"), "3 SMS au lieu de 2"),
        (Say("court", speech="a" * 265), "21 secondes à écouter au lieu de 20"),
        (Say("oui", options=tuple(Option(str(n), "b") for n in range(5))), "5 choix au téléphone"),
        (Say("oui", options=(Option("a", "b" * 33),)), "un bouton de 33 caractères"),
    ],
)
def test_what_passes_its_budget_is_told(library: Library, say: Say, words: str) -> None:
    [over] = cost(library, "etape", say, DAY).over()
    assert over.startswith(words)


def test_check_tells_the_line_of_a_step_too_long_with_or_without_its_facts(tmp_path: Path) -> None:
    long = "essai " * 55
    text = page("essai", STEPS.replace("Rien ici.", long).replace("Ouvrez le site.", long))
    folder = write(tmp_path / "c", [text])
    told = [one for one in loader.problems(folder, DAY) if "au lieu de" in one.message]
    lines = {text.split("\n")[one.line - 1].strip().split(":")[0] for one in told}
    assert lines == {"fin_courte", "ouvrir"}
    assert {one.message.split(" : ")[1].split(" ")[1] for one in told} == {"SMS", "secondes"}


def test_the_main_way_is_the_shortest_that_can_be_walked(library: Library) -> None:
    way = main_way(library, library.procedures["essai"], DAY)
    assert way and [node.key for node in way] == ["debut", "detour", "ouvrir", "fini"], "« court » ends elsewhere"
    way = main_way(library, library.procedures["sous"], DAY)
    assert way and [node.key for node in way] == [
        *("avant", "autre/debut", "autre/detour", "autre/ouvrir", "autre/fini", "fini")
    ]
    assert main_way(library, library.procedures["vide"], DAY) is None
    assert main_way(library, library.procedures["boucle"], DAY) is None


def test_a_number_leads_wherever_it_may(tmp_path: Path) -> None:
    steps = """
    age: {ask: Quel âge ?, answer: number, why: Pour savoir., next: suite}
    suite: {ask: Et alors ?, answer: yes_no, why: Oui., next: [{step: age, at_least: 25, go: fini}, {else: humain}]}
    humain: {end: handoff, say: Une personne.}
    fini: {end: done, say: Fini.}
    """
    library = library_of(tmp_path / "n", page("age", steps))
    way = main_way(library, library.procedures["age"], DAY)
    assert way and [node.key for node in way] == ["age", "suite", "fini"]


def test_read_aloud_adds_up_the_main_way(library: Library) -> None:
    rows, total = read_aloud(library, library.procedures["essai"], DAY)
    on_way = [row for row in rows if row.on_main_way]
    assert [row.cost.where for row in on_way] == [OPENING, OPENING, "debut", "detour", "ouvrir", "fini"]
    assert total.segments == sum(row.cost.segments for row in on_way) == 6
    assert total.seconds == pytest.approx(sum(row.cost.seconds for row in on_way))
    assert total.json()["steps"] == 4 and total.over == 0
    assert all(row.sms == fold(row.sms) for row in rows)
    heard = spoken_way(library, library.procedures["essai"], DAY)
    assert heard == [row.voice for row in on_way] and "caf point f r" in heard[4]


def test_read_aloud_says_when_nothing_ends_well(library: Library) -> None:
    rows, total = read_aloud(library, library.procedures["vide"], DAY)
    assert total.steps == () and total.segments == 0 and not any(row.on_main_way for row in rows)
    assert len(spoken_way(library, library.procedures["vide"], DAY)) == len(rows)


def test_the_main_way_of_the_shipped_procedures_ends() -> None:
    library = loader.load()
    for procedure in library.procedures.values():
        ends = {getattr(step, "end", "") for step in procedure.steps.values()}
        assert bool(main_way(library, procedure, DAY)) == bool(ends & {"done", "plan"}), procedure.id
