"""The pages of the web chat, made from the templates and from the texts of flows/texts/web.yaml."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request

import flows
from api.sayings import Standing
from api.web.entries import Entry, in_order, waiting
from api.web.visitors import SIZES, Refused, size_of
from bot.channels.base import button
from flows.positions import Loader

HERE = Path(__file__).parent
STATIC = HERE / "static"
TEXTS = Path(flows.__file__).parent / "texts" / "web.yaml"
BEFORE = re.compile(r" ([?!:;»])")
NOTHING = Standing()
AGAIN = ("too_many", "storage_down", "failed")
FOR_SCRIPT = (
    "offline", "too_slow", "too_long", "failed", "listen", "stop", "dictating", "dictate_failed", "waiting",
    "person_reads", "person_waits",
)  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """A message that did not pass: shown again, ready to be sent with the same id."""

    id: str
    text: str
    choice: str


def typeset(text: str) -> str:
    """The text with the spaces of French punctuation that must not break a line."""
    return BEFORE.sub("\u00a0\\1", text).replace("« ", "«\u00a0")


def new_id() -> str:
    """The id of a message not sent yet."""
    return secrets.token_urlsafe(12)


class Pages:
    """Renders the pages. Made once: reads the templates, the texts and the version of the static files."""

    def __init__(self, max_text: int) -> None:
        written: Mapping[str, str] = yaml.load(TEXTS.read_text(encoding="utf-8"), Loader)
        self.texts = {name: text.replace("{max}", str(max_text)) for name, text in written.items()}
        self.env = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.env.filters["typeset"] = typeset
        files = b"".join(path.read_bytes() for path in sorted(STATIC.iterdir()))
        self.env.globals.update(
            t=self.texts,
            version=hashlib.sha256(files).hexdigest()[:12],
            new_id=new_id,
            button=button,
            max_text=max_text,
            sizes=SIZES,
        )

    def chat(
        self,
        request: Request,
        shown: Sequence[Entry],
        standing: Standing = NOTHING,
        refused: Refused | None = None,
        draft: Draft | None = None,
    ) -> HTMLResponse:
        """The chat with the conversation so far, who has the citizen's case, and what went wrong if something did."""
        problem = self.texts[refused.sentence] if refused else None
        return self._page(
            request,
            "chat.html",
            refused,
            entries=shown,
            offered=waiting(shown, standing),
            standing=standing,
            after=max((entry.id for entry in shown), key=in_order, default=""),
            newest=max((index for index, entry in enumerate(shown) if entry.mine), default=-1),
            problem=problem,
            draft=draft,
            again=bool(draft and refused and refused.sentence in AGAIN),
            script_texts={name: self.texts[name] for name in FOR_SCRIPT},
        )

    def notice(self, request: Request, refused: Refused) -> HTMLResponse:
        """A page with one sentence and the way back to the chat."""
        return self._page(request, "notice.html", refused, sentence=self.texts[refused.sentence])

    def docs(self, request: Request, schema: Mapping[str, Any]) -> HTMLResponse:
        """The interfaces of the service, read from its OpenAPI description."""
        return self._page(request, "docs.html", None, schema=schema)

    def error_json(self, refused: Refused) -> dict[str, Any]:
        """What a program gets instead of an answer."""
        return {"error": {"id": refused.sentence, "text": self.texts[refused.sentence]}}

    def _page(self, request: Request, template: str, refused: Refused | None, **values: Any) -> HTMLResponse:
        html = self.env.get_template(template).render(size=size_of(request), **values)
        headers = {"Cache-Control": "no-store", **(refused.headers if refused else {})}
        return HTMLResponse(html, status_code=refused.status if refused else 200, headers=headers)
