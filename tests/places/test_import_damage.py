"""Damaged files: each damage is reported in one line, and nothing that was stored is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from api.cli.places_report import told
from api.places.storing import TooFewPlaces
from mediation.directory.lines import UnreadableFile
from tests.api.conftest import new_database, postgres_server, postgres_template, sqlite_template  # noqa: F401
from tests.places.import_kit import (  # noqa: F401 - fixtures
    count,
    directory,
    imported,
    many,
    read,
    real_rows,
    row,
    stored,
    table,
)

WHOLE = table(many(40, adresse="Place de l'Hôtel-de-Ville, 1"))


def lines_about(report: object, kind: str) -> list[str]:
    """The lines of the report that say it."""
    return [line for line in told(report, 1.0) if kind in line]  # type: ignore[arg-type]


CUTS = [len(WHOLE) // 2, len(WHOLE) // 2 + 37, len(WHOLE) - 3, len(WHOLE) * 9 // 10, 500]


@pytest.mark.parametrize("cut", CUTS)
def test_a_file_cut_in_the_middle_loses_nothing(directory: Engine, cut: int) -> None:  # noqa: F811
    imported(directory, WHOLE)
    before = stored(directory)
    report = imported(directory, WHOLE[:cut])
    assert stored(directory) == before
    assert report.journal.cut is not None and report.changes.removed == 0
    assert len(lines_about(report, "The file is cut at line")) == 1


def test_a_file_cut_in_an_open_quote_even_after_a_line_break(directory: Engine) -> None:  # noqa: F811
    data = table([*many(3), row(id="z", adresse="Première ligne\nseconde ligne", complement_adresse="ici")])
    imported(directory, data)
    before = stored(directory)
    for end in (data.index(b"Premi") + 3, data.index(b"seconde"), data.index(b"seconde") + 4):
        report = imported(directory, data[:end])
        assert report.journal.cut and stored(directory) == before
    assert before["z"].address == "Première ligne seconde ligne"


def test_a_place_does_not_lose_what_a_row_after_the_cut_said_of_it(directory: Engine) -> None:  # noqa: F811
    data = table([row(id="a"), *many(20), row(id="b", telephone="0344061111")])
    imported(directory, data)
    before = stored(directory)
    assert before["a"].phone == "+33344061111" and "b" not in before
    report = imported(directory, data[: len(data) * 2 // 3])
    assert stored(directory) == before and report.changes.held == 1
    assert imported(directory, data[: len(data) * 2 // 3], force=True).changes.changed == 1


def test_a_file_cut_in_its_header_or_without_rows(directory: Engine) -> None:  # noqa: F811
    imported(directory, table(many(3)))
    assert imported(directory, WHOLE[:60]).journal.cut == 1
    with pytest.raises(TooFewPlaces):
        imported(directory, table([]))
    assert count(directory) == 3


def test_a_file_cut_between_two_rows_is_refused_when_half_is_gone(directory: Engine) -> None:  # noqa: F811
    imported(directory, WHOLE)
    before = stored(directory)
    with pytest.raises(TooFewPlaces, match=r"40 places.*30 are no longer"):
        imported(directory, table(many(10)))
    with pytest.raises(TooFewPlaces):
        imported(directory, table([]))
    assert stored(directory) == before
    assert imported(directory, table(many(10)), force=True).changes.removed == 30 and count(directory) == 10


def test_latin_1_is_read_and_reported(directory: Engine) -> None:  # noqa: F811
    imported(directory, WHOLE)
    report = imported(directory, WHOLE.decode().encode("cp1252"))
    assert report.changes.unchanged == 40 and report.journal.noticed["not_utf8"].count == 1
    (line,) = lines_about(report, "Windows-1252")
    assert "40 lines" in line


def test_a_mark_at_the_beginning_and_other_ends_of_lines() -> None:
    assert len(read(b"\xef\xbb\xbf" + WHOLE)[0]) == 40
    assert len(read(WHOLE.replace(b"\n", b"\r\n"))[0]) == 40
    assert len(read(WHOLE.rstrip(b"\n"))[0]) == 40, "the last line may have no end"
    assert len(read(WHOLE + b"\n\n,,,\n")[0]) == 40, "empty lines are no rows"


def test_swapped_coordinates_are_put_right(directory: Engine) -> None:  # noqa: F811
    imported(directory, WHOLE)
    before = stored(directory)
    report = imported(directory, WHOLE.replace(b"49.4300,2.0900", b"2.0900,49.4300"))
    assert report.journal.repaired["coordinates_swapped"].count == 40 and report.changes.unchanged == 40
    assert stored(directory) == before
    assert len(lines_about(report, "swapped")) == 1


@pytest.mark.parametrize("column", ["nom", "presentation_detail"])
def test_a_cell_of_a_million_characters(directory: Engine, column: str) -> None:  # noqa: F811
    rows = many(4)
    imported(directory, table(rows))
    before = stored(directory)
    report = imported(directory, table([rows[0], {**rows[1], column: "é" * 1_000_000}, *rows[2:]]))
    assert stored(directory) == before and report.changes.spared == 1 and report.changes.unchanged == 3
    (kind, example) = lines_about(report, "line 3: p1")[0], lines_about(report, "hundred thousand")
    assert len(kind) < 200 and len(example) == 1


def test_a_million_characters_in_the_id_removes_nothing(directory: Engine) -> None:  # noqa: F811
    rows = many(4)
    imported(directory, table(rows))
    report = imported(directory, table([rows[0], {**rows[1], "id": "x" * 1_000_000}]))
    assert report.journal.incomplete and report.changes.spared == 3 and count(directory) == 4
    assert len(lines_about(report, "do not even say")) == 1
    forced = imported(directory, table([rows[0], {**rows[1], "id": "x" * 1_000_000}]), force=True)
    assert forced.changes.removed == 3 and count(directory) == 1


def test_a_formula_in_a_cell(directory: Engine) -> None:  # noqa: F811
    rows = many(4)
    imported(directory, table(rows))
    bad = [{**rows[0], "adresse": "=cmd|' /C calc'!A0"}, {**rows[1], "id": "=HYPERLINK(1)"}, *rows[2:]]
    report = imported(directory, table(bad))
    assert set(stored(directory)) == {"p0", "p1", "p2", "p3"}, "who knows which place the formula was"
    assert stored(directory)["p0"].address == "=cmd|' /C calc'!A0"
    assert len(lines_about(report, "look like a formula")) == 1 and report.journal.refused["id"].count == 1
    assert not any(place.id.startswith("=") for place in stored(directory).values())


def test_nul_bytes(directory: Engine) -> None:  # noqa: F811
    report = imported(directory, WHOLE.replace(b"Lieu 7,", b"Li\x00eu 7,"))
    assert stored(directory)["p7"].name == "Lieu 7" and len(lines_about(report, "cannot be seen")) == 1


def test_lines_with_the_wrong_number_of_cells(directory: Engine) -> None:  # noqa: F811
    imported(directory, WHOLE)
    before = stored(directory)
    lines = WHOLE.split(b"\n")
    lines[4] = b",".join(lines[4].split(b",")[:9])
    lines[9] += b",too,many"
    lines[12] += b",,"
    report = imported(directory, b"\n".join(lines))
    assert stored(directory) == before and report.changes.spared == 2
    assert report.journal.refused["columns"].examples == [(5, "8 of 32"), (10, "34 of 32")]


def test_a_quote_that_is_never_closed_costs_one_line() -> None:
    lines = table(many(40)).split(b"\n")
    lines[5] = lines[5].replace(b"Lieu 4", b'"Lieu 4')
    places, journal = read(b"\n".join(lines))
    assert len(places) == 39 and journal.refused["quotes"].examples[0][0] == 6 and journal.spared == {"p4"}
    lines[5] = lines[5].replace(b'"Lieu 4', b'Lieu "4')
    assert len(read(b"\n".join(lines))[0]) == 40, "in the middle of a cell it is only a sign"


def test_cells_of_several_lines() -> None:
    places, _journal = read(table([row(presentation_detail="a\n" * 300 + '"quoted", b'), row(id="b", nom="Autre")]))
    assert [place.id for place in places] == ["a", "b"]


def test_only_quotes_end_quickly() -> None:
    header = WHOLE.split(b"\n")[0]
    with_quotes = header + b"\n" + b'"\n"a,"b\n' * 5_000
    places, journal = read(with_quotes)
    assert places == [] and journal.read > 1_000


@pytest.mark.parametrize("damage", ["cut", "latin", "swapped", "million", "formula", "nul"])
def test_the_real_list_damaged(damage: str) -> None:
    data = real_rows()
    damaged = {
        "cut": data[: len(data) * 7 // 10 + 11],
        "latin": data.decode().encode("cp1252", "replace"),
        "swapped": data,
        "million": data.replace(b"5-9 Rue des Papetiers", b"x" * 1_000_000, 1),
        "formula": data.replace(b"5-9 Rue des Papetiers", b"=cmd|' /C calc'!A0", 1),
        "nul": data.replace(b"5-9 Rue des Papetiers", b"5-9\x00 Rue", 1),
    }[damage]
    places, journal = read(damaged)
    assert journal.read == journal.kept + sum(t.count for t in (*journal.merged.values(), *journal.refused.values()))
    assert damage in ("cut",) or len(places) > 9_000
    assert (journal.cut is not None) == (damage == "cut")


def test_a_list_in_another_form_is_refused_and_nothing_is_lost(directory: Engine) -> None:  # noqa: F811
    imported(directory, WHOLE)
    with pytest.raises(UnreadableFile):
        imported(directory, WHOLE.decode().encode("utf-16"))
    assert count(directory) == 40
