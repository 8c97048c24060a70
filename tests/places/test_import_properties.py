"""Whatever a file holds: the report adds up, nothing breaks, and again changes nothing."""

from __future__ import annotations

import io
import json

from hypothesis import given
from hypothesis import strategies as st

from mediation.directory.lines import UnreadableFile
from mediation.directory.opening import mended, readable
from mediation.directory.reading import read_places
from mediation.directory.rows import COLUMNS
from mediation.directory.text import neutral, read_once, tidy
from mediation.directory.values import phone, postcode, url
from tests.places.import_kit import GOOD, NOW, centre, read, sums, table

SIGNS = st.text(alphabet=st.characters(codec="utf-8"), max_size=12)
PIECES = st.sampled_from(['"', ",", ";", "\n", "\r", "\x00", "=", "|", "é", "Mo-Fr 09:00-12:00", "49.43", "60000", "a"])
CELLS = st.one_of(SIGNS, st.lists(PIECES, max_size=6).map("".join))
ROWS = st.dictionaries(st.sampled_from(COLUMNS), CELLS, max_size=12).map(lambda cells: {**GOOD, **cells})
WHOLE = table([{**GOOD, "id": str(n), "nom": f"Lieu {n}", "pivot": "", "adresse": 'Rue, "x"\nici'} for n in range(12)])


@given(st.lists(ROWS, max_size=6))
def test_any_rows_are_read_and_read_again_the_same(rows: list[dict[str, str]]) -> None:
    data = table(rows)
    places, journal = read(data)
    assert journal.read == len([r for r in rows if any(r.values())])
    assert len({place.id for place in places}) == len(places)
    assert read(data)[0] == places
    for place in places:
        assert "\x00" not in place.name and "\n" not in place.name and len(place.postcode) == 5
        assert place.hours is None or readable(place.hours)
        assert place.lat is None or (place.lon is not None and -90 <= place.lat <= 90)
        json.dumps(place.name).encode()


@given(st.integers(0, len(WHOLE)), st.binary(max_size=20))
def test_a_file_cut_or_dirtied_anywhere_never_breaks(at: int, dirt: bytes) -> None:
    for data in (WHOLE[:at], WHOLE[:at] + dirt + WHOLE[at:]):
        try:
            found = read_places(io.BytesIO(data), NOW.date(), centre)
        except UnreadableFile:
            continue
        journal = found.journal
        assert journal.read == journal.kept + sums(journal.merged) + sums(journal.refused)


@given(st.integers(0, len(WHOLE) - 1))
def test_a_cut_file_never_seems_whole_unless_only_the_end_of_a_line_lacks(at: int) -> None:
    try:
        places, journal = read(WHOLE[:at])
    except UnreadableFile:
        return
    assert len(places) == 12 or journal.incomplete or WHOLE[:at].endswith(b"\n") or WHOLE[at : at + 1] == b"\n" or (
        WHOLE[:at].split(b"\n")[-1].count(b",") >= 20
    )  # fmt: skip


NAMES = st.sampled_from(["id", "nom", "source", "structure_id", "pivot", "code_postal", "thematiques"])
LEAVES = st.none() | st.booleans() | st.floats() | SIGNS


@given(st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner), max_leaves=12))
def test_any_json_is_read_or_refused(data: object) -> None:
    for text in (json.dumps(data), json.dumps([data, data]), f"{json.dumps(data)}\n{json.dumps(data)}"):
        try:
            read(text.encode())
        except UnreadableFile as refusal:
            assert "\n" not in str(refusal)


@given(SIGNS)
def test_values_of_any_text(text: str) -> None:
    assert (mended(text) is None) or readable(mended(text) or "")
    assert tidy(tidy(text)) == tidy(text) and "\x00" not in tidy(read_once(text))
    found = postcode(text)
    assert found is None or (len(found) == 5 and found.isascii() and found.isdigit())
    number = phone(text, "60000")
    assert number is None or number.startswith("+")
    address = url(text)
    assert address is None or address.startswith(("http://", "https://"))
    assert neutral(text)[:1] not in ("=", "+", "-", "@", "\t", "\r") or not text
