"""Translations: addresses, fallback text by text, what is missing, what changed, what does not fit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml
from click.testing import Result
from typer.testing import CliRunner

from api.cli.main import app
from flows import loader
from flows.gsm7 import segments
from flows.library import Library
from flows.loader import CONTENT, load, load_languages
from flows.overlay.addresses import fingerprints, page_texts
from flows.overlay.compare import Compared, row
from flows.overlay.files import FOLDER, read_language
from flows.overlay.library import raw_page
from flows.overlay.report import compared
from flows.problems import ContentError
from flows.texts import PLACEHOLDER
from tests.flows.content import DAY, page, play, texts, write
from tests.kit import shipped

STEPS = """
caisse:
  ask: Quelle caisse ?
  answer: choice
  choices:
    caf: {label: La CAF, words: [allocs]}
    msa: {label: La MSA}
  why: Pour savoir.
  next: [{is: caf, go: ouvrir}, {else: humain}]
ouvrir:
  do: Appelez le {tel_caf}.
  speech: Composez le {tel_caf}.
  without_facts: Appelez.
  see: Une page.
  why: Il le faut.
  blocked:
    rien: {label: Rien ne vient, go: humain}
  next: fini
humain: {end: handoff, say: Une personne.}
fini: {end: done, say: "C'est fait."}
"""
ENGLISH = """
title: "Try: small"
button: Try
words: [small thing]
intro: A try.
without_internet: Call.
steps:
  caisse:
    ask: Which office?
    choices:
      caf: {label: The CAF, words: [benefits]}
      msa: {label: The MSA}
    why: To know.
  ouvrir:
    do: Call {tel_caf}.
    speech: Dial {tel_caf}.
    without_facts: Call.
    see: A page.
    why: You must.
    blocked:
      rien: {label: Nothing comes}
  humain: {say: A person.}
  fini: {say: It is done.}
"""
LANGUAGES = load_languages(shipped())
ENGLISH_LIBRARY = LANGUAGES["en"]
GUIDED = ("cpam_carte_vitale", "caf_dtr", "france_services")
USED = ("cpam_compte_ameli", "cpam_attestation_droits", "caf_compte_connexion")  # what those three lead into


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A small content in French, with nothing translated."""
    return write(tmp_path / "content", [page("caf_essai", STEPS)])


def translate(folder: Path, written: str = ENGLISH, id_: str = "caf_essai") -> Path:
    """The same folder, with this translation of a procedure."""
    path = folder / FOLDER / "en" / "procedures" / f"{id_}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(written, encoding="utf-8")
    return folder


def own(folder: Path, name: str, written: str) -> Path:
    """The same folder, with this file of the language beside the procedures."""
    path = folder / FOLDER / "en" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(written, encoding="utf-8")
    return folder


def found(folder: Path, id_: str = "caf_essai") -> Compared:
    files, problems = read_language(folder, "en")
    assert problems == []
    return next(one for one in compared(load(folder), folder, files) if one.id == id_)


def problems(folder: Path) -> list[str]:
    return [str(problem) for problem in loader.problems(folder, DAY) if problem.file.startswith(FOLDER)]


# Addresses and applying


def test_every_text_has_an_address(content: Path) -> None:
    known = page_texts(raw_page(load(content).procedures["caf_essai"]))
    assert known["steps/caisse/choices/caf/label"] == "La CAF"
    assert known["steps/ouvrir/speech"] == "Composez le {tel_caf}."
    assert known["steps/ouvrir/blocked/rien/label"] == "Rien ne vient"
    assert {"title", "button", "intro", "without_internet", "steps/fini/say"} <= set(known)


def test_the_run_is_the_same_in_another_language(content: Path) -> None:
    english = load(translate(content), "en")
    assert english.language == "en" and english.translated == {"caf_essai"}
    turn = play(english, "caf_essai", "the caf")
    assert texts(turn) == ["Call 3230.\nVous devez voir : A page."], "only the assistant's own sentence is in French"
    assert turn.says[0].speech == "Dial 32 30. Vous devez voir : A page."
    assert turn.key == play(load(content), "caf_essai", "la caf").key


