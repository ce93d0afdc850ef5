"""Agents with their load, and the offers made to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, insert, select, true, update

from ..domain.agents import Agent, Presence, Role
from ..domain.conversation import Conversation, State
from ..domain.errors import NotFound
from ..tables import agents, conversations, offers
from .fetch import Fetch


class AgentRows(Fetch):
    async def agent(self, agent_id: str) -> Agent:
        """Raises NotFound."""
        found = await self.agents([agent_id])
        if not found:
            raise NotFound("There is no such agent.")
        return found[0]

    async def agents(self, ids: Iterable[str]) -> list[Agent]:
        """With each one's load: the conversations they hold and those offered to them."""
        held = await self._counts(conversations, conversations.c.state == State.AGENT.value)
        offered = await self._counts(offers, offers.c.outcome.is_(None))
        query = select(agents).where(agents.c.id.in_(list(ids))).order_by(agents.c.id)
        return [
            _agent(row, held.get(row["id"], 0) + offered.get(row["id"], 0))
            for row in await self._all(query)
        ]

    async def login(self, username: str) -> tuple[str, str] | None:
        """(agent's id, password hash) of *username*."""
        row = await self._first(select(agents).where(agents.c.username == username))
        return (row["id"], row["password_hash"]) if row else None

    async def put_agent(self, agent: Agent, password_hash: str) -> None:
        """Add *agent*, or give the one of that id these facts; presence and idle time stay."""
        row = {
            "username": agent.username,
            "name": agent.name,
            "role": agent.role.value,
            "skills": sorted(agent.skills),
            "password_hash": password_hash,
            "capacity": agent.capacity,
        }
        result = await self._connection.execute(
            update(agents).where(agents.c.id == agent.id).values(row)
        )
        if result.rowcount == 0:
            new = row | {"id": agent.id, "presence": agent.presence.value}
            await self._connection.execute(insert(agents).values(new))

    async def set_presence(self, agent_id: str, presence: Presence) -> None:
        await self._update_agent(agent_id, presence=presence.value)

    async def touch(self, agent_id: str, at: datetime) -> None:
        """The agent was given, or has left, a conversation at *at*."""
        await self._update_agent(agent_id, idle_since=at)

    async def _update_agent(self, agent_id: str, **values: Any) -> None:
        await self._connection.execute(
            update(agents).where(agents.c.id == agent_id).values(**values)
        )

    async def offer(self, conversation: Conversation, agent_id: str, expires_at: datetime) -> None:
        await self._connection.execute(
            insert(offers).values(
                conversation_id=conversation.id,
                agent_id=agent_id,
                requested_at=conversation.requested_at,
                expires_at=expires_at,
            )
        )

    async def offered(self) -> dict[str, str]:
        """Conversation to agent, for every offer that is still open."""
        rows = await self._all(select(offers).where(offers.c.outcome.is_(None)))
        return {row["conversation_id"]: row["agent_id"] for row in rows}

    async def open_offers(self, agent_id: str) -> list[tuple[str, datetime]]:
        """(conversation, when it expires) of what is offered to the agent."""
        mine = offers.c.outcome.is_(None) & (offers.c.agent_id == agent_id)
        rows = await self._all(select(offers).where(mine).order_by(offers.c.id))
        return [(row["conversation_id"], row["expires_at"]) for row in rows]

    async def offer_lapsed(self, now: datetime) -> bool:
        """Whether an open offer has run out at *now*."""
        return (
            await self._count(offers, offers.c.outcome.is_(None) & (offers.c.expires_at <= now)) > 0
        )

    async def passed(self, waiting: Sequence[Conversation]) -> dict[str, set[str]]:
        """Conversation to the agents who declined it, or let it lapse, during this wait."""
        asked_at = {c.id: c.requested_at for c in waiting}
        over = offers.c.outcome.in_(("declined", "lapsed"))
        query = select(offers).where(over & offers.c.conversation_id.in_(list(asked_at)))
        found: dict[str, set[str]] = {}
        for row in await self._all(query):
            if row["requested_at"] == asked_at[row["conversation_id"]]:
                found.setdefault(row["conversation_id"], set()).add(row["agent_id"])
        return found

    async def accept_offer(self, conversation_id: str, agent_id: str) -> None:
        theirs = offers.c.agent_id == agent_id
        await self._end_offers("accepted", theirs & (offers.c.conversation_id == conversation_id))

    async def decline_offer(self, conversation_id: str, agent_id: str) -> None:
        theirs = offers.c.agent_id == agent_id
        await self._end_offers("declined", theirs & (offers.c.conversation_id == conversation_id))

    async def withdraw_offers(self, agent_id: str) -> None:
        await self._end_offers("withdrawn", offers.c.agent_id == agent_id)

    async def withdraw_all_offers(self) -> None:
        await self._end_offers("withdrawn", true())

    async def end_stale_offers(self, now: datetime) -> None:
        """Those that ran out by *now*, and those of conversations that no longer wait."""
        await self._end_offers("lapsed", offers.c.expires_at <= now)
        waiting = select(conversations.c.id).where(conversations.c.state == State.WAITING.value)
        await self._end_offers("withdrawn", offers.c.conversation_id.not_in(waiting))

    async def _end_offers(self, outcome: str, where: ColumnElement[bool]) -> None:
        open_ones = offers.c.outcome.is_(None) & where
        await self._connection.execute(update(offers).where(open_ones).values(outcome=outcome))


def _agent(row: RowMapping, load: int) -> Agent:
    return Agent(
        id=row["id"],
        username=row["username"],
        name=row["name"],
        role=Role(row["role"]),
        skills=frozenset(row["skills"]),
        presence=Presence(row["presence"]),
        capacity=row["capacity"],
        load=load,
        idle_since=row["idle_since"],
    )
