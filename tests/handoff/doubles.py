"""An assistant that says what a test tells it to, a clock that a test moves, and a started service
with handles on them. The database and the composition root are the real ones."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from handoff.app import PARTS
from handoff.bot_client import BotFailed, BotMessage, BotReply
from handoff.consoles import Consoles
from handoff.desk import Desk
from handoff.domain.agents import Agent
from handoff.domain.conversation import Customer
from handoff.domain.messages import Entry
from handoff.settings import Settings

HELLO = BotReply((BotMessage("Hello! How can I help?"),))
PASSWORD = "sample password for tests"


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """A microsecond passes with every look, as in life, so that order shows."""
        self.at += timedelta(microseconds=1)
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()

    def pass_s(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class ScriptedBot:
    """Answers with *says*, or fails with it; waits for *may_answer* where a test holds it up."""

    says: BotReply | BotFailed = HELLO
    heard: list[Entry] = field(default_factory=list)
    told: list[list[str]] = field(default_factory=list)
    modes: list[str] = field(default_factory=list)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.may_answer.set()

    async def turn(self, conversation_id: str, entry: Entry, metadata: dict[str, Any]) -> BotReply:
        self.asked.set()
        await self.may_answer.wait()
        self.heard.append(entry)
        self.modes.append(metadata["mode"])
        if isinstance(self.says, BotFailed):
            raise self.says
        return self.says

    async def resume(self, conversation_id: str, stretch: Sequence[Entry]) -> None:
        self.told.append([e.text for e in stretch])


@dataclass
class Running:
    """A started service without a port, and the handles a test needs."""

    app: web.Application
    runner: web.AppRunner
    bot: ScriptedBot
    clock: Clock
    settings: Settings

    @property
    def desk(self) -> Desk:
        return self.app[PARTS].desk

    @property
    def consoles(self) -> Consoles:
        return self.app[PARTS].consoles

    async def opened(self) -> str:
        return (await self.desk.open(Customer())).id

    async def settled(self) -> None:
        """Every turn that the assistant owed is done."""
        await self.desk.turns.queue.drain()

    async def says(self, conversation_id: str, text: str, entry_id: str | None = None) -> Entry:
        entry = await self.desk.say(conversation_id, entry_id or f"id of {text}"[:64], text)
        await self.settled()
        return entry

    async def lines(self, conversation_id: str) -> list[tuple[str, str]]:
        """The transcript as (who, what)."""
        return [(e.author.value, e.text) for e in await self.desk.entries(conversation_id, 0)]

    async def agent(self, username: str = "agent") -> Agent:
        return await self.desk.agent(f"sample-{username}")


@dataclass
class Served(Running):
    """The same on a port of its own."""

    url: str = ""

    def token(self, username: str = "agent") -> str:
        return self.app[PARTS].tokens.issue("agent", f"sample-{username}")


Start = Callable[[], Awaitable[Running]]
