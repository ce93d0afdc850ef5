"""The service on a real SQLite in a folder of the test's own, with or without a port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from doubles import PASSWORD, Clock, Running, ScriptedBot, Served, Start

from handoff.app import PARTS, make_app
from handoff.demo import add_demo_agents
from handoff.settings import Settings
from triage.floor import Floor


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bot() -> ScriptedBot:
    return ScriptedBot()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, site_secret="sample site secret", pages=tmp_path / "pages")


@pytest.fixture(scope="session")
def floor() -> Floor:
    return Floor.load()


@pytest.fixture
async def start(
    settings: Settings, bot: ScriptedBot, floor: Floor, clock: Clock
) -> AsyncIterator[Start]:
    """Starts the service on the same data; again after its ``runner`` was cleaned up."""
    runners = []

    async def start_one() -> Running:
        app = make_app(settings, bot, floor, clock.now, clock.seconds)
        runner = web.AppRunner(app)
        runners.append(runner)
        await runner.setup()
        return Running(app, runner, bot, clock, settings)

    yield start_one
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def running(start: Start) -> Running:
    service = await start()
    parts = service.app[PARTS]
    await add_demo_agents(parts.store, parts.passwords, PASSWORD)
    return service


@pytest.fixture
async def served(running: Running) -> Served:
    site = web.TCPSite(running.runner, "127.0.0.1", 0)
    await site.start()
    port = running.runner.addresses[0][1]
    return Served(**vars(running), url=f"http://127.0.0.1:{port}")
