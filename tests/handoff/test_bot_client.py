"""The assistant over a real connection: an answer is understood, everything else is a failure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from handoff.bot_client import BotClient, BotFailed
from handoff.domain.messages import Author, Button, Entry, Link

ENTRY = Entry(1, "m1", datetime(2026, 3, 4, tzinfo=UTC), Author.CUSTOMER, "what do I owe?")
NO_TRIAGE = {"level": 0, "score": 0.0, "kinds": [], "evidence": ""}
ANSWER: dict[str, Any] = {
    "messages": [
        {
            "text": "You owe $142.60.",
            "buttons": [{"title": "Pay", "payload": "/bill_pay"}],
            "links": [{"title": "Site", "url": "https://pay.example"}],
        }
    ],
    "on_task": True,
    "handoff": None,
    "triage": NO_TRIAGE,
    "intent": {"name": "bill_balance", "confidence": 0.9},
    "known": {"account": "204417"},
    "tried": ["Looked up the balance"],
}


class Rasa:
    """A server that answers as a test tells it to."""

    def __init__(self) -> None:
        self.body: object = ANSWER
        self.status = 200
        self.speaks = asyncio.Event()
        self.speaks.set()
        self.asked: list[tuple[str, Any, str | None]] = []

    async def handle(self, request: web.Request) -> web.Response:
        authorization = request.headers.get("Authorization")
        self.asked.append((request.path, await request.json(), authorization))
        await self.speaks.wait()
        if isinstance(self.body, str):
            return web.Response(text=self.body, status=self.status)
        return web.json_response(self.body, status=self.status)


@pytest.fixture
def rasa() -> Rasa:
    return Rasa()


@pytest.fixture
async def client(rasa: Rasa) -> AsyncIterator[BotClient]:
    app = web.Application()
    app.router.add_post("/webhooks/warmline/{what}", rasa.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bot = BotClient(f"http://127.0.0.1:{runner.addresses[0][1]}", "sample secret", timeout_s=0.3)
    yield bot
    rasa.speaks.set()
    await bot.close()
    await runner.cleanup()


async def test_an_answer_is_understood_whole(client: BotClient, rasa: Rasa) -> None:
    """Messages, buttons, links, what is known and what was tried."""
    reply = await client.turn("c", ENTRY, {"mode": "bot"})
    [message] = reply.messages
    assert message.buttons == (Button("Pay", "/bill_pay"),)
    assert message.links == (Link("Site", "https://pay.example"),)
    assert (reply.on_task, reply.handoff, reply.triage.level) == (True, None, 0)
    assert (reply.known, reply.tried) == ({"account": "204417"}, ("Looked up the balance",))
    path, body, authorization = rasa.asked[0]
    assert (path, authorization) == ("/webhooks/warmline/turn", "Bearer sample secret")
    expected = {"conversation": "c", "id": "m1", "text": ENTRY.text, "metadata": {"mode": "bot"}}
    assert body == expected


async def test_a_wish_for_a_person_needs_no_words(client: BotClient, rasa: Rasa) -> None:
    """A handoff without a message is an answer."""
    rasa.body = ANSWER | {"messages": [], "handoff": {"reason": "asked", "skill": "billing"}}
    assert (await client.turn("c", ENTRY, {})).handoff == ("asked", "billing")


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        "not JSON",
        ANSWER | {"messages": []},
        ANSWER | {"messages": [{"buttons": []}]},
        ANSWER | {"messages": [{"text": None}]},
        ANSWER | {"messages": [{"text": "  "}]},
        ANSWER | {"messages": [{"text": "Choose", "buttons": [{"title": "", "payload": "/a"}]}]},
        ANSWER | {"handoff": {"reason": None}},
        ANSWER | {"triage": None},
        ANSWER | {"triage": NO_TRIAGE | {"level": "high"}},
    ],
)
async def test_whatever_is_no_answer_is_a_failure(
    client: BotClient, rasa: Rasa, body: object
) -> None:
    """Nothing, half an answer, or something else altogether: never silence."""
    rasa.body = body
    with pytest.raises(BotFailed):
        await client.turn("c", ENTRY, {})


@pytest.mark.parametrize("status", [401, 409, 500, 503])
async def test_an_error_is_a_failure(client: BotClient, rasa: Rasa, status: int) -> None:
    """And says which."""
    rasa.status = status
    with pytest.raises(BotFailed, match=str(status)):
        await client.turn("c", ENTRY, {})


async def test_silence_is_a_failure(client: BotClient, rasa: Rasa) -> None:
    """After the longest time that a customer may be kept waiting."""
    rasa.speaks.clear()
    with pytest.raises(BotFailed, match="silent"):
        await client.turn("c", ENTRY, {})


async def test_nobody_there_is_a_failure() -> None:
    """A port on which nothing listens."""
    bot = BotClient("http://127.0.0.1:9", "secret", timeout_s=5)
    with pytest.raises(BotFailed, match="cannot be reached"):
        await bot.turn("c", ENTRY, {})
    assert not await bot.ready()
    await bot.close()


async def test_only_what_people_said_is_told(client: BotClient, rasa: Rasa) -> None:
    """The system's own lines are no part of the human stretch."""
    agent = Entry(2, "a", ENTRY.at, Author.AGENT, "Friday then")
    system = Entry(3, "s", ENTRY.at, Author.SYSTEM, "Sam has left")
    await client.resume("c", [ENTRY, agent, system])
    told = [(e["from"], e["text"]) for e in rasa.asked[0][1]["entries"]]
    assert told == [("customer", ENTRY.text), ("agent", "Friday then")]
