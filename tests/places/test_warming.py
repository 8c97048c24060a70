"""What a first search needs is read at the start: apart, once, and without harm when it fails."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import uvicorn

from api.cli.serving import Server
from api.places import wording
from api.places.warming import warm_up, warm_up_apart
from api.settings import Settings
from mediation.communes import table
from mediation.hours_text import own_holidays
from mediation.regions import REGIONS
from mediation.territory import load_territory

NOW = datetime(2026, 11, 22, 11, tzinfo=UTC)
DEMO = load_territory("demo")


def test_everything_is_read_once() -> None:
    own_holidays.cache_clear()
    wording.words.cache_clear()
    warm_up(DEMO, ("fr", "en", "xx"), NOW)
    assert table.communes.cache_info().currsize == 1
    assert wording.words.cache_info().currsize == 2, "in French and in English; nothing is translated in xx"
    read = own_holidays.cache_info().misses
    assert read >= len({region.subdivision for region in REGIONS.values()})
    for region in REGIONS.values():
        own_holidays(region.subdivision, NOW.year)
    assert own_holidays.cache_info().misses == read


def test_a_failure_is_harmless() -> None:
    nowhere = DEMO.model_copy(update={"timezone": "Nowhere/Atall"})
    thread = warm_up_apart(nowhere, (), lambda: NOW)
    thread.join(30)
    assert not thread.is_alive() and thread.daemon


def test_it_begins_once_the_service_listens() -> None:
    async def nothing(_scope: object, _receive: object, _send: object) -> None:
        """An application that nobody calls."""

    async def served() -> list[bool]:
        done: list[bool] = []
        config = uvicorn.Config(nothing, "127.0.0.1", 0, lifespan="off", log_config=None)
        server = Server(config, Settings(_env_file=None), False, lambda: done.append(server.started))
        config.load()
        server.lifespan = config.lifespan_class(config)
        await server.startup()
        await server.shutdown()
        return done

    assert asyncio.run(served()) == [True]
