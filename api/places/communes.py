"""The official communes: fetched by `allo places update`, kept beside the database, used from the next start."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from api.places.download import DownloadFailed, Fetching, downloaded
from api.settings import Settings
from mediation.communes.official import NotTheList, to_lines
from mediation.communes.table import use_official

API = "https://geo.api.gouv.fr/communes"
FIELDS = "fields=code,nom,centre,codesPostaux,population,codeDepartement&geometry=centre&format=json"
FILE = "communes_officielles.tsv"
MAX_BYTES = 50_000_000  # the answer has about 8


def use_communes(settings: Settings) -> None:
    """Has the searches use the official communes, where they were fetched. Before the first search only."""
    use_official(settings.home / FILE)


def fetch_communes(settings: Settings, url: str = API, fetching: Fetching = lambda done, whole: None) -> int:
    """Fetches the official communes; says how many there are. All or nothing. Raises DownloadFailed."""
    try:
        text = to_lines(
            _answer(f"{url}?{FIELDS}", fetching), _answer(f"{url}?type=arrondissement-municipal&{FIELDS}", fetching)
        )
    except NotTheList:
        raise DownloadFailed("the answer is not the list of all communes; those known before are kept.") from None
    _replace(settings.home / FILE, text)
    return text.count("\n")


def _answer(url: str, fetching: Fetching) -> Any:
    with downloaded(url, fetching, MAX_BYTES) as file:
        try:
            return json.load(file)
        except ValueError:
            raise NotTheList from None


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(name, path)
