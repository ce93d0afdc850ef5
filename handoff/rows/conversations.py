"""Conversations, the history of their changes of hands, and what the assistant learned."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, insert, select, update

from ..domain.conversation import Conversation, Customer, Event, State
from ..domain.errors import Conflict, NotFound
from ..domain.messages import Author
from ..tables import changes, conversations, entries
from .fetch import Fetch

BOTS_TURN = (State.BOT.value, State.WAITING.value)


class ConversationRows(Fetch):
    async def conversation(self, conversation_id: str) -> Conversation:
        """With its row locked until the transaction ends. Raises NotFound."""
        query = select(conversations).where(conversations.c.id == conversation_id)
        row = await self._first(query.with_for_update())
        if row is None:
            raise NotFound("There is no such conversation.")
        return _conversation(row)

    async def create(self, conversation: Conversation) -> None:
        row = _row(conversation) | {"known": {}, "tried": []}
        await self._connection.execute(insert(conversations).values(row))

    async def save(self, conversation: Conversation, was: Conversation) -> None:
        """Raises Conflict where somebody changed it since *was* was read."""
        c = conversations.c
        unchanged = (c.id == was.id) & (c.version == was.version) & (c.last_seq == was.last_seq)
        result = await self._connection.execute(
            update(conversations).where(unchanged).values(_row(conversation))
        )
        if result.rowcount != 1:
            raise Conflict("Somebody else changed this conversation. Look again.")

    async def record(self, conversation_id: str, version: int, event: Event) -> None:
        """The line about *event* in the history of changes of hands."""
        facts = {k: v for k, v in asdict(event).items() if k != "at"}
        await self._connection.execute(
            insert(changes).values(
                conversation_id=conversation_id,
                version=version,
                at=event.at,
                event=type(event).__name__,
                facts=facts,
            )
        )

    async def learn(self, conversation_id: str, known: dict[str, Any], tried: list[str]) -> None:
        """Add what the assistant found out and did to what an agent will read."""
        if not known and not tried:
            return
        facts = await self.facts(conversation_id)
        tried = facts["tried"] + [t for t in tried if t not in facts["tried"]]
        await self._set(conversation_id, known=facts["known"] | known, tried=tried)

    async def facts(self, conversation_id: str) -> RowMapping:
        """``known`` and ``tried`` of a conversation."""
        columns = (conversations.c.known, conversations.c.tried)
        row = await self._first(select(*columns).where(conversations.c.id == conversation_id))
        assert row is not None
        return row

    async def rate(self, conversation_id: str, score: int, comment: str) -> None:
        await self._set(conversation_id, rating=score, rating_comment=comment)

    async def previous_of(self, conversation: Conversation) -> int:
        """How many conversations the same signed-in customer had before this one."""
        if conversation.customer.id is None:
            return 0
        same = conversations.c.customer_id == conversation.customer.id
        earlier = conversations.c.created_at < conversation.created_at
        return await self._count(conversations, same & earlier)

    async def waiting(self) -> list[Conversation]:
        return await self._conversations(conversations.c.state == State.WAITING.value)

    async def held_by(self, agent_id: str) -> list[Conversation]:
        mine = conversations.c.agent_id == agent_id
        return await self._conversations(mine & (conversations.c.state == State.AGENT.value))

    async def holders(self) -> list[str]:
        """Agents who hold a conversation."""
        held = conversations.c.state == State.AGENT.value
        rows = await self._all(select(conversations.c.agent_id).where(held).distinct())
        return [row["agent_id"] for row in rows]

    async def unanswered(self) -> list[tuple[str, str]]:
        """(conversation, entry id) of customers' messages that the assistant still owes a turn."""
        owed = (
            (entries.c.author == Author.CUSTOMER.value)
            & (entries.c.seq > conversations.c.bot_seq)
            & (entries.c.seq > conversations.c.bot_from_seq)
            & conversations.c.state.in_(BOTS_TURN)
        )
        query = select(entries.c.conversation_id, entries.c.id).join(conversations).where(owed)
        rows = await self._connection.execute(
            query.order_by(entries.c.conversation_id, entries.c.seq)
        )
        return [(row[0], row[1]) for row in rows]

    async def _conversations(self, where: ColumnElement[bool]) -> list[Conversation]:
        query = select(conversations).where(where).order_by(conversations.c.waiting_since)
        return [_conversation(row) for row in await self._all(query)]

    async def _set(self, conversation_id: str, **values: Any) -> None:
        where = conversations.c.id == conversation_id
        await self._connection.execute(update(conversations).where(where).values(**values))


def _conversation(row: RowMapping) -> Conversation:
    customer = Customer(row["customer_id"], row["customer_name"], row["customer_verified"])
    same = {name: row[name] for name in Conversation.__dataclass_fields__ if name in row}
    return Conversation(**same | {"state": State(row["state"]), "customer": customer})


def _row(conversation: Conversation) -> dict[str, Any]:
    row = asdict(conversation)
    customer = row.pop("customer")
    return row | {
        "state": conversation.state.value,
        "customer_id": customer["id"],
        "customer_name": customer["name"],
        "customer_verified": customer["verified"],
    }
