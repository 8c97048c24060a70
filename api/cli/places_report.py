"""What an import of places did, said to those who run the service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from api.places.report import Report
from mediation.directory.journal import Tally

FEW = 5
KINDS = {
    "missing": "a value that every place has is missing",
    "id": "the id is a formula for a spreadsheet",
    "postcode": "the postcode is not one of five digits",
    "too_long": "longer than any place can be: over a hundred thousand characters",
    "quotes": "a quote is never closed, or closed in the middle of a cell",
    "columns": "not as many cells as there are columns",
    "cut": "the file stops in the middle of the row",
    "json": "no place, no structure and no service",
    "orphan": "a service of a structure that the file does not have",
    "nothing_here": "it does nothing that this directory is about",
    "same_id": "the id of another row",
    "same_place": "the organisation, the name and the address of another row",
    "service": "a service, joined to its structure",
    "postcode_mended": "postcodes with their zero put back",
    "id_shortened": "ids too long for an index, shortened",
    "clipped": "texts cut at 300 characters",
    "coordinates_swapped": "coordinates swapped, put right",
    "coordinates_far": "coordinates far from the commune, left out",
    "coordinates_outside": "coordinates out of France, left out",
    "coordinates_unreadable": "coordinates that are no numbers, left out",
    "hours_mended": "opening hours mended",
    "hours_unreadable": "opening hours that cannot be read, left out",
    "telephone": "phone numbers that do not exist, left out",
    "courriels": "e-mail addresses that are not whole, left out",
    "site_web": "web addresses that are none, left out",
    "prise_rdv": "addresses for appointments that are none, left out",
    "fiche_acces_libre": "addresses about access that are none, left out",
    "code_insee": "codes of communes that are none, or of another commune, left out",
    "date_future": "dates in the future, left out",
    "older_word": "words of an older version, brought up to date",
    "unknown_word": "words that are not of the standard, left out",
    "encoded_twice": "texts encoded twice, put right",
    "invisible": "texts with characters that cannot be seen, taken out",
    "formula": "cells that look like a formula, kept as plain text",
    "not_utf8": "the file is not all in UTF-8; the other lines were read as Windows-1252 (Latin-1)",
    "date_unknown": "places that do not say when they were last looked at",
    "date_stale": "places last looked at more than a year and a half ago",
}


def told(report: Report, seconds: float) -> Iterator[str]:
    """The lines of the report, the totals first."""
    journal, changes = report.journal, report.changes
    yield (
        f"{report.name} ({journal.form}): {journal.read} rows read = {journal.kept} kept + {report.merged} merged "
        f"+ {report.refused} refused, in {seconds:.1f} s."
    )
    parts = f"{changes.new} new, {changes.changed} changed, {changes.unchanged} unchanged"
    elsewhere = f", {changes.elsewhere} known better from another file" if changes.elsewhere else ""
    elsewhere += f", {changes.held} held back" if changes.held else ""
    yield f"In the directory: {parts}{elsewhere}; {changes.removed} removed, {changes.spared} kept as they were."
    kept = "" if changes.removed or changes.changed else ": its new places were added, the others left as they were"
    if journal.cut is not None:
        yield f"The file is cut at {journal.unit} {journal.cut}{kept}."
    elif journal.incomplete:
        kept = "" if changes.removed else ": nothing that the file no longer lists was removed"
        yield f"Some rows do not even say which place they are{kept}."
    if changes.demo_removed:
        yield f"The {changes.demo_removed} fictional places of the demo were removed."
    for title, tallies in (("Refused", journal.refused), ("Merged", journal.merged)):
        yield from listed(title, tallies, journal.unit)
    for title, tallies in (("Repaired", journal.repaired), ("Noticed", journal.noticed)):
        yield from summed(title, tallies, journal.unit)


def listed(title: str, tallies: Mapping[str, Tally], unit: str) -> Iterator[str]:
    """Each kind with its examples, one a line."""
    for kind, tally in sorted(tallies.items(), key=lambda item: -item[1].count):
        yield f"{title}: {tally.count} × {KINDS.get(kind, kind)}"
        yield from (
            f"  {unit} {number}: {detail}" if detail else f"  {unit} {number}" for number, detail in tally.examples
        )


def summed(title: str, tallies: Mapping[str, Tally], unit: str) -> Iterator[str]:
    """Each kind on one line, with the first places to look at."""
    for kind, tally in sorted(tallies.items(), key=lambda item: -item[1].count):
        first = ", ".join(str(number) for number, _detail in tally.examples[:FEW])
        more = "…" if tally.count > FEW else ""
        detail = next((f": {detail}" for _number, detail in tally.examples if detail), "")
        yield f"{title}: {tally.count} × {KINDS.get(kind, kind)} ({unit} {first}{more}{detail})"
