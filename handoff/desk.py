"""The use cases: what customers and agents do with a conversation, named by their verbs.

Each is one change (``change.py``) and raises the domain's errors. What may happen when is the
transition table's business, not this file's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from triage.floor import Floor

from . import words
from .case import Case, case_of
from .change import Change, Changes
from .domain.agents import Agent, Role
from .domain.conversation import (
    AgentJoined,
    AgentLeft,
    Closed,
    Conversation,
    Customer,
    ReturnedToBot,
    State,
)
from .domain.errors import Closed as ClosedError
from .domain.errors import Conflict, Forbidden, Invalid
from .domain.messages import Author, Button, Entry, Note
from .domain.routing import in_order
from .escalate import Escalate
from .offers import Offers
from .privacy import masked
from .store import Store
from .turns import Turns

PAYLOAD = re.compile(r"[0-9]{1,9}\.[0-9]{1,3}")  # as ``wire.entry`` names a button
DISPOSITIONS = ("resolved", "follow_up", "referred", "unreachable", "other")


@dataclass(frozen=True)
class Standing:
    """Where a customer stands: *position* counts from 1 while waiting."""

    conversation: Conversation
    position: int | None = None
    agent_name: str | None = None


@dataclass(frozen=True)
class Desk:
    store: Store
    changes: Changes
    turns: Turns
    offers: Offers
    floor: Floor
    escalate: Escalate
    now: Callable[[], datetime]

    # customers

    async def open(self, customer: Customer) -> Conversation:
        conversation = Conversation(id=str(uuid4()), created_at=self.now(), customer=customer)
        async with self.store.begin() as tx:
            await tx.create(conversation)
        return conversation

    async def say(self, conversation_id: str, entry_id: str, text: str) -> Entry:
        """The customer writes. The assistant's answer follows on its own."""
        return await self._from_customer(conversation_id, entry_id, masked(text))

    async def press(self, conversation_id: str, entry_id: str, payload: str) -> Entry:
        """The customer presses a button they were shown. Raises Invalid for any other payload."""
        button = await self._offered(conversation_id, payload)
        return await self._from_customer(conversation_id, entry_id, button.title, button.payload)

    async def _from_customer(
        self, conversation_id: str, entry_id: str, text: str, payload: str | None = None
    ) -> Entry:
        triage = self.floor.assess(text)
        async with self.changes.to(conversation_id) as change:
            repeat = await change.repeat_of(entry_id, Author.CUSTOMER, text)
            if repeat:
                return repeat
            _must_be_open(change)
            entry = await change.write(Author.CUSTOMER, text, id=entry_id, payload=payload)
            await self.escalate.heed(change, entry, triage, staffed=self.offers.staffed())
        if change.conversation.state is not State.AGENT:
            self.turns.owe(conversation_id, entry_id)
        return entry

    async def request_handoff(self, conversation_id: str, wish: str) -> Conversation:
        """The customer asks for a person; asking again changes nothing."""
        async with self.changes.to(conversation_id) as change:
            _must_be_open(change)
            if change.conversation.state is State.BOT:
                said = await change.tx.transcript(conversation_id)
                last = next((e for e in reversed(said) if e.author is Author.CUSTOMER), None)
                staffed = self.offers.staffed()
                await self.escalate.hand_over(
                    change, "asked", "general", last, masked(wish), staffed=staffed
                )
        return change.conversation

    async def end(self, conversation_id: str) -> None:
        """The customer ends the conversation; ending it again changes nothing."""
        async with self.changes.to(conversation_id) as change:
            if change.conversation.state is not State.CLOSED:
                await change.write(Author.SYSTEM, words.CLOSED_BY_CUSTOMER)
                await change.happen(Closed(self.now()))

    async def rate(self, conversation_id: str, score: int, comment: str) -> None:
        async with self.store.begin() as tx:
            await tx.conversation(conversation_id)
            await tx.rate(conversation_id, score, masked(comment))

    async def standing(self, conversation_id: str) -> Standing:
        async with self.store.read() as tx:
            conversation = await tx.conversation(conversation_id)
            if conversation.state is State.WAITING:
                ids = [c.id for c in in_order(await tx.waiting())]
                return Standing(conversation, position=ids.index(conversation_id) + 1)
            if conversation.state is State.AGENT and conversation.agent_id:
                name = (await tx.agent(conversation.agent_id)).name
                return Standing(conversation, agent_name=name)
            return Standing(conversation)

    async def conversation(self, conversation_id: str) -> Conversation:
        """Raises NotFound."""
        async with self.store.read() as tx:
            return await tx.conversation(conversation_id)

    async def entries(self, conversation_id: str, after: int) -> list[Entry]:
        async with self.store.read() as tx:
            return await tx.transcript(conversation_id, after)

    # agents

    async def accept(self, conversation_id: str, agent: Agent) -> Case:
        """An agent takes a waiting conversation. Raises Conflict where somebody else has it."""
        _must_serve(agent)
        async with self.changes.to(conversation_id) as change:
            if not _holds(agent, change.conversation):
                await _must_be_free(change)
                await change.happen(AgentJoined(self.now(), agent.id))
                await self._joined(change, agent)
        return await self.case(conversation_id)

    async def _joined(self, change: Change, agent: Agent) -> None:
        joined = words.JOINED.format(name=agent.name)
        await change.write(Author.SYSTEM, joined, agent_name=agent.name)
        await change.tx.accept_offer(change.conversation.id, agent.id)
        await change.tx.touch(agent.id, self.now())

    async def decline(self, conversation_id: str, agent: Agent) -> None:
        """The agent is not asked again during this wait."""
        async with self.store.read() as tx:
            await tx.conversation(conversation_id)
        await self.offers.decline(conversation_id, agent.id)

    async def reply(self, conversation_id: str, agent: Agent, entry_id: str, text: str) -> Entry:
        """The agent writes to the customer."""
        text = masked(text)
        async with self.changes.to(conversation_id) as change:
            repeat = await change.repeat_of(entry_id, Author.AGENT, text, agent.id)
            if repeat:
                return repeat
            _must_hold(agent, change.conversation)
            who = {"agent_id": agent.id, "agent_name": agent.name}
            return await change.write(Author.AGENT, text, id=entry_id, **who)

    async def note(self, conversation_id: str, agent: Agent, note_id: str, text: str) -> Note:
        """Write something that agents see and the customer never does."""
        async with self.changes.to(conversation_id) as change:
            _must_serve(agent)
            return await _add_note(change, agent, note_id, text)

    async def return_to_bot(self, conversation_id: str, agent: Agent, note: str = "") -> None:
        """The assistant takes over again and is told what was said in between."""
        async with self.changes.to(conversation_id) as change:
            _must_hold(agent, change.conversation)
            await change.write(
                Author.SYSTEM, words.RETURNED.format(name=agent.name), agent_name=agent.name
            )
            await change.happen(ReturnedToBot(self.now()))
            await self._left(change, agent, note)

    async def close(
        self, conversation_id: str, agent: Agent, disposition: str, note: str = ""
    ) -> None:
        """Closing again what one has closed changes nothing."""
        if disposition not in DISPOSITIONS:
            raise Invalid(f"Choose how it ended: {', '.join(DISPOSITIONS)}.")
        async with self.changes.to(conversation_id) as change:
            if _closed_by(agent, change.conversation):
                return
            _must_hold(agent, change.conversation)
            closed = words.CLOSED_BY_AGENT.format(name=agent.name)
            await change.write(Author.SYSTEM, closed, agent_name=agent.name)
            await change.happen(Closed(self.now(), disposition))
            await self._left(change, agent, note)

    async def _left(self, change: Change, agent: Agent, note: str) -> None:
        if note:
            await _add_note(change, agent, str(uuid4()), note)
        await change.tx.touch(agent.id, self.now())

    async def give_back(self, agent_id: str) -> None:
        """An agent is lost: what they held waits again at its old place, for somebody else."""
        async with self.store.read() as tx:
            held = await tx.held_by(agent_id)
        for conversation in held:
            async with self.changes.to(conversation.id) as change:
                if _holds(await change.tx.agent(agent_id), change.conversation):
                    name = (await change.tx.agent(agent_id)).name
                    await change.happen(AgentLeft(self.now()))
                    await change.write(Author.SYSTEM, words.LOST.format(name=name))

    async def case(self, conversation_id: str) -> Case:
        async with self.store.read() as tx:
            return await case_of(tx, await tx.conversation(conversation_id))

    async def cases(self, agent_id: str) -> list[Case]:
        """The conversations that the agent holds, so that a reload loses nothing."""
        async with self.store.read() as tx:
            return [await case_of(tx, c) for c in await tx.held_by(agent_id)]

    async def queue(self) -> list[Conversation]:
        """Who waits, most urgent first."""
        async with self.store.read() as tx:
            return in_order(await tx.waiting())

    async def agent(self, agent_id: str) -> Agent:
        async with self.store.read() as tx:
            return await tx.agent(agent_id)

    async def _offered(self, conversation_id: str, payload: str) -> Button:
        """The button that *payload* names. Raises Invalid where none of that name was shown."""
        seq, _, number = payload.partition(".")
        if PAYLOAD.fullmatch(payload):
            shown = await self.entries(conversation_id, after=int(seq) - 1)
            if shown and shown[0].seq == int(seq) and int(number) < len(shown[0].buttons):
                return shown[0].buttons[int(number)]
        raise Invalid("This choice was not offered here. Please use a button you see, or write.")


