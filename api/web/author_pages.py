"""The pages of the authors, made from their templates and from the texts of flows/texts/author.yaml."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from fastapi.responses import HTMLResponse
from markupsafe import Markup
from starlette.requests import Request

from api.author.simulator import Play
from api.author.views import Listed, PageView
from api.web.pages import Pages
from api.web.visitors import Refused, size_of
from flows.author_words import author_words, in_words, put, word
from flows.diagram import svg
from flows.problems import Problem


class AuthorPages:
    """Renders the pages. Leans on the environment of the chat's pages: same escaping, same version of the files."""

    def __init__(self, pages: Pages, locked: bool) -> None:
        self._env = pages.env
        self._env.filters["in_words"] = in_words
        self._common: dict[str, Any] = {
            "a": author_words()["pages"],
            "put": put,
            "drawing_word": word,
            "locked": locked,
        }

    def procedures(
        self, request: Request, listed: Sequence[Listed], others: Sequence[Problem], day: date
    ) -> HTMLResponse:
        """The list of procedures with their state."""
        return self._page(request, "author/list.html", listed=listed, others=others, day=day)

    def procedure(self, request: Request, view: PageView, play: Play | None, chosen: date | None) -> HTMLResponse:
        """One procedure: problems, drawing, steps, simulator."""
        marks = {name: "met" for name in play.met} if play else {}
        if play and play.here:
            marks[play.here] = "current"
        drawn = svg(view.drawing, lambda name: f"#etape-{name}", marks) if view.drawing else ""
        return self._page(
            request, "author/page.html", view=view, play=play, chosen=chosen, marks=marks, drawn=Markup(drawn)
        )

    def trial(self, request: Request, view: PageView, play: Play | None, chosen: date | None) -> HTMLResponse:
        """The simulator alone, for the page's script."""
        return self._page(request, "author/trial.html", view=view, play=play, chosen=chosen)

    def sign_in(self, request: Request, refused: Refused | None = None) -> HTMLResponse:
        """The form that asks for the key, with what went wrong."""
        problem = author_words()["pages"][refused.sentence] if refused else None
        return self._page(request, "author/sign_in.html", refused, problem=problem)

    def _page(self, request: Request, template: str, refused: Refused | None = None, **values: Any) -> HTMLResponse:
        html = self._env.get_template(template).render(size=size_of(request), **self._common, **values)
        headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", **(refused.headers if refused else {})}
        return HTMLResponse(html, status_code=refused.status if refused else 200, headers=headers)
