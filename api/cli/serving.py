"""`allo serve`, `allo train` and `allo understand`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import structlog
import typer
import uvicorn

from api.app import create_app, utc_now
from api.cli.failures import Told
from api.cli.mediators import has_accounts
from api.cli.waiting import until_ready
from api.housekeeping import Housekeeping
from api.logs import configure_logs
from api.places.importing import ensure_demo
from api.sending.worker import Worker
from api.services import Stack, nlu_python, running
from api.settings import Settings, load_settings
from api.supervisor import model_for
from api.telegram_polling import TelegramPolling, polling_wanted
from bot.understanding import Understanding

FIRST_ACCOUNT = "               nobody can sign in yet: ./allo mediators add YOU@EXAMPLE.FR --territory\n"


class Server(uvicorn.Server):
    """Uvicorn, saying where to go once it listens; `then` is done after that, and must return at once."""

    def __init__(self, config: uvicorn.Config, settings: Settings, first: bool, then: Callable[[], object]) -> None:
        super().__init__(config)
        self._settings, self._first, self._then = settings, first, then

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            _welcome(self._settings, port, self._first)
            self._then()


def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port; 0 takes a free one.")] = None,
) -> None:
    """Runs the whole service: web chat, database, and Rasa as a child process."""
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = load_settings(**given)
    configure_logs(settings.log_level, as_json=not sys.stderr.isatty())
    with running(settings, share=True) as stack:
        app = create_app(settings, stack.services)
        housekeeping = Housekeeping(stack.engine, settings, utc_now)
        housekeeping.start()
        if settings.env == "dev":  # plainly fictional; the first real file takes its place
            ensure_demo(stack.engine, utc_now())
        worker = Worker(stack.channels.outbox, settings)
        worker.start()
        stack.casework.watch.start()
        polling = _polling(stack, settings)
        config = uvicorn.Config(
            app, settings.host, settings.port, log_config=None, server_header=False, timeout_graceful_shutdown=5
        )
        server = Server(config, settings, not has_accounts(stack.engine), stack.warm_up)
        server.run()
        if polling:
            polling.stop()
        stack.casework.watch.stop()
        worker.stop()
        housekeeping.stop()
        if not server.started:
            raise Told(f"port {settings.port} is taken or cannot be used; choose another one with --port.")


def _polling(stack: Stack, settings: Settings) -> TelegramPolling | None:
    """Fetches Telegram's updates where they are not delivered to a webhook."""
    if stack.channels.telegram is None or not polling_wanted(settings):
        return None
    polling = TelegramPolling(stack.channels.telegram, stack.channels.intake(stack.conversations.receive).take)
    polling.start()
    return polling


def train() -> None:
    """Trains the French understanding; nothing to do when neither phrases nor components changed."""
    settings = load_settings()
    configure_logs("ERROR", as_json=False)
    shown = ""

    def progress(stage: str, share: float) -> None:
        nonlocal shown
        line = f"allo: {stage} {share:4.0%}"
        if line != shown:
            sys.stderr.write(f"\r\033[K{line}" if sys.stderr.isatty() else f"{line}\n")
        shown = line

    path = model_for(settings, nlu_python(), progress)
    sys.stderr.write("\n" if sys.stderr.isatty() else "")
    typer.echo(str(path))


def understand(
    texts: Annotated[list[str] | None, typer.Argument(metavar="TEXT…")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="One text a line.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Says what Rasa understands of each text."""
    if file is not None and not file.is_file():
        raise typer.BadParameter(f"there is no file {file}", param_hint="--file")
    wanted = [*(texts or ()), *(file.read_text(encoding="utf-8").splitlines() if file else ())]
    if not wanted:
        raise typer.BadParameter("give a text, or --file")
    configure_logs("ERROR", as_json=False)
    with running(load_settings()) as stack:
        if not until_ready(stack):
            raise Told("the understanding did not start; see logs/rasa.log in the ALLO_HOME folder.")
        for text in wanted:
            heard = stack.client.parse(text)
            typer.echo(json.dumps(heard.as_dict(), ensure_ascii=False) if as_json else _line(heard))


def _line(heard: Understanding) -> str:
    others = ", ".join(f"{r.intent} {r.confidence:.2f}" for r in heard.ranking[:3])
    return f"{heard.text}\n  {heard.intent} {heard.confidence:.2f}   ({others})"


def _welcome(settings: Settings, port: int, first: bool) -> None:
    shown = "localhost" if settings.host in ("127.0.0.1", "0.0.0.0") else settings.host
    structlog.get_logger("allo").info("listening", port=port)
    sys.stdout.write(
        f"\n  Allô Démarches\n  Web chat     http://{shown}:{port}/\n  Interfaces   http://{shown}:{port}/docs\n"
        f"  Mediators    http://{shown}:{port}/mediateur\n{FIRST_ACCOUNT if first else ''}  Stop         Ctrl+C\n\n"
    )
    sys.stdout.flush()
