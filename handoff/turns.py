"""The assistant's turns: one at a time in each conversation, in the order of the messages.

Which messages are still owed an answer is in the database, so a turn that a crash cut short is
taken up again at the next start. No transaction is open while the assistant works; an answer
that arrives after a person joined is dropped.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from . import words
from .bot_client import BotFailed, BotReply
from .change import Change, Changes
from .domain.conversation import Conversation, State
from .domain.errors import Unavailable
from .domain.messages import Author, Entry
from .escalate import Escalate, say_once
from .store import Store

log = logging.getLogger(__name__)

# One Rasa process works on one message at a time: what waits for it waits here, where the time
# that a customer may be kept waiting for an answer has not begun.
TURNS_AT_ONCE = 4
BOT_MAY_SPEAK = (State.BOT, State.WAITING)


class Bot(Protocol):
    """What the desk needs of an assistant; both raise BotFailed."""

    async def turn(
        self, conversation_id: str, entry: Entry, metadata: dict[str, Any]
    ) -> BotReply: ...

    async def resume(self, conversation_id: str, stretch: Sequence[Entry]) -> None: ...


class InOrder:
    """Runs work given for one key one after the other, and for different keys side by side."""

    def __init__(self) -> None:
        self._last: dict[str, asyncio.Task[None]] = {}
        self._all: set[asyncio.Task[None]] = set()

    def add(self, key: str, work: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.create_task(self._run(self._last.get(key), work))
        self._last[key] = task
        self._all.add(task)
        task.add_done_callback(lambda done: self._forget(key, done))

    async def drain(self) -> None:
        """Wait until everything added so far, and what it adds, is done."""
        while self._all:
            await asyncio.wait(self._all)

    async def cancel(self) -> None:
        for task in self._all:
            task.cancel()
        await self.drain()

    async def _run(
        self, before: asyncio.Task[None] | None, work: Callable[[], Awaitable[None]]
    ) -> None:
        if before is not None:
            await asyncio.wait({before})
        try:
            await work()
        except Exception:  # the outermost loop of a task: the next turn must still come
            log.exception("a turn failed")

    def _forget(self, key: str, done: asyncio.Task[None]) -> None:
        self._all.discard(done)
        if self._last.get(key) is done:
            del self._last[key]


@dataclass(frozen=True)
class Turns:
    """*typing* tells a customer that the assistant is, or is no longer, at work."""

    store: Store
    changes: Changes
    bot: Bot
    escalate: Escalate
    staffed: Callable[[], bool]
    typing: Callable[[str, bool], Awaitable[None]]
    queue: InOrder
    at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(TURNS_AT_ONCE))
    broken_off: list[tuple[str, str]] = field(default_factory=list)

    def owe(self, conversation_id: str, entry_id: str) -> None:
        """Answer that entry once everything before it is answered."""
        self.queue.add(conversation_id, lambda: self._answer(conversation_id, entry_id))

    def retry(self) -> None:
        """Answer what the database did not let us answer."""
        again, self.broken_off[:] = list(self.broken_off), []
        for conversation_id, entry_id in again:
            self.owe(conversation_id, entry_id)

    async def take_up(self) -> None:
        """Answer what an earlier process left unanswered."""
        async with self.store.read() as tx:
            owed = await tx.unanswered()
        for conversation_id, entry_id in owed:
            self.owe(conversation_id, entry_id)

    async def _answer(self, conversation_id: str, entry_id: str) -> None:
        try:
            await self._turn(conversation_id, entry_id)
        except Unavailable as error:
            log.error("conversation %s: the turn broke off: %s", conversation_id, error)
            self.broken_off.append((conversation_id, entry_id))

    async def _turn(self, conversation_id: str, entry_id: str) -> None:
        async with self.store.read() as tx:
            conversation = await tx.conversation(conversation_id)
            entry = await tx.entry(conversation_id, entry_id)
            unheard = await tx.transcript(conversation_id, after=conversation.bot_seq)
        if entry is None or not _may_answer(conversation, entry):
            return
        await self.typing(conversation_id, True)
        try:
            await self._ask(conversation, entry, unheard)
        finally:
            await self.typing(conversation_id, False)

    async def _ask(self, conversation: Conversation, entry: Entry, unheard: list[Entry]) -> None:
        stretch = [e for e in unheard if e.seq <= conversation.bot_from_seq]
        try:
            if stretch:
                await self.bot.resume(conversation.id, stretch)
            async with self.at_once:
                reply = await self.bot.turn(conversation.id, entry, _metadata(conversation))
        except BotFailed as error:
            log.warning("conversation %s: %s (%r)", conversation.id, error, error.__cause__)
            await self._give_up(conversation.id, entry, str(error))
        else:
            await self._record(conversation.id, entry, reply)

    async def _record(self, conversation_id: str, entry: Entry, reply: BotReply) -> None:
        async with self.changes.to(conversation_id) as change:
            change.bot_reached(entry.seq)
            await change.tx.learn(conversation_id, reply.known, list(reply.tried))
            if _may_answer(change.conversation, entry):
                await self.escalate.heed(change, entry, reply.triage, staffed=self.staffed())
                await self._say(change, entry, reply)
                await self._follow(change, entry, reply)

    async def _say(self, change: Change, entry: Entry, reply: BotReply) -> None:
        """While a customer waits for a person, only what helps with a routine need is passed on."""
        if change.conversation.state is State.WAITING and not reply.on_task:
            await _reassure(change, entry)
            return
        for message in reply.messages:
            more = {"buttons": message.buttons, "links": message.links}
            await change.write(Author.BOT, message.text, **more)

    async def _follow(self, change: Change, entry: Entry, reply: BotReply) -> None:
        if reply.handoff and change.conversation.state is State.BOT:
            reason, skill = reply.handoff
            staffed = self.staffed()
            await self.escalate.hand_over(change, reason, skill, entry, staffed=staffed)

    async def _give_up(self, conversation_id: str, entry: Entry, why: str) -> None:
        async with self.changes.to(conversation_id) as change:
            change.bot_reached(entry.seq)
            await change.tx.learn(conversation_id, {}, [f"Could not answer: {why}."])
            if not _may_answer(change.conversation, entry):
                return
            if change.conversation.state is State.WAITING:
                return await _reassure(change, entry)
            await change.write(Author.BOT, words.BOT_FAILED)
            staffed = self.staffed()
            await self.escalate.hand_over(change, "failed", "general", entry, staffed=staffed)


def _may_answer(conversation: Conversation, entry: Entry) -> bool:
    """Not while a person has the conversation, nor what was said until one left it."""
    return conversation.state in BOT_MAY_SPEAK and entry.seq > conversation.bot_from_seq


async def _reassure(change: Change, entry: Entry) -> None:
    """Answer somebody who writes while in line; the message that led there has its answer."""
    asked_at = change.conversation.requested_at
    if asked_at and entry.at > asked_at:
        await say_once(change, words.STILL_IN_LINE, Author.SYSTEM)


def _metadata(conversation: Conversation) -> dict[str, Any]:
    customer = conversation.customer
    known = {"id": customer.id, "name": customer.name} if customer.verified else None
    mode = "queued" if conversation.state is State.WAITING else "bot"
    return {"customer": known, "locale": "en", "mode": mode}
