"""Is the service alive, is it ready, how is it doing, and what are its interfaces."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.routes.metrics import Metrics
from api.web.pages import Pages

Check = Callable[[], bool]


def health_router(database_ok: Check, understanding_ok: Check, metrics: Metrics, pages: Pages) -> APIRouter:
    """The routes. The service is ready without its understanding: exact words and buttons still work."""
    router = APIRouter()

    @router.get("/healthz", summary="The process is alive")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz", summary="The database answers; the understanding may be down")
    def readyz() -> JSONResponse:
        database = _state(database_ok)
        state = {"database": database, "understanding": _state(understanding_ok)}
        return JSONResponse(state, status_code=200 if database == "up" else 503)

    @router.get("/metrics", summary="Prometheus figures", response_class=Response)
    def figures() -> Response:
        metrics.understanding.set(_state(understanding_ok) == "up")
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    @router.get("/docs", include_in_schema=False, response_class=HTMLResponse)
    def docs(request: Request) -> HTMLResponse:
        return pages.docs(request, request.app.openapi())

    return router


def _state(check: Check) -> str:
    try:
        return "up" if check() else "down"
    except Exception:  # whatever the check raises, the thing is down and the route must say so
        return "down"
