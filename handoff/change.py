"""Decide, save, commit, tell: the only way a conversation changes.

Everything that one use case does to a conversation is one transaction. Nobody is told of it
before it is committed, and they are told in the order in which it was committed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4
from weakref import WeakValueDictionary

from .domain.conversation import Conversation, Event
from .domain.errors import Conflict
from .domain.messages import Author, Entry
from .rows import Transaction
from .store import Store


@dataclass
class Change:
    """One transaction's work on one conversation."""

    tx: Transaction
    was: Conversation
    now: datetime
    conversation: Conversation = field(init=False)
    added: list[Entry] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    case_changed: bool = False  # in what only agents see: notes and signals

    def __post_init__(self) -> None:
        self.conversation = self.was

    async def happen(self, event: Event) -> None:
        """Raises ClosedError or Conflict where the table does not allow it."""
        self.conversation = self.conversation.after(event)
        self.events.append(event)
        await self.tx.record(self.conversation.id, self.conversation.version, event)

    async def write(self, author: Author, text: str, **more: Any) -> Entry:
        """Append an entry under the next number; *more* are further fields of Entry."""
        facts: dict[str, Any] = {"id": str(uuid4()), "at": self.now} | more
        entry = Entry(seq=self.conversation.last_seq + 1, author=author, text=text, **facts)
        await self.tx.append(self.conversation.id, entry)
        self.conversation = replace(self.conversation, last_seq=entry.seq)
        self.added.append(entry)
        return entry

    async def repeat_of(
        self, entry_id: str, author: Author, text: str, agent_id: str | None = None
    ) -> Entry | None:
        """The entry that this sender already sent under that id, or None.

        Raises Conflict where the id was used for something else.
        """
        entry = await self.tx.entry(self.conversation.id, entry_id)
        if entry and (entry.author, entry.text, entry.agent_id) != (author, text, agent_id):
            raise Conflict("Another message already has this id. Send it under a new one.")
        return entry

    def bot_reached(self, seq: int) -> None:
        """The assistant has answered, or been told of, everything up to *seq*."""
        reached = max(seq, self.conversation.bot_seq)
        self.conversation = replace(self.conversation, bot_seq=reached)

    async def save(self) -> None:
        if self.conversation != self.was:
            await self.tx.save(self.conversation, self.was)


log = logging.getLogger(__name__)

Tell = Callable[[Change], Awaitable[None]]


class Changes:
    """Opens changes, one at a time for each conversation."""

    def __init__(self, store: Store, tell: Tell, now: Callable[[], datetime]) -> None:
        self._store = store
        self._tell = tell
        self._now = now
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def to(self, conversation_id: str) -> AsyncIterator[Change]:
        """Raises NotFound. What the block did is undone if it raises, else committed and told."""
        async with self.stillness(conversation_id):
            async with self._store.begin() as tx:
                change = Change(tx, await tx.conversation(conversation_id), self._now())
                yield change
                await change.save()
            await self._hint(change)

    async def _hint(self, change: Change) -> None:
        """What is committed stays so; whoever was not told finds it on the next resync."""
        try:
            await self._tell(change)
        except Exception:  # the sender must still hear that the message is stored
            log.exception("nobody could be told of %s", change.conversation.id)

    def stillness(self, conversation_id: str) -> asyncio.Lock:
        """While it is held, nothing happens to the conversation and nobody is told anything."""
        return self._locks.setdefault(conversation_id, asyncio.Lock())