def test_the_words_of_the_screens_stay_understood(content: Path) -> None:
    english = load(translate(content), "en")
    for said in ("The CAF", "benefits", "La CAF", "allocs", "caf", "1"):
        assert play(english, "caf_essai", said).key == "ouvrir", said
    assert "essai caf essai" in [word.lower().replace(": ", "") for word in english.procedures["caf_essai"].words] or (
        "Essai" in english.procedures["caf_essai"].words
    )


def test_what_is_not_translated_is_said_in_french(content: Path) -> None:
    english = load(translate(content, "steps:\n  ouvrir: {do: 'Call {tel_caf}.'}\n"), "en")
    step = english.procedures["caf_essai"].steps["ouvrir"]
    assert (step.do, step.see, step.why) == ("Call {tel_caf}.", "Une page.", "Il le faut.")  # type: ignore[union-attr]
    assert step.speech is None, "a French variant never stands for a translated text"  # type: ignore[union-attr]
    assert english.procedures["caf_essai"].title == "Essai : caf_essai"


def test_a_language_without_a_folder_is_french(content: Path) -> None:
    assert load(content, "xx").procedures == load(content).procedures
    assert load_languages(load(content), content) == {}


def test_facts_bodies_and_words_are_translated(content: Path) -> None:
    own(content, "facts", "facts: {montant: {value: '500 euros'}}\ncontacts: {caf: {name: the CAF}}\n")
    own(content, "texts", "sentences: {help: Help.}\nwords: {oui: ['Yes', sure]}\nsigns: [the]\n")
    english = load(content, "en")
    assert english.facts["montant"].said(spoken=True) == "500 euros"
    assert english.facts["tel_caf"].said(spoken=True) == "32 30"
    assert english.contacts["caf"].name == "the CAF" and english.contacts["caf"].phone == "tel_caf"
    assert english.sentence("help", DAY).text == "Help."
    assert english.words["oui"][0] == "Yes" and {"yes", "sure", "oui", "ouais"} <= set(english.words["oui"])
    assert english.sentence("thanks", DAY).text == "Avec plaisir."


# What is missing, what changed, what does not fit


def test_a_whole_translation_has_nothing_missing(content: Path) -> None:
    one = found(translate(content))
    assert (one.missing, one.orphans, list(one.problems)) == ([], [], [])
    assert row(one)["texts"] == row(one)["translated"] == len(one.known)


def test_what_is_missing_is_told_by_address(content: Path) -> None:
    one = found(
        translate(content, ENGLISH.replace("    see: A page.\n", "").replace("  humain: {say: A person.}\n", ""))
    )
    assert one.missing == ["steps/ouvrir/see", "steps/humain/say"]
    assert problems(content) == [], "not translated yet is no mistake"


def test_a_short_variant_may_be_added_and_need_not_be_translated(content: Path) -> None:
    assert found(translate(content, ENGLISH.replace("    do: Call", "    short: Call.\n    do: Call"))).orphans == []
    one = Compared("a", {"steps/x/say": "Un.", "steps/x/short": "1."}, {"steps/x/say": "One."}, {"steps/x/say"})
    assert one.missing == []


def test_a_text_that_fits_nothing_in_french_is_an_orphan(content: Path) -> None:
    written = ENGLISH.replace("    see: A page.", "    see: A page.\n    ask: What?").replace("humain:", "personne:")
    written = written.replace(
        "      msa: {label: The MSA}", "      msa: {label: The MSA}\n      urssaf: {label: Never}"
    )
    one = found(translate(content, written))
    assert one.orphans == ["steps/caisse/choices/urssaf/label", "steps/ouvrir/ask", "steps/personne/say"]
    assert [line.split(" : ")[1] for line in problems(content)] == [
        f"« {address} » n'existe pas en français" for address in one.orphans
    ]
    assert f"{FOLDER}/en/procedures/caf_essai.yaml:13 :" in problems(content)[0]


def test_a_procedure_that_is_gone_is_an_orphan(content: Path) -> None:
    translate(content, "title: Something gone\n", "caf_parti")
    assert found(content, "caf_parti").orphans == ["title"]


