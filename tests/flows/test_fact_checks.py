"""The facts and glossary files: sources, dates of revision, words to say aloud, entries defined twice; what is due."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows import loader
from flows.fact_checks import next_revision, unspoken
from flows.facts_model import Fact
from flows.fresh import fresh
from tests.flows.content import page, write

DAY = date(2026, 11, 22)
STEPS = """
debut: {say: "Appelez le {tel_caf|numéro écrit sur la lettre}.", next: fini}
fini: {end: done, say: Fini.}
"""


def fact(value: str = "5", **more: object) -> Fact:
    known = {"source": "SRC", "checked_on": DAY, "review_before": date(2027, 5, 22), "confidence": "high"}
    return Fact.model_validate({"value": value, **known, **more})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small content without problem, and with a glossary."""
    made = write(tmp_path / "c", [page("essai", STEPS)])
    (made / "glossary").mkdir()
    glossary(made, "un", "rib: {term: RIB, also: [relevé], say: Un papier de la banque.}")
    return made


def facts(folder: Path, name: str, *lines: str) -> str:
    """Writes a facts file; each line is completed with what a fact needs."""
    rest = "checked_on: 2026-11-22, confidence: high"
    body = "".join(f"  {line[:-1]}, {rest}}}\n" for line in lines)
    (folder / "facts" / f"{name}.yaml").write_text(f"facts:\n{body}", encoding="utf-8")
    return body


def glossary(folder: Path, name: str, *lines: str) -> None:
    body = "".join(f"  {line}\n" for line in lines)
    (folder / "glossary" / f"{name}.yaml").write_text(f"terms:\n{body}", encoding="utf-8")


def told(folder: Path) -> list[str]:
    return [str(one) for one in loader.problems(folder, DAY)]


def test_a_sound_content_has_no_problem(folder: Path) -> None:
    facts(folder, "a", "jours: {value: '5', unit: jours, source: SRC, review_before: 2027-05-22}")
    assert told(folder) == []


@pytest.mark.parametrize(
    ("written", "place", "said"),
    [
        (
            "x: {value: 5 jours, source: INCONNUE, review_before: 2027-05-22}",
            2,
            "la source « INCONNUE » n'est pas dans",
        ),
        ("x: {value: 450 €, source: SRC, review_before: 2027-05-22}", 2, "« € » se lit mal à voix haute"),
        ("x: {value: '450', unit: €, source: SRC, review_before: 2027-05-22}", 2, "« € » se lit mal"),
        ("x: {value: 10 %, source: SRC, review_before: 2027-05-22}", 2, "« % » se lit mal"),
        ("x: {value: de 8 h 30 à midi, source: SRC, review_before: 2027-05-22}", 2, "« 8 h 30 » se lit mal"),
        ("x: {value: '3646', source: SRC, review_before: 2027-05-22}", 2, "« 3646 » se lit mal"),
        (
            "x: {value: a, revised_each: 04-01, source: SRC, review_before: 2027-04-02}",
            2,
            "change le 2027-04-01 (« revised_each ») : mettez « review_before » à 2027-04-01 au plus tard",
        ),
        (
            "x: {value: a, revised_each: 13-01, source: SRC, review_before: 2027-04-02}",
            2,
            "« 13-01 » n'est pas un jour",
        ),
        ("x: {value: a, source: SRC, review_before: 2026-11-22}", 2, "ne serait jamais dit"),
    ],
)
def test_a_fact_with_a_mistake_is_one_problem(folder: Path, written: str, place: int, said: str) -> None:
    facts(folder, "a", written)
    [problem] = told(folder)
    assert problem.startswith(f"facts/a.yaml:{place} : ") and said in problem


@pytest.mark.parametrize("day", ["2027-04-01", "2027-01-01", "2026-12-01"])
def test_a_fact_reviewed_by_the_day_it_changes_is_sound(folder: Path, day: str) -> None:
    facts(folder, "a", f"x: {{value: a, revised_each: 04-01, source: SRC, review_before: {day}}}")
    assert told(folder) == []


@pytest.mark.parametrize(
    ("each", "after", "found"),
    [
        ("04-01", date(2026, 11, 22), date(2027, 4, 1)),
        ("04-01", date(2027, 3, 31), date(2027, 4, 1)),
        ("04-01", date(2027, 4, 1), date(2028, 4, 1)),
        ("12-31", date(2026, 11, 22), date(2026, 12, 31)),
        ("02-29", date(2026, 11, 22), date(2027, 3, 1)),
        ("02-30", date(2026, 11, 22), None),
        ("00-10", date(2026, 11, 22), None),
    ],
)
def test_the_next_day_a_law_changes_a_value(each: str, after: date, found: date | None) -> None:
    assert next_revision(each, after) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("3230", "3230"),
        ("1014", "1014"),
        ("le 3646 en semaine", "3646"),
        ("0 809 401 401", "0 809 401 401"),
        ("06 12 34 56 78", "06 12 34 56 78"),
        ("9 h", "9 h"),
        ("8h30 et 9h", "8h30"),
        ("du lundi au vendredi", ""),
        ("8 mois", ""),
        ("2 à 3 semaines", ""),
        ("cerfa 15481", ""),
        ("3000 euros", ""),
        ("2026", ""),
        ("5 heures", ""),
    ],
)
def test_what_a_voice_reads_badly(value: str, found: str) -> None:
    assert unspoken(fact(value)) == found


