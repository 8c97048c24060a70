"""The pages of the console, made from the templates and from the words of flows/texts/mediateur_*.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi.responses import HTMLResponse
from starlette.requests import Request

from api.cases.account import Account
from api.console.gate import PATH, ConsoleGate, PageRefused
from api.console.words import console_words
from api.web.pages import Pages
from flows.author_words import put

ALL = ("mediator", "coordinator", "administrator")
HELPERS = ("mediator", "coordinator")
# Where the menu leads, the name of its words, and who sees it.
MENU = (
    ("", "nav_queue", HELPERS),
    ("/agenda", "nav_agenda", HELPERS),
    ("/activite", "nav_activity", HELPERS),
    ("/equipe", "nav_team", ("coordinator",)),
    ("/lieux", "nav_places", ("coordinator",)),
    ("/chiffres", "nav_figures", ("coordinator",)),
    ("/comptes", "nav_accounts", ("coordinator", "administrator")),
    ("/journal", "nav_journal", ("coordinator", "administrator")),
    ("/compte", "nav_account", ALL),
)


@dataclass(frozen=True)
class NavItem:
    """One link of the menu; `current` on the page it leads to."""

    href: str
    label: str
    current: bool


class ConsolePages:
    """Renders the pages. Leans on the environment of the chat's pages: same escaping, same version of the files."""

    def __init__(self, pages: Pages, gate: ConsoleGate) -> None:
        self._env, self._gate = pages.env, gate
        self.words = console_words()

    def render(
        self, request: Request, template: str, account: Account | None = None, status: int = 200, **values: Any
    ) -> HTMLResponse:
        """The page of a template of templates/mediateur, named without the folder ("queue.html").

        Every template has `m` (the words), `put` (fills in their values), `account` (None when nobody is signed in),
        `available`, `jeton`, `nav`, `path`, `problem` and `notice` (a text to show first, or None).
        """
        common: dict[str, Any] = {
            "m": self.words,
            "put": put,
            "account": account,
            "available": getattr(request.state, "console_available", False),
            "jeton": self._gate.csrf_token(request),
            "nav": self.nav(account, request.url.path) if account else [],
            "path": request.url.path,
            "problem": None,
            "notice": None,
        }
        html = self._env.get_template(f"mediateur/{template}").render({**common, **values})
        headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
        response = HTMLResponse(html, status, headers=headers)
        self._gate.remember_visit(request, response)
        return response

    def refused(self, request: Request, refused: PageRefused) -> HTMLResponse:
        """A page with one sentence, and the way back."""
        account = getattr(request.state, "console_account", None)
        page = self.render(request, "notice.html", account, refused.status, sentence=self.sentence(refused.name))
        if refused.wait is not None:
            page.headers["Retry-After"] = str(refused.wait)
        return page

    def sentence(self, name: str) -> str:
        """A text by its name; `dossier.closed` is the text `closed` of the group `dossier`."""
        found: Any = self.words
        for part in name.split("."):
            found = found[part]
        return str(found)

    def nav(self, account: Account, path: str) -> list[NavItem]:
        """The menu of a role."""
        return [
            NavItem(PATH + rest, self.words[name], path == PATH + rest)
            for rest, name, roles in MENU
            if account.role in roles
        ]