def test_a_changed_french_text_is_to_be_read_again(content: Path) -> None:
    marks = fingerprints(page_texts(raw_page(load(content).procedures["caf_essai"])))
    accepted = ENGLISH + "from:\n" + "".join(f"  {name}: {mark}\n" for name, mark in marks.items())
    assert found(translate(content, accepted)).to_read_again == []
    write(content, [page("caf_essai", STEPS.replace("Rien ne vient", "Rien ne marche"))])
    assert found(translate(content, accepted)).to_read_again == ["steps/ouvrir"]
    assert problems(content) == [], "the author of the French text has done nothing wrong"


def test_a_translation_nobody_marked_is_to_be_read_again(content: Path) -> None:
    assert "steps/caisse" in found(translate(content)).to_read_again


WRONG: list[tuple[Callable[[str], str], str]] = [
    (lambda text: text.replace("do: Call {tel_caf}", "do: Call them"), "le texte français dit le fait « {tel_caf} »"),
    (lambda text: text.replace("Which office?", "Which office, {montant}?"), "le fait « {montant} » n'est pas dans"),
    (lambda text: text.replace("To know.", "To know 3 things."), "les nombres du texte français : « Pour savoir. »"),
    (lambda text: text.replace("why: You must.", f"why: You must.\n    short: {'a ' * 170}"), "SMS au lieu de 2"),
    (lambda text: text.replace("The MSA", "The MSA for people who work in farming"), "est trop long (32 caractères"),
    (lambda text: text.replace("button:", "boutton:"), "vouliez-vous écrire « button » ?"),
    (lambda text: text.replace("{say: A person.}", "{say: A person., go: fini}"), "la clé « go » n'existe pas"),
    (
        lambda text: text.replace("words: [small thing]", "words: [yes]"),
        "doit être un texte : mettez-le entre guillemets",
    ),
]


@pytest.mark.parametrize(("mistake", "said"), WRONG, ids=[said for _, said in WRONG])
def test_a_mistake_is_told_with_its_line(content: Path, mistake: Callable[[str], str], said: str) -> None:
    assert mistake(ENGLISH) != ENGLISH
    told = problems(translate(content, mistake(ENGLISH)))
    assert told and all(said in line for line in told), told
    assert all(int(line.split(":")[1].split()[0]) > 1 for line in told)


def test_other_numbers_than_in_french_are_told(content: Path) -> None:
    assert "500 €" in problems(own(content, "facts", "facts: {montant: {value: 600 euros}}\n"))[0]


def test_a_broken_translation_is_refused(content: Path) -> None:
    with pytest.raises(ContentError, match="boutton"):
        load(translate(content, "boutton: Try\n"), "en")
    with pytest.raises(ContentError, match="pas attendu ici"):
        load(own(translate(content), "sentences", "help: Help.\n"), "en")


def test_a_broken_french_file_is_not_blamed_on_its_translation(content: Path) -> None:
    translate(content)
    path = content / "procedures" / "caf" / "caf_essai.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("answer: choice", "answer: chose"), encoding="utf-8")
    assert problems(content) == []
    assert loader.problems(content, DAY) != []


# The command


def allo(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["flows", "translate", *arguments])