def test_a_fact_with_its_own_speech_is_read_well(folder: Path) -> None:
    facts(folder, "a", "x: {value: '3646', speech: 36 46, source: SRC, review_before: 2027-05-22}")
    assert told(folder) == []


def test_a_fact_or_contact_in_two_files_is_told_with_both_places(folder: Path) -> None:
    facts(folder, "zz", "tel_caf: {value: a, source: SRC, review_before: 2027-05-22}")
    with (folder / "facts" / "zz.yaml").open("a", encoding="utf-8") as file:
        file.write("contacts:\n  caf: {name: la CAF, phone: tel_perdu}\n")
    assert told(folder) == [
        "facts/zz.yaml:2 : le fait « tel_caf » est déjà dans facts/common.yaml:2 : gardez-en un seul",
        "facts/zz.yaml:4 : le contact « caf » est déjà dans facts/common.yaml:7 : gardez-en un seul",
        "facts/zz.yaml:4 : « caf » nomme le fait « tel_perdu », qui n'existe pas",
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("rib: {term: autre, say: Autre.}", "le mot du glossaire « rib » est déjà dans glossary/un.yaml:2"),
        ("bis: {term: rib, say: Autre.}", "« rib » est déjà expliqué dans glossary/un.yaml:2 (« rib »)"),
        ("bis: {term: autre, also: [Relevé], say: Autre.}", "« releve » est déjà expliqué dans glossary/un.yaml:2"),
        ("bis: {term: autre}", "le mot « bis » a besoin de « term » et de « say »"),
    ],
)
def test_a_word_explained_twice_is_told_with_both_places(folder: Path, written: str, said: str) -> None:
    glossary(folder, "zz", written)
    [problem] = told(folder)
    assert problem.startswith("glossary/zz.yaml:2 : ") and said in problem


def test_a_word_written_twice_in_its_own_entry_is_no_problem(folder: Path) -> None:
    glossary(folder, "zz", "caf: {term: CAF, also: [caf], say: La caisse.}")
    assert told(folder) == []


def test_a_broken_glossary_is_a_problem_with_its_line(folder: Path) -> None:
    (folder / "glossary" / "zz.yaml").write_text("terms:\n  a: {term: a, say: 'b}\n", encoding="utf-8")
    assert told(folder) and all("glossary/zz.yaml" in problem for problem in told(folder))


def test_what_falls_due_is_told_by_date_with_why_and_what_to_read(folder: Path) -> None:
    facts(
        folder,
        "a",
        "bientot: {value: a, source: SRC, review_before: 2026-12-24}",
        "finit: {value: b, source: SRC, review_before: 2027-11-22, valid_until: 2026-12-01}",
        "loin: {value: c, source: SRC, review_before: 2028-11-22}",
    )
    (folder / "facts" / "b.yaml").write_text(
        "facts:\n  doute: {value: d, source: SRC, checked_on: 2026-11-22, review_before: 2027-12-22, confidence: low}\n"
    )
    texts = page("essai", STEPS).replace("intro: Un essai.", 'intro: "{bientot|x} {finit|x} {loin|x} {doute|x}"')
    (folder / "procedures" / "caf" / "essai.yaml").write_text(texts.replace("2027-05-22", "2027-01-15"))
    library = loader.load(folder)
    found = fresh(library, folder, DAY, 60)
    assert [due.id for due in found] == ["finit", "bientot", "essai", "montant", "doute"]
    finit, bientot, essai, montant, doute = found
    assert finit.why == ("n'est plus vrai après le 2026-12-01",) and finit.file == "facts/a.yaml:3"
    assert bientot.used_by == ("essai",) and bientot.sources == ("SRC (Une source)",)
    assert essai.why == ("à relire avant le 2027-01-15, lu le 2026-11-22",)
    assert essai.file == "procedures/caf/essai.yaml"
    assert montant.why == ("aucun texte ne le nomme : enlevez-le, ou nommez-le",)
    assert doute.why == ("confiance basse : cherchez une source officielle",)
    assert [due.id for due in fresh(library, folder, DAY, 5)] == ["montant", "doute"]
    assert str(bientot).startswith("2026-12-24 fait « bientot » (facts/a.yaml:2) : à relire avant le 2026-12-24")


def test_facts_of_contacts_and_sentences_are_used(folder: Path) -> None:
    assert "tel_caf" not in {due.id for due in fresh(loader.load(folder), folder, DAY, 0)}
