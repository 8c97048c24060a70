"""`allo flows new`: a procedure to start from, green at once, with its scenarios and its phrases."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from string import Template

from flows.library import Library
from flows.loader import CONTENT, procedure_files
from flows.plain import plain

TEMPLATES = Path(__file__).parent / "templates"
MARK = "À ÉCRIRE"
BUTTON = 32
OTHERS = "partenaires"
HALF_A_YEAR = timedelta(days=181)
_ID = re.compile(r"[a-z][a-z0-9_]{2,39}")


class SkeletonError(ValueError):
    """Why a procedure cannot be started, in one sentence."""


@dataclass(frozen=True)
class Skeleton:
    """The files of a new procedure, under the checkout's root, and their texts."""

    id: str
    organisme: str
    files: dict[Path, str]

    @property
    def folder(self) -> str:
        """The folder of the procedure and of its scenarios."""
        return next(iter(self.files)).parent.name

    def write(self, root: Path) -> None:
        """Writes every file. Raises SkeletonError, before writing anything, when one of them is there already."""
        for path in self.files:
            if (root / path).exists():
                raise SkeletonError(f"le fichier {path} existe déjà : choisissez un autre nom")
        for path, text in self.files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")


def skeleton(library: Library, id_: str, day: date, title: str = "", organisme: str = "") -> Skeleton:
    """The files of a new procedure. Raises SkeletonError for a bad id, a known one, or an unknown body."""
    if not _ID.fullmatch(id_):
        raise SkeletonError(
            f"« {id_} » n'est pas un nom possible : lettres minuscules sans accent, chiffres et _, quarante au plus"
        )
    if id_ in library.procedures:
        raise SkeletonError(f"la démarche « {id_} » existe déjà ; `allo flows list` les montre toutes")
    body = organisme or _body_of(library, id_)
    if body not in library.contacts:
        said = f"l'organisme « {body} » est inconnu" if body else "dites l'organisme avec --organisme"
        raise SkeletonError(f"{said} ; possibles : {', '.join(sorted(library.contacts))}")
    title = " ".join(title.split()) or f"Faire la démarche {id_.replace('_', ' ')}"
    if not 5 <= len(title) <= 120 or re.search(r"\d", title):
        raise SkeletonError("le titre a entre 5 et 120 caractères, sans chiffre (les chiffres vont dans les faits)")
    values = _values(library, id_, day, title, body)
    folder = _folder(library, body)
    places = {
        "procedure.yaml": Path("flows/procedures") / folder / f"{id_}.yaml",
        "scenarios.yaml": Path("tests/scenarios") / folder / f"{id_}.yaml",
        "phrases.yml": Path("nlu/data/procedures") / f"{id_}.yml",
    }
    texts = {name: (TEMPLATES / name).read_text(encoding="utf-8") for name in places}
    return Skeleton(id_, body, {path: Template(texts[name]).substitute(values) for name, path in places.items()})


def _values(library: Library, id_: str, day: date, title: str, body: str) -> dict[str, str]:
    pages = [page for page in library.procedures.values() if page.organisme == body] or [*library.procedures.values()]
    sources = [source for page in pages for source in page.sources] or [*library.sources]
    button = title if len(title) <= BUTTON else title[: BUTTON + 1].rsplit(" ", 1)[0][:BUTTON]
    phrase = plain(title)
    return {
        "id": id_,
        "title": title,
        "quoted_title": _quoted(title),
        "button": _quoted(button),
        "organisme": body,
        "source": Counter(sources).most_common(1)[0][0],
        "today": day.isoformat(),
        "review": (day + HALF_A_YEAR).isoformat(),
        "phrase": phrase,
        "quoted_phrase": _quoted(phrase),
    }


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _body_of(library: Library, id_: str) -> str:
    """The body that the first word of the id stands for: its own name, or that of its neighbours (`ft_`)."""
    first = id_.partition("_")[0]
    same = [page.organisme for page in library.procedures.values() if page.id.partition("_")[0] == first]
    return first if first in library.contacts else next(iter(Counter(same)), "")


def _folder(library: Library, body: str) -> str:
    """Where the procedures of a body are: with its others, else with those of the small bodies."""
    places = Counter(
        path.parent.name
        for path in procedure_files(CONTENT)
        if path.stem in library.procedures and library.procedures[path.stem].organisme == body
    )
    return places.most_common(1)[0][0] if places else OTHERS
