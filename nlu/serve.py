"""Serves a trained model with Rasa's own HTTP server, cut down to what the service needs: parsing, behind a token."""

import argparse
import asyncio
import hmac
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from parent import die_with_parent
from quiet import before_rasa

_OPEN_ROUTES = {("POST", "/model/parse"), ("GET", "/status")}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, epilog="The token is read from ALLO_RASA_TOKEN.")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--home", type=Path, default=None, help="folder Rasa may write in (default: a new one)")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input is closed")
    return parser.parse_args()


def _guarded(agent: Any, token: str) -> Any:
    """Rasa's application; the token travels in a header, never in a URL that a log could keep."""
    from rasa.server import create_app  # noqa: PLC0415  after `before_rasa`
    from sanic.response import HTTPResponse, json  # noqa: PLC0415

    app = create_app(agent, cors_origins=[])
    expected = f"Bearer {token}".encode()

    @app.middleware("request")
    async def guard(request: Any) -> HTTPResponse | None:
        given = request.headers.get("authorization", "").encode(errors="replace")
        if not hmac.compare_digest(given, expected):
            return json({"reason": "NotAuthenticated"}, status=401)
        if (request.method, request.path) not in _OPEN_ROUTES:
            return json({"reason": "NotServed"}, status=404)
        return None

    return app


def _serve(model: Path, host: str, port: int, token: str) -> None:
    from rasa.core.agent import load_agent  # noqa: PLC0415  after `before_rasa`

    agent = asyncio.run(load_agent(str(model)))
    if agent.processor is None:
        sys.exit(f"The model {model.name} cannot be loaded.")
    _guarded(agent, token).run(host=host, port=port, access_log=False, motd=False)


def main() -> None:
    """Entry point."""
    arguments = _arguments()
    token = os.environ.pop("ALLO_RASA_TOKEN", "")
    if not token:
        sys.exit("ALLO_RASA_TOKEN is not set: the server never runs without a token.")
    if not arguments.model.is_file():
        sys.exit(f"There is no model at {arguments.model}.")
    if arguments.with_parent:
        die_with_parent()
    model = arguments.model.resolve()
    home = (arguments.home or Path(tempfile.mkdtemp(prefix="allo-rasa-"))).resolve()
    before_rasa(home)
    os.chdir(home)
    _serve(model, arguments.host, arguments.port, token)


if __name__ == "__main__":
    main()