@pytest.fixture
def as_shipped(content: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small content, as if it were the one shipped."""
    original = loader.load
    monkeypatch.setattr(loader, "CONTENT", content)
    monkeypatch.setattr(loader, "load", lambda *args: original(*(args or (content,))))
    return content


def test_the_report_counts_and_names_what_is_missing(as_shipped: Path) -> None:
    translate(as_shipped, ENGLISH.replace("    see: A page.\n", ""))
    done = allo("en")
    assert done.exit_code == 0
    assert "caf_essai                  15/16" in done.stdout and "  manque : steps/ouvrir/see" in done.stdout
    [line] = [line for line in allo("en", "--json").stdout.splitlines() if "caf_essai" in line]
    told = yaml.safe_load(line)
    assert (told["texts"], told["translated"], told["missing"]) == (16, 15, ["steps/ouvrir/see"])


def test_an_orphan_is_a_failure(as_shipped: Path) -> None:
    translate(as_shipped, ENGLISH.replace("humain:", "personne:"))
    done = allo("en")
    assert done.exit_code == 1 and "n'existe pas en français : steps/personne/say" in done.stdout


def test_the_template_is_a_translation_to_fill_in(as_shipped: Path) -> None:
    done = allo("en", "--template", "caf_essai")
    assert '    # Appelez le {tel_caf}.\n    do: ""' in done.stdout
    written = done.stdout.replace('""', '"Something {tel_caf|x}"')
    one = found(translate(as_shipped, written))
    assert one.missing == [] and one.orphans == [] and one.to_read_again == []


def test_accepting_marks_a_translation_as_read(as_shipped: Path) -> None:
    path = translate(as_shipped, "# Kept.\n" + ENGLISH) / FOLDER / "en" / "procedures" / "caf_essai.yaml"
    assert found(as_shipped).to_read_again != []
    for _ in range(2):
        assert allo("en", "--accept", "caf_essai").exit_code == 0
        assert found(as_shipped).to_read_again == []
        assert (
            path.read_text(encoding="utf-8").startswith("# Kept.\n")
            and path.read_text(encoding="utf-8").count("from:") == 1
        )


@pytest.mark.parametrize("arguments", [("xx",), ("en", "--template", "no"), ("en", "--accept", "no")])
def test_what_does_not_exist_is_said(as_shipped: Path, arguments: tuple[str, ...]) -> None:
    translate(as_shipped)
    done = allo(*arguments)
    assert done.exit_code == 1 and "there is no" in str(done.exception)


# The English that is shipped


@cache
def shipped_english() -> dict[str, Compared]:
    files, wrong = read_language(CONTENT, "en")
    assert wrong == []
    return {one.id: one for one in compared(shipped(), CONTENT, files)}


@pytest.mark.parametrize("id_", [*GUIDED, *USED, "texts", "facts", "computed", "glossary", "places"])
def test_the_english_of_what_is_guided_in_english_is_whole(id_: str) -> None:
    one = shipped_english()[id_]
    assert (one.missing, one.orphans, list(one.problems)) == ([], [], [])


def test_what_is_guided_in_english_leads_to_nothing_in_french() -> None:
    used = {
        step.use
        for id_ in (*GUIDED, *USED)
        for step in ENGLISH_LIBRARY.procedures[id_].steps.values()
        if hasattr(step, "use")
    }
    assert used <= ENGLISH_LIBRARY.translated


def test_the_english_sentences_fit_in_two_sms() -> None:
    for name, sentence in ENGLISH_LIBRARY.sentences.items():
        text = PLACEHOLDER.sub("x" * 40, sentence.get("short") or sentence["text"])
        assert segments(text) <= 2, name
    for key, term in ENGLISH_LIBRARY.glossary.items():
        assert segments(f"{term.term}: {term.say}") <= 2, key


def test_days_and_months_are_said_in_english() -> None:
    english, french = ENGLISH_LIBRARY.facts["mois_dtr"], shipped().facts["mois_dtr"]
    assert english.on(date(2026, 11, 22)) == "July, August and September"
    assert french.on(date(2026, 11, 22)) == "juillet, août et septembre"


def test_a_word_means_one_thing_in_english_too() -> None:
    """Two commands that share a word in English share it in French, or mean the same at different moments."""
    commands = ("demande_humain", "retour", "repeter", "pourquoi", "aide", "menu", "pause", "reprendre", "recommencer")
    said: dict[str, str] = {}
    for name in (*commands, "ne_sait_pas", "bonjour", "merci", "au_revoir", "oublier", "donnees", "ma_liste", "langue"):
        for word in ENGLISH_LIBRARY.words[name][1:]:
            assert said.setdefault(word, name) == name, f"« {word} » is {said[word]} and {name}"


def library_words(library: Library) -> list[str]:
    return [word for words in library.words.values() for word in words]


def test_no_word_was_read_as_a_truth_value() -> None:
    """Unquoted, YAML reads « yes », « no », « on » and « off » as true and false."""
    for library in (shipped(), ENGLISH_LIBRARY):
        assert not {"true", "false"} & set(library_words(library))
