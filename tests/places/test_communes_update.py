"""The official communes: fetched whole or not at all, then used in place of our own points from the next start."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from api.places.communes import FILE, fetch_communes
from api.places.download import DownloadFailed
from api.settings import Settings
from mediation.communes import Commune, by_code, communes
from mediation.communes.official import NotTheList, brought_up_to_date, to_lines
from tests.cli import allo, process
from tests.places.import_kit import many, table

NEW: dict[str, Any] = {
    "code": "60999",
    "nom": "Valneuf-Essai",
    "codeDepartement": "60",
    "codesPostaux": ["60998"],
    "population": 12,
}


def answer(commune: Commune, east: float = 0.0) -> dict[str, Any]:
    """A commune as the official API gives it, moved to the east."""
    return {
        "code": commune.code,
        "nom": commune.name,
        "codeDepartement": commune.departement,
        "codesPostaux": list(commune.postcodes),
        "population": commune.population,
        "centre": {"type": "Point", "coordinates": [commune.lon + east, commune.lat]},
    }


def all_of(part: bool) -> list[dict[str, Any]]:
    """The communes, or the arrondissements."""
    return [answer(one, 0.5) for one in communes() if not one.old and bool(one.within) == part]


ANSWERS: dict[bool, Any] = {}


class Api(BaseHTTPRequestHandler):
    """The official API, and a list of places."""

    def do_GET(self) -> None:
        """One answer."""
        path = self.path.partition("?")[0]
        body = table(many(5)) if path == "/list" else json.dumps(ANSWERS["arrondissement" in self.path]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Its address."""
    running = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_address[1]}"
    running.shutdown()
    running.server_close()


@pytest.fixture(autouse=True)
def whole() -> None:
    """The API answers as it should."""
    centre = {"type": "Point", "coordinates": [2.0, 49.4]}
    ANSWERS.update({False: [*all_of(False), {**NEW, "centre": centre}, {**NEW, "code": "60997"}], True: all_of(True)})


def test_points_postcodes_and_new_communes_come_in() -> None:
    rows = [
        ["60057", "Beauvais", "", "60", "60000", "50000", "49.0", "2.0", "bovè", "60700"],
        ["60700", "Vieux", "60057", "60", "60000", "0", "49.1", "2.1", "vieu", ""],
    ]
    text = "60057\tBeauvais\t60\t60000 60155\t0\t49.43\t2.08\n60999\tNeuf\t60\t60998\t12\t49\t2\nbroken\n"
    old, mended, added = sorted(brought_up_to_date(rows, text), key=lambda row: row[1] != "Vieux")
    assert old == rows[1]
    assert mended == ["60057", "Beauvais", "", "60", "60000 60155", "50000", "49.43", "2.08", "bovè", "60700"]
    assert added[:8] == ["60999", "Neuf", "", "60", "60998", "12", "49", "2"]


@pytest.mark.parametrize("wrong", [{"message": "no"}, [], [1], all_of(False)[:100]])
def test_a_part_of_the_list_is_refused(wrong: Any) -> None:
    with pytest.raises(NotTheList):
        to_lines(wrong, ANSWERS[True])
    with pytest.raises(NotTheList):
        to_lines(ANSWERS[False], wrong)


def test_what_was_there_stays_when_the_answer_is_wrong(server: str, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, home=tmp_path)
    count = fetch_communes(settings, f"{server}/communes")
    kept = (tmp_path / FILE).read_bytes()
    assert count == len(ANSWERS[False]) - 1 + 45  # one has no point
    ANSWERS[False] = ANSWERS[False][:50]
    with pytest.raises(DownloadFailed, match="not the list of all communes"):
        fetch_communes(settings, f"{server}/communes")
    assert (tmp_path / FILE).read_bytes() == kept and list(tmp_path.iterdir()) == [tmp_path / FILE]


def test_update_fetches_both_and_the_next_search_uses_them(server: str, tmp_path: Path) -> None:
    done = process(tmp_path, "places", "update", "--url", f"{server}/list", "--communes", f"{server}/communes")
    assert done.returncode == 0 and "official communes" in done.stdout and "5 new" in done.stdout, done.stderr
    assert process(tmp_path, "places", "nearest", NEW["nom"], "--json").returncode == 0
    beauvais, kept = by_code("60057"), (tmp_path / FILE).read_text(encoding="utf-8").splitlines()
    [moved] = [line.split("\t") for line in kept if line.startswith("60057\t")]
    assert beauvais and abs(float(moved[6]) - beauvais.lon - 0.5) < 0.001


def test_places_come_in_even_when_the_communes_do_not(server: str, tmp_path: Path) -> None:
    away = ("--communes", "http://127.0.0.1:1/communes")
    done = allo(tmp_path, "places", "update", "--url", f"{server}/list", *away)
    assert done.returncode == 1 and "5 new" in done.stdout
    assert "not the communes: 127.0.0.1 cannot be reached" in done.stderr
