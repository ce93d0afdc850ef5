"""Waiting conversations find an agent: offers are made, answered, and lapse.

Offers are rows, so a restart forgets none.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from .case import Case, case_of
from .consoles import Consoles
from .domain.agents import Agent, Presence
from .domain.conversation import Conversation
from .domain.errors import Unavailable
from .domain.routing import in_order, match
from .rows import Transaction
from .store import Store

log = logging.getLogger(__name__)

MakeOffer = Callable[[str, Case, datetime], Awaitable[None]]


class Offers:
    """*offer_s*: how many seconds an agent has to accept; *tell* rings at the agent's console."""

    def __init__(
        self,
        store: Store,
        consoles: Consoles,
        tell: MakeOffer,
        now: Callable[[], datetime],
        offer_s: float,
    ) -> None:
        self._store = store
        self._consoles = consoles
        self._tell = tell
        self._now = now
        self._lasts = timedelta(seconds=offer_s)
        self._presence: dict[str, Presence] = {}
        self._owed = False
        self._one_at_a_time = asyncio.Lock()

    def staffed(self) -> bool:
        """Whether anybody at all is connected and available."""
        return any(self._presence[a] is Presence.AVAILABLE for a in self._consoles)

    async def connected(self, agent: Agent, console: str) -> None:
        """One more console of the agent is open; they are as available as they left it."""
        self._presence[agent.id] = agent.presence
        self._consoles.opened(agent.id, console)
        await self.try_to_make()

    async def disconnected(self, agent_id: str, console: str) -> None:
        """What was offered to an agent whose last console is gone is offered to somebody else."""
        if self._consoles.closed(agent_id, console):
            await self._withdraw(agent_id)

    async def set_presence(self, agent_id: str, presence: Presence) -> None:
        async with self._store.begin() as tx:
            await tx.set_presence(agent_id, presence)
        self._presence[agent_id] = presence
        if presence is Presence.AVAILABLE:
            await self.make()
        else:
            await self._withdraw(agent_id)

    async def decline(self, conversation_id: str, agent_id: str) -> None:
        async with self._store.begin() as tx:
            await tx.decline_offer(conversation_id, agent_id)
        await self.make()

    async def make(self) -> None:
        """Let stale offers lapse and offer what waits to whoever is free; ring for each."""
        async with self._one_at_a_time:
            self._owed = False
            async with self._store.begin() as tx:
                await tx.end_stale_offers(self._now())
                made = await self._pair(tx)
            for agent_id, case, expires_at in made:
                await self._tell(agent_id, case, expires_at)

    async def try_to_make(self) -> None:
        """``make``, or, where the database does not let us, at the next beat of the clock."""
        try:
            await self.make()
        except Unavailable as error:
            log.error("offers wait for the database: %s", error)
            self._owed = True

    async def open_for(self, agent_id: str) -> list[tuple[Case, datetime]]:
        """What this agent has been offered and may still accept: a new console rings, too."""
        async with self._store.read() as tx:
            open_ones = await tx.open_offers(agent_id)
            return [(await case_of(tx, await tx.conversation(c)), at) for c, at in open_ones]

    async def begin(self) -> None:
        """At start nobody is connected: what an earlier process offered is offered anew."""
        async with self._store.begin() as tx:
            await tx.withdraw_all_offers()

    async def due(self) -> bool:
        """Whether offers are to be made again; a read, so that looking costs little."""
        if self._owed:
            return True
        async with self._store.read() as tx:
            return await tx.offer_lapsed(self._now())

    async def _pair(self, tx: Transaction) -> list[tuple[str, Case, datetime]]:
        waiting = await self._unoffered(tx)
        if not waiting:
            return []
        free = await tx.agents(self._consoles)
        pairs = list(match(waiting, free, await tx.passed(waiting)))
        return [await self._offer(tx, conversation, agent.id) for conversation, agent in pairs]

    async def _unoffered(self, tx: Transaction) -> list[Conversation]:
        offered = await tx.offered()
        return [c for c in in_order(await tx.waiting()) if c.id not in offered]

    async def _offer(
        self, tx: Transaction, conversation: Conversation, agent_id: str
    ) -> tuple[str, Case, datetime]:
        expires_at = self._now() + self._lasts
        await tx.offer(conversation, agent_id, expires_at)
        await tx.touch(agent_id, self._now())
        return agent_id, await case_of(tx, conversation), expires_at

    async def _withdraw(self, agent_id: str) -> None:
        async with self._store.begin() as tx:
            await tx.withdraw_offers(agent_id)
        await self.make()
