"""Rasa started lean, one trained model for all tests, and a channel served on a free port."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
import pytest_asyncio

from bot import lean
from bot.services.embedded import EmbeddedOffice

if TYPE_CHECKING:
    from rasa.core.agent import Agent

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a secret for tests only"
WEDNESDAY_MORNING = datetime(2026, 5, 6, 10, 0)


def pytest_configure(config: pytest.Config) -> None:
    """Rasa is imported here and later only: lean comes first. It pins libraries that warn about
    each other at every import."""
    for kind in ("DeprecationWarning", "FutureWarning"):
        config.addinivalue_line("filterwarnings", f"ignore::{kind}")
    config.addinivalue_line("filterwarnings", "ignore:Slot auto-fill has been removed")
    config.addinivalue_line("filterwarnings", "ignore:pkg_resources is deprecated")
    lean.apply()


class Clock:
    """The time of the back office; a test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock(WEDNESDAY_MORNING)


@pytest.fixture
def office(tmp_path: Path, clock: Clock) -> Iterator[EmbeddedOffice]:
    """The embedded back office, which the actions use during this test."""
    from bot.actions.office import use

    embedded = EmbeddedOffice(tmp_path / "backoffice.db", clock)
    use(embedded)
    yield embedded
    use(None)
    embedded.close()


@pytest.fixture(scope="session")
def model() -> Path:
    path = Path(os.environ.get("WARMLINE_MODEL", ROOT / "models" / "warmline.tar.gz"))
    if not path.is_file():
        pytest.fail(f"No model in {path}: run `make train`.")
    return path


@pytest.fixture(scope="session")
def agent(model: Path) -> Agent:
    """As `python -m bot run` loads it, with the store and the actions of endpoints.yml."""
    from rasa.core.agent import Agent
    from rasa.core.utils import AvailableEndpoints

    from bot.memory import BoundedMemory

    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    return Agent.load(
        str(model), action_endpoint=endpoints.action, tracker_store=BoundedMemory(None)
    )


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def address(agent: Agent) -> AsyncIterator[str]:
    """Where the channel answers, as Rasa's own server would serve it."""
    from rasa.core.channels import channel as rasa_channels
    from sanic import Sanic

    from bot.channel import WarmlineInput

    app = Sanic("warmline_tests", configure_logging=False)
    app.ctx.agent = agent
    rasa_channels.register([WarmlineInput(SECRET)], app, route="/webhooks/")
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = await app.create_server(sock=listening, return_asyncio_server=True)
    await server.startup()
    await server.before_start()
    await server.start_serving()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/webhooks/warmline"
    server.close()
    await server.wait_closed()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def http(address: str) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bearer {SECRET}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        yield session


class Customer:
    """One conversation with the assistant, over HTTP."""

    def __init__(self, http: aiohttp.ClientSession, address: str) -> None:
        self.id = uuid.uuid4().hex
        self._http, self._address = http, address

    async def post(self, path: str, body: Any, **kwargs: Any) -> tuple[int, Any]:
        async with self._http.post(f"{self._address}/{path}", json=body, **kwargs) as answer:
            return answer.status, await answer.json()

    async def turn(self, **body: Any) -> tuple[int, Any]:
        return await self.post(
            "turn", {"conversation": self.id, "id": uuid.uuid4().hex, "metadata": {}, **body}
        )

    async def says(self, text: str) -> dict[str, Any]:
        status, reply = await self.turn(text=text)
        assert status == 200, reply
        return reply

    async def presses(self, payload: str) -> dict[str, Any]:
        status, reply = await self.turn(payload=payload)
        assert status == 200, reply
        return reply


@pytest.fixture
def customer(http: aiohttp.ClientSession, address: str, office: EmbeddedOffice) -> Customer:
    return Customer(http, address)


def words(reply: dict[str, Any]) -> str:
    """Everything that the customer reads of a reply."""
    return "\n".join(message["text"] for message in reply["messages"])


def buttons(reply: dict[str, Any]) -> list[dict[str, str]]:
    return [button for message in reply["messages"] for button in message.get("buttons", [])]
