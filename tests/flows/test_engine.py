"""The engine on small procedures: forward, branches, loops, sub-procedures, back, corrections, limits."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows import engine
from flows.engine import UNKNOWN
from flows.library import Library
from flows.render import OTHER
from flows.walk import RunawayProcedure
from tests.flows.content import DAY, library_of, page, play, play_on, texts

MAIN = page(
    "essai",
    """
    accueil:
      say: Bienvenue dans l'essai.
      next: age
    age:
      ask: Quel âge ?
      answer: number
      min: 0
      max: 120
      why: Pour savoir.
      unknown: aide_age
      next:
        - {less_than: 25, go: jeune}
        - {at_least: 65, go: ancien}
        - {else: couple}
    aide_age:
      say: Ce n'est pas grave.
      next: couple
    jeune:
      say: Vous êtes jeune.
      next: couple
    ancien:
      end: stop
      say: Voyez la retraite.
    couple:
      ask: Vivez-vous en couple ?
      answer: yes_no
      why: Pour les revenus.
      next: situation
    situation:
      ask: Travaillez-vous ?
      answer: choice
      why: Pour choisir.
      choices:
        salarie: {label: Salarié, words: [je travaille]}
        chomage: {label: Au chômage}
      next:
        - {step: couple, is: oui, go: conjoint}
        - {else: site}
    conjoint:
      ask: Votre conjoint travaille-t-il ?
      answer: yes_no
      why: Pour les revenus.
      next: site
    site:
      do: Ouvrez le site.
      see: La page d'accueil.
      why: Tout se fait là.
      blocked:
        lent: {label: C'est lent, go: attendre, words: [ca rame]}
        compte: {label: Pas de compte, go: creer}
      next: fini
    attendre:
      do: Attendez une minute.
      why: Le site est chargé.
      blocked:
        rien: {label: Toujours rien, go: personne}
      next: site
    creer:
      use: compte
      next:
        - {is: done, go: site}
        - {else: personne}
    fini:
      end: done
      say: C'est fini.
    personne:
      end: handoff
      say: Une personne va vous aider.
    """,
)
COMPTE = page(
    "compte",
    """
    mail:
      ask: Avez-vous une adresse mail ?
      answer: yes_no
      why: Pour le code.
      next:
        - {is: oui, go: formulaire}
        - {else: creer_mail}
    creer_mail:
      use: adresse_mail
      next:
        - {is: done, go: formulaire}
        - {else: arret}
    formulaire:
      do: Remplissez le formulaire.
      why: Pour créer le compte.
      blocked:
        erreur: {label: Une erreur, go: relais}
      next: cree
    cree:
      end: done
      say: Votre compte est créé.
    arret:
      end: stop
      say: Sans adresse mail, on ne peut pas.
    relais:
      end: handoff
      say: Une personne va regarder.
    """,
)
MAIL = page(
    "adresse_mail",
    """
    telephone:
      ask: Avez-vous un téléphone ?
      answer: yes_no
      why: Pour l'application.
      next:
        - {is: oui, go: bon}
        - {else: pas_bon}
    bon:
      end: done
      say: Adresse créée.
    pas_bon:
      end: stop
      say: Tant pis.
    """,
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library_of(tmp_path_factory.mktemp("content"), MAIN, COMPTE, MAIL)


def small(tmp_path: Path, steps: str) -> Library:
    return library_of(tmp_path, page("petit", steps))


def test_start_says_what_stands_on_the_way_to_the_first_question(library: Library) -> None:
    turn = engine.start(library, "essai", DAY)
    assert texts(turn) == ["Bienvenue dans l'essai.", "Quel âge ?"]
    assert (turn.key, turn.outcome, dict(turn.run.answers)) == ("age", None, {})
    assert turn.run.versions == {"essai": 1}
    with pytest.raises(KeyError):
        engine.start(library, "inconnue", DAY)


@pytest.mark.parametrize(
    ("answer", "said", "key"),
    [
        ("24", ["Vous êtes jeune.", "Vivez-vous en couple ?"], "couple"),
        ("25", ["Vivez-vous en couple ?"], "couple"),
        ("64", ["Vivez-vous en couple ?"], "couple"),
        ("65", ["Voyez la retraite."], "ancien"),
    ],
)
def test_branches_and_else(library: Library, answer: str, said: list[str], key: str) -> None:
    turn = play(library, "essai", answer)
    assert (texts(turn), turn.key, turn.answered) == (said, key, "age")
    assert (turn.outcome is not None and turn.outcome.end == "stop") == (key == "ancien")


def test_a_branch_may_look_at_another_answer(library: Library) -> None:
    assert play(library, "essai", "30", "oui", "1").key == "conjoint"
    assert play(library, "essai", "30", "non", "1").key == "site"


def test_i_do_not_know_takes_the_authors_way(library: Library) -> None:
    turn = engine.start(library, "essai", DAY)
    assert engine.unknown_exit(library, turn.run, DAY)
    turn = engine.answer(library, turn.run, UNKNOWN, DAY)
    assert texts(turn) == ["Ce n'est pas grave.", "Vivez-vous en couple ?"]
    assert not engine.unknown_exit(library, turn.run, DAY)


def test_a_branch_may_name_unknown(tmp_path: Path) -> None:
    steps = """
    q: {ask: 'Oui ?', answer: yes_no, why: "-", unknown: suite, next: suite}
    suite: {ask: 'Encore ?', answer: yes_no, why: "-", next: [{step: q, unknown: true, go: a}, {else: b}]}
    a: {end: done, say: A.}
    b: {end: done, say: B.}
    """
    library = small(tmp_path, steps)
    start = engine.start(library, "petit", DAY)
    assert texts(play_on(library, engine.answer(library, start.run, UNKNOWN, DAY), "oui")) == ["A."]
    assert texts(play_on(library, start, "oui", "oui")) == ["B."]


def test_what_is_no_answer_changes_nothing(library: Library) -> None:
    start = engine.start(library, "essai", DAY)
    for text, problem in (("beaucoup", None), ("121", "number_too_big"), ("-1", "number_too_small")):
        turn = engine.advance(library, start.run, text, DAY)
        assert (turn.understood, turn.problem, turn.run, turn.says) == (False, problem, start.run, ())


def test_a_step_to_do_wants_an_exact_word(library: Library) -> None:
    turn = play(library, "essai", "30", "non", "1")
    assert texts(turn) == ["Ouvrez le site.\nVous devez voir : la page d'accueil."]
    assert [option.id for option in turn.says[0].options] == ["fait", "bloque", "repeter", "pourquoi"]
    for text in ("2", "c'est fait mais pas bien", "12", ""):
        assert engine.advance(library, turn.run, text, DAY).understood is False
    assert play_on(library, turn, "c'est fait").outcome
    assert engine.why(library, turn.run, DAY) == "Tout se fait là."


def test_blocked_asks_the_reason_then_helps_and_comes_back_twice(library: Library) -> None:
    turn = play(library, "essai", "30", "non", "1", "bloque")
    assert [option.label for option in turn.says[0].options] == ["C'est lent", "Pas de compte", "Autre chose"]
    assert (turn.key, turn.run.blocked) == ("site", True)
    for _ in range(2):
        turn = play_on(library, turn, "ça rame")
        assert (turn.key, texts(turn), turn.run.blocked) == ("attendre", ["Attendez une minute."], False)
        turn = play_on(library, turn, "fait")
        assert (turn.key, turn.outcome) == ("site", None)
        turn = play_on(library, turn, "bloque")
    turn = play_on(library, turn, "retour", "fait")
    assert (texts(turn), turn.outcome is not None) == (["C'est fini."], True)


def test_the_reason_must_be_clear(library: Library) -> None:
    turn = play(library, "essai", "30", "non", "1", "bloque")
    assert engine.advance(library, turn.run, "9", DAY).problem == "choice_out_of_range"
    assert engine.advance(library, turn.run, "je ne trouve pas mes lunettes", DAY).understood is False


@pytest.mark.parametrize("text", ["Autre chose", "3", "rien de tout ça"])
def test_another_reason_calls_for_a_person(library: Library, text: str) -> None:
    turn = play(library, "essai", "30", "non", "1", "bloque", text)
    assert (turn.problem, turn.says, turn.key) == ("blocked_other", (), "site")
    assert OTHER not in str(turn.run.answers)


def test_nothing_blocks_at_a_question(library: Library) -> None:
    start = engine.start(library, "essai", DAY)
    assert engine.block(library, start.run, DAY).understood is False


def test_a_sub_procedure_is_walked_and_comes_back(library: Library) -> None:
    turn = play(library, "essai", "30", "non", "1", "bloque", "2")
    assert (turn.key, texts(turn)) == ("creer/mail", ["Avez-vous une adresse mail ?"])
    assert turn.run.versions == {"essai": 1, "compte": 1}
    turn = play_on(library, turn, "oui", "fait")
    assert (turn.key, turn.outcome) == ("site", None)
    assert texts(turn)[0] == "Votre compte est créé."
    assert turn.run.answers["creer/formulaire"] == "fait"
    assert play_on(library, turn, "fait").outcome


def test_a_loop_through_a_sub_procedure_asks_it_again(library: Library) -> None:
    once = play(library, "essai", "30", "non", "1", "bloque", "2", "oui", "fait")
    again = play_on(library, once, "bloque", "2")
    assert (again.key, "creer/mail" in again.run.answers) == ("creer/mail", False)
    assert play_on(library, again, "oui", "fait", "fait").outcome


def test_a_sub_procedure_inside_another(library: Library) -> None:
    turn = play(library, "essai", "30", "non", "1", "bloque", "2", "non")
    assert turn.key == "creer/creer_mail/telephone"
    done = play_on(library, turn, "oui")
    assert (done.key, texts(done)) == ("creer/formulaire", ["Adresse créée.", "Remplissez le formulaire."])
    stopped = play_on(library, turn, "non")
    assert texts(stopped) == ["Tant pis.", "Sans adresse mail, on ne peut pas.", "Une personne va vous aider."]
    assert stopped.outcome is not None and stopped.outcome.end == "handoff"


def test_a_handoff_inside_a_sub_procedure_ends_the_whole_run(library: Library) -> None:
    turn = play(library, "essai", "30", "non", "1", "bloque", "2", "oui", "bloque", "1")
    assert turn.outcome is not None
    assert (turn.outcome.end, turn.key, texts(turn)) == ("handoff", "creer/relais", ["Une personne va regarder."])
    assert engine.advance(library, turn.run, "oui", DAY).understood is False


def test_back_steps_over_what_was_only_said(library: Library) -> None:
    turn = play(library, "essai", "24", "retour")
    assert (turn.key, texts(turn), dict(turn.run.answers)) == ("age", ["Quel âge ?"], {})
    turn = play(library, "essai", "30", "non", "1", "fait", "retour")
    assert (turn.key, turn.outcome) == ("site", None)
    assert play_on(library, turn, "retour").key == "situation"


def test_back_at_the_first_step_is_refused(library: Library) -> None:
    start = engine.start(library, "essai", DAY)
    turn = engine.back(library, start.run, DAY)
    assert (turn.understood, turn.run) == (False, start.run)


def test_back_goes_out_of_a_sub_procedure_and_into_it(library: Library) -> None:
    inside = play(library, "essai", "30", "non", "1", "bloque", "2")
    out = play_on(library, inside, "retour")
    assert (out.key, "site" in out.run.answers) == ("site", False)
    after = play_on(library, inside, "oui", "fait")
    assert (after.key, play_on(library, after, "retour").key) == ("site", "creer/formulaire")


def test_back_while_blocked_only_leaves_the_question_about_it(library: Library) -> None:
    turn = play(library, "essai", "30", "non", "1", "bloque", "retour")
    assert (turn.key, turn.run.blocked, "situation" in turn.run.answers) == ("site", False, True)


def test_back_after_a_loop_is_the_last_step_of_the_detour(library: Library) -> None:
    turn = play(library, "essai", "30", "non", "1", "bloque", "1", "fait")
    turn = play_on(library, turn, "retour")
    assert turn.key == "attendre"
    turn = play_on(library, turn, "retour")
    assert (turn.key, "site" in turn.run.answers) == ("site", False)
    assert play_on(library, turn, "retour").key == "situation"


def test_back_after_a_loop_that_asked_nothing_is_the_question_before(tmp_path: Path) -> None:
    steps = """
    q: {ask: Un essai, answer: yes_no, why: "-", next: site}
    site: {do: Allez-y., why: "-", blocked: {peur: {label: J'ai peur, go: calme}}, next: fini}
    calme: {say: Rien ne presse., next: site}
    fini: {end: done, say: Bravo.}
    """
    turn = play(small(tmp_path, steps), "petit", "oui", "bloque", "1")
    assert (turn.key, texts(turn)) == ("site", ["Rien ne presse.", "Allez-y."])
    assert play_on(small(tmp_path, steps), turn, "retour").key == "q"


def test_back_all_the_way_always_ends(library: Library) -> None:
    turn = play(
        library, "essai", "24", "oui", "1", "non", "bloque", "2", "non", "oui", "fait", "bloque", "1", "fait", "fait"
    )
    for _ in range(20):
        turn = engine.back(library, turn.run, DAY)
        if not turn.understood:
            break
    assert (turn.key, dict(turn.run.answers)) == ("age", {})


def test_correct_changes_the_latest_question_that_fits(library: Library) -> None:
    turn = play(library, "essai", "30", "oui", "1", "non")
    changed = engine.correct(library, turn.run, "oui", DAY)
    assert (changed.answered, changed.run.answers["conjoint"]) == ("conjoint", "oui")
    assert changed.run.answers["couple"] == "oui"
    changed = engine.correct(library, turn.run, "au chômage", DAY)
    assert (changed.answered, changed.run.answers["situation"], changed.key) == ("situation", "chomage", "site")
    same = engine.correct(library, turn.run, "salarié", DAY)
    assert (same.understood, same.run) == (False, turn.run)
    assert engine.correct(library, turn.run, "je ne sais plus", DAY).understood is False


def test_correct_takes_the_latest_of_two_questions_that_fit(library: Library) -> None:
    turn = play(library, "essai", "30", "oui", "1", "oui")
    changed = engine.correct(library, turn.run, "non", DAY)
    assert (changed.answered, changed.run.answers["couple"], changed.key) == ("conjoint", "oui", "site")


def test_a_correction_that_changes_the_branch_keeps_later_answers(library: Library) -> None:
    turn = play(library, "essai", "30", "non", "1")
    changed = engine.correct(library, turn.run, "oui", DAY)
    assert (changed.key, changed.answered) == ("conjoint", "couple")
    assert texts(changed) == ["Votre conjoint travaille-t-il ?"]
    assert play_on(library, changed, "oui").key == "site"
    back = engine.correct(library, changed.run, "non", DAY)
    assert (back.key, back.run.answers["situation"]) == ("site", "salarie")


def test_a_correction_may_end_the_run_and_leaves_blocked(library: Library) -> None:
    turn = play(library, "essai", "30", "non", "1", "bloque")
    changed = engine.correct(library, turn.run, "70", DAY)
    assert (changed.key, texts(changed), changed.run.blocked) == ("ancien", ["Voyez la retraite."], False)
    assert changed.outcome is not None and changed.outcome.end == "stop"


def test_show_repeats_without_change(library: Library) -> None:
    for says in (["30", "non", "1"], ["30", "non", "1", "bloque"], ["70"]):
        turn = play(library, "essai", *says)
        shown = engine.show(library, turn.run, DAY)
        assert (shown.run, shown.key, shown.says[-1]) == (turn.run, turn.key, turn.says[-1])


MONEY = """
q:
  ask: "L'aide est de {montant}. Continuer ?"
  short: "Aide {montant}. OK ?"
  speech: "L'aide est de {montant}, au {tel_caf}. On continue ?"
  without_facts: Le montant a pu changer. Continuer ?
  answer: yes_no
  why: "-"
  next: site
site:
  do: Ouvrez le site.
  see: "Le montant : {montant}."
  short: Ouvrez-le.
  why: "-"
  blocked:
    non: {label: Je ne peux pas, go: fini}
  next: fini
fini: {end: done, say: Bravo.}
"""


def test_facts_are_said_while_they_hold(tmp_path: Path) -> None:
    library = small(tmp_path, MONEY)
    say = engine.start(library, "petit", date(2027, 3, 31)).says[0]
    assert say.text == "L'aide est de 500 €. Continuer ?"
    assert say.short == "Aide 500 €. OK ?"
    assert say.speech == "L'aide est de 500 euros, au 32 30. On continue ?"


def test_without_facts_is_said_once_a_fact_is_out_of_date(tmp_path: Path) -> None:
    library, day = small(tmp_path, MONEY), date(2027, 4, 1)
    say = engine.start(library, "petit", day).says[0]
    assert (say.text, say.short, say.speech) == ("Le montant a pu changer. Continuer ?", None, None)
    assert [option.id for option in say.options] == ["oui", "non"]
    step = play(library, "petit", "oui", day=day).says[0]
    assert (step.text, step.short) == ("Ouvrez le site.", "Ouvrez-le.")
    assert "500" not in str(step)


def test_what_one_should_see_is_spoken_too(tmp_path: Path) -> None:
    step = play(small(tmp_path, MONEY), "petit", "oui").says[0]
    assert step.text == "Ouvrez le site.\nVous devez voir : le montant : 500 €."
    assert step.speech == "Ouvrez le site. Vous devez voir : le montant : 500 €."


def test_another_procedure_may_be_the_end(tmp_path: Path) -> None:
    library = small(
        tmp_path,
        "q: {ask: 'Oui ?', answer: yes_no, why: '-', next: f}\nf: {end: procedure, procedure: petit, say: Voyons.}",
    )
    outcome = play(library, "petit", "oui").outcome
    assert outcome is not None and (outcome.end, outcome.procedure) == ("procedure", "petit")


def test_a_very_long_run_stops(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    turn = play(library, "essai", "30", "non")
    monkeypatch.setattr(engine, "MAX_ANSWERS", 2)
    stopped = engine.advance(library, turn.run, "1", DAY)
    assert (stopped.understood, stopped.problem, stopped.run) == (False, "run_too_long", turn.run)


@pytest.mark.parametrize(
    "steps",
    [
        "a: {say: Un., next: b}\nb: {say: Deux., next: a}",
        "a: {use: petit, next: f}\nf: {end: done, say: Fin.}",
        "a: {say: Un., next: [{step: b, is: oui, go: f}]}\nb: {say: Deux., next: f}\nf: {end: done, say: Fin.}",
    ],
    ids=["circle", "calls itself", "no else"],
)
def test_a_runaway_procedure_is_stopped(tmp_path: Path, steps: str) -> None:
    library = small(tmp_path, steps)
    with pytest.raises(RunawayProcedure):
        engine.start(library, "petit", DAY)


def test_a_correction_says_what_the_new_way_says(tmp_path: Path) -> None:
    small = library_of(
        tmp_path / "content",
        page(
            "corrige",
            """
            ne:
              ask: Êtes-vous né avant la réforme ?
              answer: yes_no
              why: Pour l'âge.
              next: [{is: oui, go: ancien}, {else: nouveau}]
            ancien:
              say: L'ancien âge vous concerne.
              next: site
            nouveau:
              say: Le nouvel âge vous concerne.
              next: site
            site:
              do: Ouvrez le site.
              why: Pour la suite.
              blocked: {rien: {label: Rien ne s'ouvre, go: fin}}
              next: fin
            fin:
              end: handoff
              say: Une personne va vous aider.
            """,
        ),
    )
    turn = play(small, "corrige", "oui")
    changed = engine.correct(small, turn.run, "non", DAY)
    assert texts(changed) == ["Le nouvel âge vous concerne.", "Ouvrez le site."]
    assert changed.key == "site"
