"""Programs that are killed without a goodbye: no acknowledged message is lost, nobody is left."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from clients import Client, agent, customer
from socketio.exceptions import SocketIOError
from system import System

CUSTOMERS = 10


async def test_a_killed_rasa_is_a_handoff(system: System) -> None:
    """In the middle of a conversation: a kind word, a person; afterwards Rasa serves again."""
    async with customer(system.url) as them:
        await them.say("how much do I owe?")
        await them.until("typing", on=False)
        system.bot.kill()
        try:
            await them.say("204417")
            await them.until("state", mode="queued")
        finally:
            system.bot.start()
        assert any("passing you to a person" in text for text in them.texts())
    async with customer(system.url) as another:
        await another.say("hello")
        await another.until("typing", on=False)
        assert len(another.texts()) > 1


async def test_a_killed_desk_loses_no_acknowledged_message(system: System) -> None:
    """Under load: what was acknowledged is there once, in order, after the restart; what was not
    may be sent again under its id; the agent's case is as it was; the bot owes nothing."""
    async with agent(system.url, system.token("agent")) as sam:
        talkers = [Talker(system.url) for _ in range(CUSTOMERS)]
        await asyncio.gather(*(t.open() for t in talkers))
        held = talkers[0].conversation
        await talkers[0].client.call("handoff", {})
        await sam.call("accept", {"conversation": held})
        talking = [asyncio.create_task(t.talk()) for t in talkers]
        await asyncio.gather(*(t.some_acknowledged.wait() for t in talkers))
        system.handoff.kill()
        await asyncio.gather(*talking)
    system.handoff.start()
    for talker in talkers:
        await talker.check()
    async with agent(system.url, system.token("agent")) as sam:
        assert held in [c["conversation"] for c in (await sam.next("session"))["cases"]]


class Talker:
    """A customer who writes until the line breaks, and remembers what was acknowledged."""

    def __init__(self, url: str) -> None:
        self.client = customer(url)
        self.sent: list[tuple[str, str]] = []
        self.acknowledged: dict[str, int] = {}
        self.some_acknowledged = asyncio.Event()

    async def open(self) -> None:
        await self.client.__aenter__()
        session = await self.client.next("session")
        self.conversation, self.token = session["conversation"], session["token"]

    async def talk(self) -> None:
        try:
            for n in range(80):
                await self._say(f"line {n}")
        except (SocketIOError, TimeoutError):
            return
        pytest.fail("the desk was never killed")

    async def _say(self, text: str) -> None:
        message_id = str(uuid4())
        self.sent.append((message_id, text))
        call = asyncio.create_task(self.client.call("message", {"id": message_id, "text": text}))
        gone = asyncio.create_task(self.client.gone.wait())
        await asyncio.wait({call, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not call.done():
            call.cancel()
            raise TimeoutError
        gone.cancel()
        self.acknowledged[message_id] = (await call)["seq"]
        if len(self.acknowledged) == 5:
            self.some_acknowledged.set()

    async def check(self) -> None:
        """Everything acknowledged is where it was; what was not is sent again and is there once."""
        async with customer(self.client.url, token=self.token) as back:
            last_id, last_text = self.sent[-1]
            assert (await back.call("message", {"id": last_id, "text": last_text}))["ok"]
            entries = await whole(back, last_id)
        assert [e["seq"] for e in entries] == list(range(1, len(entries) + 1))
        mine = [(e["id"], e["text"]) for e in entries if e["from"] == "customer"]
        assert mine == self.sent
        assert self.acknowledged.items() <= {e["id"]: e["seq"] for e in entries}.items()


async def whole(client: Client, last_id: str) -> list[dict]:
    """All entries up to the named one, as they arrived, each once."""
    found: dict[int, dict] = {}
    while last_id not in [e["id"] for e in found.values()] or len(found) < max(found):
        entry = await client.next("message")
        found[entry["seq"]] = entry
    return [found[seq] for seq in sorted(found)]
