"""What a case is about, in words."""

from __future__ import annotations

from flows.library import Library


def title_of(library: Library, procedure: str | None) -> str:
    """The title of a procedure, empty when it is not known or is no longer in the library."""
    page = library.procedures.get(procedure or "")
    return page.title if page else ""
