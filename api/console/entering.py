"""What the routes of the door share: the steps of signing in, and what follows a step that was passed."""

from __future__ import annotations

from fastapi.responses import RedirectResponse, Response

from api.console.desk import Console
from api.console.gate import CODE, our_page, with_next
from api.console.signing_in import Entered, SigningIn


def signing_in(console: Console) -> SigningIn:
    """The steps of signing in to this console."""
    return SigningIn(console.engine, console.vault, console.settings, console.gate.sessions, console.now)


def entered(console: Console, passed: Entered, then: str) -> Response:
    """On to the next step, or to the page that was wanted, with the cookie of the new session."""
    response = RedirectResponse(our_page(then) if passed.complete else with_next(CODE, then), 303)
    console.gate.enter(response, passed.cookie)
    return response
