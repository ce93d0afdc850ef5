"""The sample desk of ``make run``: invented agents, so that a stranger can sign in at once."""

from __future__ import annotations

from .auth import Passwords
from .domain.agents import Agent, Role
from .store import Store

SKILLS = frozenset({"general", "billing", "connectivity", "meals"})

SAMPLE_AGENTS = (
    Agent("sample-agent", "agent", "Sam Rivera", Role.AGENT, SKILLS),
    Agent("sample-agent2", "agent2", "Noor Haddad", Role.AGENT, SKILLS),
    Agent("sample-supervisor", "supervisor", "Ines Laurent", Role.SUPERVISOR, SKILLS),
    Agent("sample-trainer", "trainer", "Theo Lindqvist", Role.TRAINER, frozenset()),
)


async def add_demo_agents(store: Store, passwords: Passwords, password: str) -> None:
    """All of them sign in with *password*, also where they had another one."""
    hashed = await passwords.hash(password)
    async with store.begin() as tx:
        for agent in SAMPLE_AGENTS:
            await tx.put_agent(agent, hashed)
