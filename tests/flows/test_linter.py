"""The rules of plain language: what each catches, what it leaves alone, and what an author may accept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from flows import loader
from flows.facts_model import Fact
from flows.linter import lint
from flows.model import Accepted
from flows.positions import read
from flows.problems import Problem
from flows.style import explained_words, load_style
from flows.style_page import Finding, page_findings
from flows.style_rules import RULES, Wording, look, spelled_out
from flows.style_text import said_forms, sentences
from tests.flows.content import page, write

GLOSSARY = explained_words(
    [("CAF", []), ("RIB", ["relevé d'identité bancaire"]), ("pièce jointe", []), ("ALF et ALS", [])]
)
WORDING = Wording(load_style(), GLOSSARY)
LONG = "Le numéro est écrit au dos de la carte, juste sous la photo, et aussi sur la lettre que vous avez gardée."

CAUGHT = {
    "phrase_longue": [LONG],
    "passif": [
        "Le code est envoyé par mail.",
        "La prime a été versée.",
        "La demande sera examinée.",
        "Les dossiers seront traités.",
        "Votre dossier est étudié par la CAF.",
        "L'aide n'est pas calculée ainsi.",
        "Ce papier peut être refusé.",
        "La somme doit être remboursée.",
        "L'aide est en général versée le mois suivant.",
        "Les soins ont été pris en compte.",
        "Le guichet a été fermé.",
        "Une lettre vous sera bientôt adressée, mais elle sera lue.",
        "La photo sera imprimée sur la carte.",
    ],
    "sigle": [
        "Appelez la XYZ.",
        "Ouvrez « Mes droits XYZ ».",
        "Écrivez à l'URPS.",
        "Votre NIR est sur la carte.",
        "Le D4S n'existe pas.",
    ],
    "jargon": [
        "Veuillez ouvrir le site.",
        "Ouvrez le site afin d'envoyer la demande.",
        "Joignez les pièces justificatives.",
        "Saisissez votre nom.",
        "Vous avez un justificatif.",
        "Cliquez sur le bouton.",
        "Regardez le tableau ci-dessous.",
        "Effectuez la démarche via le site.",
        "Ce dispositif est pour vous.",
        "Suite à votre appel, la CAF vous écrit.",
    ],
    "mot_anglais": ["Regardez vos spams.", "Prenez votre smartphone.", "Un e-mail arrive.", "Prenez un selfie."],
    "deux_actions": [
        "Écrivez votre adresse. Choisissez un mot de passe. Notez-le sur un papier.",
        "Choisissez le mois que la caisse vous demande dans sa lettre. "
        "Imprimez toute la page pour la mairie ou pour l'école.",
        "Ouvrez le site, cherchez la page, regardez le montant et validez.",
    ],
    "reproche": [
        "Vous avez oublié de signer.",
        "Vous deviez répondre avant.",
        "Vous auriez dû écrire.",
        "C'est une erreur de votre part.",
        "Il fallait garder le papier.",
        "Vous n'avez pas rempli la case.",
        "C'est votre faute.",
    ],
    "minimise": ["Il suffit d'ouvrir le site.", "C'est très simple.", "Il n'y a qu'à signer."],
    "promesse": ["Vous aurez droit à la prime.", "Vous toucherez l'aide.", "Votre demande sera acceptée."],
    "exclamation": ["Bravo !"],
    "tutoiement": ["Ouvre ton compte.", "Je t'aide.", "Tu peux essayer."],
    "negation_double": [
        "Sans ce papier, la CAF ne paie pas.",
        "On ne peut pas continuer sans papiers.",
        "Ce n'est pas impossible.",
        "Rien n'empêche de le dire. Cela n'empêche pas la suite.",
        "Si vous ne signez pas, la CAF ne répond pas.",
        "À moins que vous soyez absent.",
    ],
    "abreviation": ["Paie, retraite, etc.", "Votre n° de dossier.", "Le père et/ou la mère.", "Si vous êtes marié(e)."],
}

INNOCENT = [
    # states, people, and who acts
    "Le guichet est fermé. C'est terminé. C'est fait.",
    "Vous êtes inscrit. Vous êtes marié ou pacsé.",
    "La carte est arrivée. Elle est partie par la poste.",
    "Vous vous êtes trompé ? Ce n'est pas grave.",
    "Le papier s'est perdu. Le compte est ouvert.",
    "Si la demande n'est pas envoyée, elle attend.",
    "La demande est déjà envoyée. C'est payé. Tant que ce n'est pas envoyé, attendez.",
    "Votre nom est affiché en haut. Il est écrit dessus.",
    "Vous serez inscrit demain. Il faut avoir été salarié.",
    "Restez à côté. Vous pouvez être à l'aise. L'été a été long.",
    "La CAF a envoyé un code. Vous avez reçu un mail.",
    "Elle a été longue, mais elle est gratuite.",
    # acronyms and words that are known, or on the screen
    "Prenez un RIB. L'ALS et l'ALF existent. Écrivez un SMS, répondez OUI.",
    "Ouvrez « Dispositif ». Appuyez sur « Cliquez ici ».",
    "Ajoutez la pièce jointe.",
    "Demandez tout de suite à la personne de l'accueil.",
    "La France, l'Île-de-France et Pau.",
    "Prenez un rendez-vous à la CAF. Renseignez-vous à l'accueil. Merci de le dire.",
    # no blame
    "Avez-vous oublié votre code ? Vous avez oublié votre code ?",
    "Si vous avez oublié votre code, appelez.",
    "Ce n'est pas votre faute. Il manque une case.",
    "La page est simple à lire. C'est plus simple à deux. C'est facile à retrouver.",
    # no familiar form, no double negation, no abbreviation
    "La CAF vous a-t-elle écrit ? Y a-t-il un code ?",
    "Ne payez rien et ne rappelez pas.",
    "La règle n'est plus la même avec ou sans compte. La carte n'est sans doute pas arrivée.",
    "Si vous n'en avez pas, ce n'est pas grave.",
    "Vous pouvez continuer sans papiers.",
    "Ouvrez caf.fr ou www.exemple.fr/aide. Le site est ouvert jour et nuit.",
    "Vous pouvez faire la demande. La CAF vous répondra.",
]

ONE_GESTURE = [
    "Ouvrez le site caf.fr, puis « Mon Compte ». Tapez vous-même vos codes. Ne me les donnez pas.",
    "Dans « Mes informations », changez votre adresse et validez.",
    "Posez la carte à plat. Prenez-la en photo.",
    "Attendez quelques minutes. Revenez sur votre compte et rouvrez la demande.",
    "Relisez le résumé. Si tout est juste, validez l'envoi.",
    "Regardez le montant. S'il est faux, corrigez-le, notez-le et imprimez la page.",
    "Effacez la barre d'adresse. Écrivez www.caf.fr puis validez.",
    "Appuyez sur « Envoyer ». Ensuite, ne fermez surtout pas cette page. N'ouvrez rien d'autre.",
    "Écrivez votre nom ou recopiez celui de la lettre.",
    "Prenez votre carte chez vous. Vous voyez le numéro ? Vous pouvez le noter.",
]


def rules_of(text: str, wording: Wording = WORDING, instruction: bool = False) -> set[str]:
    return {hit.rule for hit in look(text, wording, instruction)}


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in CAUGHT.items() for text in texts])
def test_a_rule_catches(rule: str, text: str) -> None:
    assert rule in rules_of(text, instruction=True)


@pytest.mark.parametrize("text", INNOCENT)
def test_innocent_texts_are_left_alone(text: str) -> None:
    assert look(text, WORDING) == []


@pytest.mark.parametrize("text", ONE_GESTURE)
def test_linked_gestures_are_one(text: str) -> None:
    assert "deux_actions" not in rules_of(text, instruction=True)


def test_every_rule_is_shown_here_and_says_why_and_what_to_do() -> None:
    style = load_style()
    assert set(CAUGHT) == set(style.rules) and len(RULES) == len(style.rules) - 1
    for rule, texts in CAUGHT.items():
        hits = [hit for hit in look(texts[0], WORDING, True) if hit.rule == rule]
        assert hits and all(hit.because and hit.suggestion and hit.extract for hit in hits)
        assert not any("{" in hit.because + hit.suggestion for hit in hits)


def test_twenty_words_pass_and_twenty_one_do_not() -> None:
    assert rules_of(" ".join(["mot"] * 20) + ".") == set()
    assert rules_of(" ".join(["mot"] * 21) + ".") == {"phrase_longue"}
    quoted = "« Une ligne de vingt mots que le site affiche et que personne ne peut raccourcir »"
    assert sentences(f"Ouvrez {quoted} vite.")[0].count() == 3


def test_where_to_cut_is_told() -> None:
    [hit] = look(LONG, WORDING)
    assert hit.because.startswith("22 mots") and "« et aussi sur »" in hit.suggestion
    [hit] = [hit for hit in look(CAUGHT["deux_actions"][0], WORDING, True) if hit.rule == "deux_actions"]
    assert "« Notez-le sur un »" in hit.suggestion and "écrivez, choisissez, notez-le" in hit.because


def test_only_what_the_person_must_do_is_counted_in_gestures() -> None:
    assert "deux_actions" not in rules_of(CAUGHT["deux_actions"][0], instruction=False)


def test_the_passive_is_quoted_whole() -> None:
    assert look("L'aide n'est pas versée par la CAF.", WORDING)[0].extract == "L'aide n'est pas versée par"


@pytest.mark.parametrize("text", ["La XYZ (caisse des îles) paie. La XYZ écrit.", "La caisse des îles (XYZ) paie."])
def test_an_acronym_spelled_out_is_known(text: str) -> None:
    assert spelled_out(text) == {"XYZ"}
    assert rules_of(text) == {"sigle"}
    assert rules_of(text, Wording(load_style(), GLOSSARY, spelled_out(text))) == set()


def test_words_to_replace_always_are_told_even_when_they_are_explained() -> None:
    knows = Wording(load_style(), explained_words([("justificatif", []), ("via", [])]))
    assert rules_of("Un justificatif. Des justificatifs.", knows) == set()
    assert rules_of("Passez via le site.", knows) == {"jargon"}


def test_a_text_is_read_with_its_facts_and_with_the_words_said_instead() -> None:
    known = {"source": "S", "checked_on": date(2026, 11, 22), "review_before": date(2027, 1, 1), "confidence": "high"}
    facts = {"delai": Fact.model_validate({"value": "5", "unit": "jours", **known})}
    assert said_forms("Dans {delai|peu de temps}, {title}.", facts) == [
        "Dans 5 jours, title.",
        "Dans peu de temps, title.",
    ]
    assert said_forms("Dans {delai}.", facts) == ["Dans 5 jours."]


STEPS = """
ouvrir:
  do: Ouvrez le site.
  why: Le code est envoyé par mail. La XYZ écrit.
  see: La XYZ.
  blocked: {autre: {label: Ma carte a été refusée, go: fini}}
  next: fini
