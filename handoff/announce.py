"""Tells browsers what has been committed. What is sent is a hint: a client that missed it asks
for everything after the last entry it has seen, or gets its whole session on reconnecting.

Rooms: ``conversation:<id>`` for a customer's tabs, ``agent:<id>`` for an agent's consoles,
``agents`` for all of them. Notes go to agents' rooms only.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import socketio

from . import wire
from .case import Case, case_of
from .change import Change
from .desk import Standing
from .domain.conversation import Conversation, State
from .domain.routing import in_order
from .rows import Transaction
from .store import Store

CUSTOMER = "/customer"
AGENT = "/agent"
EVERY_AGENT = "agents"


def customer_room(conversation_id: str) -> str:
    return f"conversation:{conversation_id}"


def agent_room(agent_id: str) -> str:
    return f"agent:{agent_id}"


@dataclass(frozen=True)
class Announcer:
    sio: socketio.AsyncServer
    store: Store
    in_order: asyncio.Lock = field(default_factory=asyncio.Lock)  # no older queue after a newer
    places: dict[str, int] = field(default_factory=dict)  # what waiting customers were told

    async def tell(self, change: Change) -> None:
        """What *change* added, then who holds the conversation now, to all whom it concerns."""
        for entry in change.added:
            await self._entry(change.conversation, wire.entry(entry))
        if change.events or change.case_changed:
            await self._case(change)
        if change.events:
            await self._queue(change.conversation)

    async def ring(self, agent_id: str, case: Case, expires_at: datetime) -> None:
        await self._to_agent(agent_id, "offer", wire.offer(case, expires_at))

    async def typing(self, conversation: Conversation, sender: str, on: bool) -> None:
        """To the other side; never stored."""
        if sender == "customer":
            if conversation.agent_id and conversation.state is State.AGENT:
                body = {"conversation": conversation.id, "on": on, "from": sender}
                await self._to_agent(conversation.agent_id, "typing", body)
        else:
            await self._to_customer(conversation.id, "typing", {"on": on, "from": sender})

    async def bot_typing(self, conversation_id: str, on: bool) -> None:
        await self._to_customer(conversation_id, "typing", {"on": on, "from": "bot"})

    async def read(self, conversation: Conversation, reader: str, seq: int) -> None:
        if reader == "agent":
            await self._to_customer(conversation.id, "read", {"seq": seq, "from": reader})
        elif conversation.agent_id and conversation.state is State.AGENT:
            body = {"conversation": conversation.id, "seq": seq, "from": reader}
            await self._to_agent(conversation.agent_id, "read", body)

    async def _entry(self, conversation: Conversation, entry: wire.Json) -> None:
        await self._to_customer(conversation.id, "message", entry)
        if conversation.agent_id:
            body = {"conversation": conversation.id, "entry": entry}
            await self._to_agent(conversation.agent_id, "message", body)

    async def _case(self, change: Change) -> None:
        """To the agent who has it, and to the one who had it, who sees it leave."""
        concerned = {change.was.agent_id, change.conversation.agent_id} - {None}
        if concerned:
            async with self.store.read() as tx:
                case = await case_of(tx, await tx.conversation(change.conversation.id))
            for agent_id in concerned:
                await self._to_agent(str(agent_id), "case", wire.case(case))

    async def _queue(self, changed: Conversation) -> None:
        """The queue to every agent, and to each waiting customer their place in it."""
        async with self.in_order:
            async with self.store.read() as tx:
                queue = in_order(await tx.waiting())
                name = await _holder(tx, changed)
            rows = {"waiting": [wire.waiting(c) for c in queue]}
            await self.sio.emit("queue", rows, room=EVERY_AGENT, namespace=AGENT)
            for standing in self._moved(queue):
                await self._standing(standing)
            if changed.state is not State.WAITING:
                await self._standing(Standing(changed, agent_name=name))

    def _moved(self, queue: list[Conversation]) -> list[Standing]:
        """Where those stand whose place is another than they were last told."""
        places = {c.id: i + 1 for i, c in enumerate(queue)}
        moved = [c for c in queue if self.places.get(c.id) != places[c.id]]
        self.places.clear()
        self.places.update(places)
        return [Standing(c, position=places[c.id]) for c in moved]

    async def _standing(self, standing: Standing) -> None:
        await self._to_customer(standing.conversation.id, "state", wire.state(standing))

    async def _to_customer(self, conversation_id: str, event: str, body: Any) -> None:
        await self.sio.emit(event, body, room=customer_room(conversation_id), namespace=CUSTOMER)

    async def _to_agent(self, agent_id: str, event: str, body: Any) -> None:
        await self.sio.emit(event, body, room=agent_room(agent_id), namespace=AGENT)


async def _holder(tx: Transaction, conversation: Conversation) -> str | None:
    """The name of the agent who has it now."""
    if conversation.state is not State.AGENT or conversation.agent_id is None:
        return None
    return (await tx.agent(conversation.agent_id)).name
