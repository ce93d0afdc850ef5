"""Which waiting conversation is offered to which agent: pure functions over values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace
from datetime import UTC, datetime

from .agents import Agent
from .conversation import Conversation

ANY_SKILL = "general"
LONG_AGO = datetime.min.replace(tzinfo=UTC)


def in_order(waiting: Iterable[Conversation]) -> list[Conversation]:
    """Severity first, then who has waited longest."""
    return sorted(waiting, key=lambda c: (-c.level, c.waiting_since or LONG_AGO, c.id))


def match(
    waiting: Iterable[Conversation],
    agents: Iterable[Agent],
    passed: Mapping[str, Set[str]],
) -> Iterator[tuple[Conversation, Agent]]:
    """Pair waiting conversations with free agents who have the skill: least load, longest idle.

    *passed* maps a conversation's id to the agents who declined it or let its offer lapse;
    they are not asked again.
    """
    pool = {agent.id: agent for agent in agents}
    for conversation in in_order(waiting):
        excluded = passed.get(conversation.id, frozenset())
        fit = [a for a in pool.values() if _fits(a, conversation) and a.id not in excluded]
        if fit:
            agent = min(fit, key=lambda a: (a.load, a.idle_since or LONG_AGO, a.id))
            pool[agent.id] = replace(agent, load=agent.load + 1)
            yield conversation, agent


def _fits(agent: Agent, conversation: Conversation) -> bool:
    return agent.free and (conversation.skill == ANY_SKILL or conversation.skill in agent.skills)
