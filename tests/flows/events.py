"""A life event for the tests: a birth, with what to do after it."""

from __future__ import annotations

import textwrap

from tests.flows.content import page

CAF = page(
    "caf_enfant",
    """
    caisse:
      ask: Qui vous paie ?
      answer: choice
      choices:
        caf: {label: La CAF}
        msa: {label: La MSA}
      why: Pour le bon site.
      next: site
    site:
      do: Ouvrez le site.
      why: Pour déclarer.
      blocked:
        rien: {label: Rien ne s'ouvre, go: personne}
      next: fini
    fini:
      end: done
      say: C'est déclaré.
    personne:
      end: handoff
      say: Une personne va vous aider.
    """,
)

TASKS = """
tasks:
  mairie:
    label: Déclarer la naissance à la mairie
    say: La mairie du lieu de naissance fait l'acte.
    deadline: {within: delai_mairie, of: jour, say: dans les premiers jours}
  caf:
    label: Prévenir la CAF
    when: [{step: caisse, is_one_of: [caf, msa]}]
    say: La CAF recalcule vos aides.
    procedure: caf_enfant
    given: {caisse: {from: caisse}}
  employeur:
    label: Prévenir votre employeur
    when: [{step: travail, is: oui}, {step: caisse, is: caf}]
    say: Dites-lui la date du congé.
    deadline: {say: dès que possible}
"""

BIRTH = page(
    "vie_enfant",
    """
    jour:
      ask: Quel jour est né l'enfant ?
      answer: date
      why: Pour les délais.
      unknown: caisse
      next: caisse
    caisse:
      ask: Qui vous paie ?
      answer: choice
      choices:
        caf: {label: La CAF}
        msa: {label: La MSA}
        aucune: {label: Personne}
      why: Pour la liste.
      next: travail
    travail:
      ask: Travaillez-vous ?
      answer: yes_no
      why: Pour la liste.
      next: liste
    liste:
      end: plan
      say: Voici ce qu'il y a à faire.
    """,
    renamed="kind: event\n",
) + textwrap.dedent(TASKS).lstrip("\n")

FACT = """\
  delai_mairie:
    {value: "5", unit: jours, source: SRC, checked_on: 2026-11-22, review_before: 2027-05-22, confidence: high}
contacts:
"""


def with_fact(facts: str) -> str:
    """The facts of the tests, and the delay of the town hall."""
    return facts.replace("contacts:\n", FACT)