async def _add_note(change: Change, agent: Agent, note_id: str, text: str) -> Note:
    """Raises Conflict where the id names another note."""
    notes = await change.tx.notes(change.conversation.id)
    note = Note(len(notes) + 1, note_id, change.now, agent.name, masked(text))
    for known in notes:
        if known.id == note_id and (known.agent_name, known.text) == (note.agent_name, note.text):
            return known
        if known.id == note_id:
            raise Conflict("Another note already has this id. Send it under a new one.")
    await change.tx.add_note(change.conversation.id, agent.id, note)
    change.case_changed = True
    return note


def _must_be_open(change: Change) -> None:
    if change.conversation.state is State.CLOSED:
        raise ClosedError("This conversation has ended. Start a new one.")


def _must_serve(agent: Agent) -> None:
    if agent.role is Role.TRAINER:
        raise Forbidden("Trainers do not take conversations.")


async def _must_be_free(change: Change) -> None:
    """Says who was quicker, which the table, knowing no names, cannot."""
    if change.conversation.state is State.AGENT and change.conversation.agent_id:
        holder = await change.tx.agent(change.conversation.agent_id)
        raise Conflict(f"{holder.name} has this conversation already.")


def _holds(agent: Agent, conversation: Conversation) -> bool:
    return conversation.state is State.AGENT and conversation.agent_id == agent.id


def _closed_by(agent: Agent, conversation: Conversation) -> bool:
    return conversation.state is State.CLOSED and conversation.agent_id == agent.id


def _must_hold(agent: Agent, conversation: Conversation) -> None:
    if conversation.state is State.CLOSED:
        raise ClosedError("This conversation has ended.")
    if not _holds(agent, conversation):
        raise Forbidden("You do not have this conversation. Accept it first.")
