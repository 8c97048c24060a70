"""The authors' commands: plain language, reading aloud, a new procedure, what must be read again."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from click.testing import Result
from typer.testing import CliRunner

from api.cli import authoring
from api.cli.failures import sentence
from api.cli.main import app
from bot.dialogue import Dialogue
from flows import linter, loader
from flows.library import Library
from flows.skeleton import MARK, SkeletonError, skeleton
from mediation.territory import load_territory
from tests.flows.content import page, write
from tests.player import Player

STEPS = """
debut:
  ask: Avez-vous reçu le code ?
  answer: yes_no
  why: Le code est envoyé par mail.
  next: [{is: oui, go: fini}, {else: humain}]
humain: {end: handoff, say: Une personne.}
fini: {end: done, say: "C'est fait. Ouvrez caf.fr."}
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a small content, in which the commands work."""
    folder = write(tmp_path / "flows", [page("caf_essai", STEPS)])
    for module in (loader, linter):
        monkeypatch.setattr(module, "CONTENT", folder)
    for function in (loader.load, loader.problems):
        monkeypatch.setattr(loader, function.__name__, _in(folder, function.__name__))
    monkeypatch.setattr("flows.skeleton.CONTENT", folder)
    monkeypatch.setattr(authoring, "CHECKOUT", tmp_path)
    return tmp_path


def _in(folder: Path, name: str):  # type: ignore[no-untyped-def]
    original = getattr(loader, name)
    return lambda *args, **more: original(*(args or (folder,)), **more)


def allo(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["flows", *arguments])


def rows(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def page_file(root: Path) -> Path:
    return root / "flows" / "procedures" / "caf" / "caf_essai.yaml"


# lint


def test_lint_tells_file_line_rule_words_why_and_what_to_do(root: Path) -> None:
    done = allo("lint", "caf_essai")
    lines = page_file(root).read_text(encoding="utf-8").split("\n")
    at = next(n for n, line in enumerate(lines, 1) if "est envoyé" in line)
    assert done.exit_code == 1
    [line] = [line for line in done.stdout.splitlines() if "passif" in line]
    assert line.startswith(
        f"procedures/caf/caf_essai.yaml:{at} : passif : « Le code est envoyé par » : on ne voit pas qui agit."
    )
    assert "→ dites qui le fait" in line and "passif 1" in done.stderr


def test_lint_in_json_is_one_object_a_finding(root: Path) -> None:
    found = [row for row in rows(allo("lint", "caf_essai", "--json")) if row["rule"] == "passif"]
    assert len(found) == 1
    assert found[0]["file"] == "procedures/caf/caf_essai.yaml" and found[0]["where"] == "steps/debut/why"
    assert found[0]["because"] and found[0]["suggestion"] and found[0]["extract"] == "Le code est envoyé par"


def test_lint_of_everything_reads_the_assistant_too(root: Path) -> None:
    files = {row["file"] for row in rows(allo("lint", "--json"))}
    assert {"procedures/caf/caf_essai.yaml", "texts/fr.yaml"} <= files


def test_lint_is_silent_when_there_is_nothing_to_say(root: Path) -> None:
    text = page_file(root).read_text(encoding="utf-8").replace("Le code est envoyé par mail", "Le code prouve tout")
    page_file(root).write_text(text, encoding="utf-8")
    done = allo("lint", "caf_essai")
    assert (done.exit_code, done.stdout) == (0, "")


def test_check_tells_the_style_only_when_asked(root: Path) -> None:
    plain = allo("check", "--on", "2026-11-22")
    assert (plain.exit_code, plain.stdout) == (0, "")
    styled = allo("check", "--style", "--on", "2026-11-22")
    assert styled.exit_code == 1 and "passif" in styled.stdout and "texts/fr.yaml" not in styled.stdout


def test_check_tells_the_style_of_a_draft(root: Path) -> None:
    draft = root / "brouillon.yaml"
    draft.write_text(page("caf_essai", STEPS).replace("Une personne", "Bravo !"), encoding="utf-8")
    styled = allo("check", str(draft), "--style", "--on", "2026-11-22")
    assert "brouillon.yaml" in styled.stdout and "exclamation" in styled.stdout


@pytest.mark.parametrize("command", [("lint", "inconnue"), ("read-aloud", "inconnue")])
def test_an_unknown_procedure_is_told_in_one_sentence(root: Path, command: tuple[str, ...]) -> None:
    done = allo(*command)
    assert done.exit_code == 1 and isinstance(done.exception, Exception)
    assert sentence(done.exception) == "la démarche « inconnue » n'existe pas ; `allo flows list` les montre toutes."


# read-aloud


def test_read_aloud_shows_each_message_and_the_main_way(root: Path) -> None:
    said = allo("read-aloud", "caf_essai", "--on", "2026-11-22").stdout
    assert "→ [debut] 1 SMS" in said and "  [humain] 1 SMS" in said
    assert "      1 Oui\n      2 Non" in said
    assert "Chemin principal (→) : 2 étapes, 4 SMS" in said and "Messages trop longs : 0." in said


def test_read_aloud_marks_what_is_over_budget(root: Path) -> None:
    text = page_file(root).read_text(encoding="utf-8").replace("Une personne.", "Une personne. " * 28)
    page_file(root).write_text(text, encoding="utf-8")
    said = allo("read-aloud", "caf_essai").stdout
    assert "TROP : 3 SMS au lieu de 2" in said and "TROP : 41 secondes" in said and "Messages trop longs : 1." in said


def test_read_aloud_in_json_is_one_object_a_message_then_the_total(root: Path) -> None:
    *messages, total = rows(allo("read-aloud", "caf_essai", "--json"))
    keys = {"step", "sms", "voice", "segments", "seconds", "keys", "button", "main_way", "over"}
    assert all(set(message) == keys for message in messages)
    assert [message["step"] for message in messages] == ["(début)", "(début)", "debut", "humain", "fini"]
    assert (total["total"], total["steps"], total["way"]) == ("caf_essai", 2, ["debut", "fini"])


def test_voice_is_only_what_a_caller_hears(root: Path) -> None:
    lines = allo("read-aloud", "caf_essai", "--voice").stdout.splitlines()
    assert lines[-2:] == ["Avez-vous reçu le code ? Oui : tapez 1. Non : tapez 2.", "C'est fait. Ouvrez caf point f r."]


# new


def test_a_new_procedure_is_green_at_once(root: Path) -> None:
    done = allo(
        "new", "caf_nouvelle", "--title", 'Obtenir le "bon" papier : une attestation de la caisse', "--organisme", "caf"
    )
    assert done.exit_code == 0, done.exception
    made = {path.relative_to(root).as_posix() for path in root.rglob("*caf_nouvelle*")}
    assert made == {
        "flows/procedures/caf/caf_nouvelle.yaml",
        "tests/scenarios/caf/caf_nouvelle.yaml",
        "nlu/data/procedures/caf_nouvelle.yml",
    }
    assert all(f"écrit : {path}" in done.stdout for path in made)
    assert all(word in done.stdout for word in ("« menu »", "quarante phrases", "reach.yml", "allo flows check"))
    assert [one for one in loader.problems(day=date.today()) if "caf_nouvelle" in one.file] == []
    assert linter.lint(loader.CONTENT, ["caf_nouvelle"]) == []
    text = (root / "flows/procedures/caf/caf_nouvelle.yaml").read_text(encoding="utf-8")
    assert text.count(f"# {MARK}") >= 10
    assert yaml.safe_load(text)["title"] == 'Obtenir le "bon" papier : une attestation de la caisse'


def test_its_scenarios_play_and_its_phrases_can_be_learnt(root: Path) -> None:
    allo("new", "caf_nouvelle", "--organisme", "caf")
    library = loader.load()
    scenarios = yaml.safe_load((root / "tests/scenarios/caf/caf_nouvelle.yaml").read_text(encoding="utf-8"))[
        "scenarios"
    ]
    assert len(scenarios) >= 5
    for scenario in scenarios:
        player = Player(Dialogue(library, load_territory("demo")))
        for turn in scenario["turns"]:
            answer = player.says(turn["citizen"], turn.get("intent"))
            assert turn.get("bot", "") in player.last, turn
            assert answer.reply.ended == turn.get("ended") and answer.reply.step == turn.get("step", answer.reply.step)
    [intent] = yaml.safe_load((root / "nlu/data/procedures/caf_nouvelle.yml").read_text(encoding="utf-8"))["nlu"]
    assert intent["intent"] == "caf_nouvelle" and len(set(intent["examples"].splitlines())) == 10


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("caf_essai",), "la démarche « caf_essai » existe déjà"),
        (("Caf-Essai",), "« Caf-Essai » n'est pas un nom possible"),
        (("../caf",), "n'est pas un nom possible"),
        (("caf_autre", "--organisme", "zorro"), "l'organisme « zorro » est inconnu ; possibles : caf"),
        (("autre_demarche",), "dites l'organisme avec --organisme ; possibles : caf"),
        (("caf_autre", "--title", "Ah"), "le titre a entre 5 et 120 caractères"),
        (("caf_autre", "--title", "Les 3 papiers"), "sans chiffre"),
    ],
)
def test_a_new_procedure_is_refused_in_one_sentence(root: Path, arguments: tuple[str, ...], said: str) -> None:
    before = sorted(root.rglob("*"))
    done = allo("new", *arguments)
    assert done.exit_code == 1 and isinstance(done.exception, Exception)
    told = sentence(done.exception)
    assert told and said in told and "\n" not in told and told.endswith(".")
    assert sorted(root.rglob("*")) == before


def test_a_file_already_there_is_not_overwritten(root: Path) -> None:
    allo("new", "caf_nouvelle")
    page_path = root / "flows" / "procedures" / "caf" / "caf_nouvelle.yaml"
    page_path.unlink()
    assert "existe déjà" in str(sentence(allo("new", "caf_nouvelle").exception or Exception()))
    assert not page_path.exists()


def test_the_body_is_found_from_the_name_and_the_folder_from_the_body(library: Library) -> None:
    day = date(2026, 11, 22)
    made = skeleton(library, "ft_essai_nouveau", day)
    assert (made.organisme, made.folder) == ("france_travail", "france_travail")
    assert skeleton(library, "mdph_essai", day).organisme == "mdph"
    assert skeleton(library, "essai_nouveau", day, organisme="la_poste").folder == "partenaires"
    with pytest.raises(SkeletonError):
        skeleton(library, "essai_nouveau", day)


# fresh


def test_fresh_tells_what_to_read_again(root: Path) -> None:
    done = allo("fresh", "--on", "2027-05-01", "--within", "30")
    assert done.exit_code == 0 and "1 à revoir" not in done.stderr
    assert "2027-05-22 démarche « caf_essai » (procedures/caf/caf_essai.yaml) : à relire avant le" in done.stdout
    found = {row["id"]: row for row in rows(allo("fresh", "--on", "2027-05-01", "--within", "30", "--json"))}
    assert found["caf_essai"]["date"] == "2027-05-22" and found["caf_essai"]["sources"] == ["SRC (Une source)"]
    assert found["montant"]["kind"] == "fait"


@pytest.fixture
def _read_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped content is read once for all the commands of a test."""
    monkeypatch.setattr(loader, "load", lambda: library)


@pytest.mark.usefixtures("_read_once")
def test_the_shipped_content_can_be_read_by_every_command(library: Library) -> None:
    assert allo("fresh", "--json").exit_code == 0
    assert allo("lint", "--json").exit_code in (0, 1)
    for id_ in library.procedures:
        assert allo("read-aloud", id_, "--json").exit_code == 0, id_
