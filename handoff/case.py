"""What an agent is handed: the whole transcript, why, what is known, and what was tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .domain.conversation import Conversation
from .domain.messages import Entry, Note, Signal
from .rows import Transaction


@dataclass(frozen=True)
class Case:
    conversation: Conversation
    agent_name: str | None
    previous: int
    known: dict[str, Any]
    tried: list[str]
    signals: list[Signal]
    transcript: list[Entry]
    notes: list[Note]


async def case_of(tx: Transaction, conversation: Conversation) -> Case:
    facts = await tx.facts(conversation.id)
    holder = conversation.agent_id
    return Case(
        conversation=conversation,
        agent_name=(await tx.agent(holder)).name if holder else None,
        previous=await tx.previous_of(conversation),
        known=facts["known"],
        tried=facts["tried"],
        signals=await tx.signals(conversation.id),
        transcript=await tx.transcript(conversation.id),
        notes=await tx.notes(conversation.id),
    )
