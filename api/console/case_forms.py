"""What the forms of a case send, read into what the acts take. What cannot be read is refused by name."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from starlette.datastructures import FormData

from api.cases.refusals import Refused
from api.cases.report import Report
from mediation.cases import HALVES

T = TypeVar("T")
MINUTES = re.compile(r"[0-9]{1,3}")
REQUEST_ID = re.compile(r"[\w-]{8,64}")


async def sent(request: Request) -> FormData:
    """The form of a request, as a dependency."""
    return await request.form()


Sent = Annotated[FormData, Depends(sent)]


@dataclass(frozen=True)
class Drafts:
    """What was typed and did not pass, or is still to be sent: shown again, by the name of its field.

    `wrong`: what is wrong with the activity report in it.
    """

    fields: dict[str, str] = field(default_factory=dict)
    form: FormData | None = None
    wrong: tuple[str, ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """What was typed in a field."""
        return self.fields.get(name, default)

    def with_more(self, name: str, words: str) -> Drafts:
        """The drafts with words added at the end of a field, on a line of their own."""
        return replace(self, fields={**self.fields, name: "\n".join(filter(None, (self.get(name).rstrip(), words)))})


def text(form: FormData, name: str) -> str:
    """A field as text, empty when it was not sent (or is a file)."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def drafts(form: FormData) -> Drafts:
    """All that was typed, to be shown again."""
    return Drafts({name: value for name, value in form.items() if isinstance(value, str)}, form)


def typed_report(form: FormData | None, known: Report) -> Report:
    """The report as it was typed, to be shown again; what cannot be read stays as it is `known`."""
    if form is None or "report_day" not in form:
        return known
    several = {name: tuple(map(str, form.getlist(f"report_{name}"))) for name in ("themes", "materials")}
    one = {name: text(form, f"report_{name}") or None for name in ("autonomy", "structure", "place_kind")}
    redirected = {"oui": True, "non": False}.get(text(form, "report_redirected"))
    minutes = text(form, "report_minutes")
    typed = replace(known, **several, **one, redirected=redirected)  # type: ignore[arg-type]
    try:
        day = date.fromisoformat(text(form, "report_day"))
    except ValueError:
        day = known.day
    return replace(typed, day=day, minutes=int(minutes) if MINUTES.fullmatch(minutes) else known.minutes)


def request_id(form: FormData) -> str:
    """The id made with the page: the same words sent twice with it are said once. A fresh one when it is no id."""
    given = text(form, "request_id")
    return given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def target(form: FormData) -> tuple[uuid.UUID | None, str | None]:
    """To whom the case goes: a colleague, or a place. Raises Refused (`no_target`, `one_target`)."""
    colleague, place = text(form, "collegue"), text(form, "lieu")
    if colleague and place:
        raise Refused("one_target")
    if not colleague and not place:
        raise Refused("no_target")
    return (_uuid(colleague), None) if colleague else (None, place)


def half_day(form: FormData) -> tuple[date, str | None]:
    """The day and the half of a call-back. Raises Refused (`bad_day`, `unknown_half`)."""
    half = text(form, "moment") or None
    if half is not None and half not in HALVES:
        raise Refused("unknown_half")
    return _or(date.fromisoformat, text(form, "jour"), "bad_day"), half


def case_id(written: str) -> uuid.UUID | None:
    """The id in an address, None when it is none: such a case does not exist."""
    try:
        return uuid.UUID(written)
    except ValueError:
        return None


def _uuid(written: str) -> uuid.UUID:
    return _or(uuid.UUID, written, "unknown_colleague")


def _or(read: Callable[[str], T], written: str, name: str) -> T:
    try:
        return read(written)
    except ValueError:
        raise Refused(name) from None