fini: {end: done, say: Fini !}
"""
ACCEPTED = "accepted: [{step: ouvrir, rule: passif, because: personne ne sait qui envoie ce code}]\n"


def found_in(text: str) -> tuple[list[Finding], list[Problem]]:
    document = read(text)
    return page_findings(document.data, document, "p.yaml", WORDING, {})


def test_findings_have_the_line_of_their_text_and_an_acronym_is_told_once() -> None:
    text = page("essai", STEPS)
    lines = text.split("\n")
    found, stale = found_in(text)
    assert [(one.rule, lines[one.line - 1].split(":")[0].strip()) for one in found] == [
        ("sigle", "see"),
        ("passif", "why"),
        ("exclamation", "fini"),
    ]
    assert stale == []
    assert str(found[1]).startswith(f"p.yaml:{found[1].line} : passif : « Le code est envoyé par » : ") and "→" in str(
        found[1]
    )
    assert set(found[0].row()) == {"file", "line", "rule", "where", "extract", "because", "suggestion"}


def test_an_argued_finding_is_accepted_where_it_stands_only() -> None:
    found, stale = found_in(page("essai", STEPS, renamed=ACCEPTED))
    assert [one.rule for one in found] == ["sigle", "exclamation"] and stale == []
    outside = page("essai", STEPS, renamed=ACCEPTED.replace("step: ouvrir, ", ""))
    assert [one.rule for one in found_in(outside)[0]] == ["sigle", "passif", "exclamation"]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{step: fini, rule: passif, because: une bonne raison}", "n'accepte plus rien"),
        ("{rule: passif, because: une bonne raison}", "les textes hors des étapes"),
        ("{step: ouvir, rule: passif, because: une bonne raison}", "n'existe pas : corrigez le nom"),
        ("{step: ouvrir, rule: passive, because: une bonne raison}", "la règle « passive » n'existe pas"),
        ("{step: ouvrir, rule: passif, because: bof}", "« because » est vide"),
        ("{step: ouvrir, rule: passif}", "il manque « because »"),
    ],
)
def test_what_accepts_nothing_is_a_problem_of_check(tmp_path: Path, entry: str, said: str) -> None:
    folder = write(tmp_path / "c", [page("essai", STEPS, renamed=f"accepted:\n  - {entry}\n")])
    problems = [
        one for one in loader.problems(folder, date(2026, 11, 22)) if "accepted" in f"{one}" or "because" in f"{one}"
    ]
    assert len(problems) == 1 and said in problems[0].message
    assert (folder / "procedures" / "caf" / "essai.yaml").read_text().split("\n")[
        problems[0].line - 1
    ].strip() == f"- {entry}"


def test_an_accepted_finding_is_no_problem(tmp_path: Path) -> None:
    folder = write(tmp_path / "c", [page("essai", STEPS, renamed=ACCEPTED)])
    assert not [one for one in loader.problems(folder, date(2026, 11, 22)) if "accepted" in one.message]


def test_the_assistant_glossary_and_safety_are_read_too(tmp_path: Path) -> None:
    folder = write(tmp_path / "c", [page("essai", STEPS)])
    (folder / "texts" / "fr.yaml").write_text("sentences:\n  a: Bravo !\n  b: {text: Oui., short: Tu lis.}\n")
    (folder / "glossary").mkdir()
    (folder / "glossary" / "g.yaml").write_text("terms:\n  x: {term: x, say: La XYZ.}\n")
    say = "topics:\n  peur:\n    cases: [{id: c, say: [{text: Bravo !}]}]\n    say: [{text: Veuillez appeler.}]\n"
    (folder / "safety.yaml").write_text(say)
    told = {(one.file, one.line, one.rule) for one in lint(folder) if isinstance(one, Finding)}
    assert {
        ("texts/fr.yaml", 2, "exclamation"),
        ("texts/fr.yaml", 3, "tutoiement"),
        ("glossary/g.yaml", 2, "sigle"),
        ("safety.yaml", 3, "exclamation"),
        ("safety.yaml", 4, "jargon"),
    } <= told
    assert {one.file for one in lint(folder, ["essai"])} == {"procedures/caf/essai.yaml"}
    with pytest.raises(KeyError):
        lint(folder, ["inconnue"])


def test_a_text_outside_procedures_is_accepted_in_the_style_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "c", [page("essai", STEPS)])
    (folder / "texts" / "fr.yaml").write_text("sentences:\n  a: Bravo !\n")
    accepted = tuple(
        (f"texts/fr.yaml/sentences/{name}", Accepted(rule="exclamation", because="une bonne raison")) for name in "ab"
    )
    monkeypatch.setattr("flows.linter.load_style", lambda: replace(load_style(), accepted=accepted))
    found = [one for one in lint(folder) if one.file.startswith("texts/")]
    assert [one.file for one in found] == ["texts/style.yaml"]
    assert "aucun « exclamation » dans texts/fr.yaml/sentences/b" in str(found[0])
