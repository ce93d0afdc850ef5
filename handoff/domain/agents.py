"""Agents as routing sees them, and the roles that decide what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Role(str, Enum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    TRAINER = "trainer"


class Presence(str, Enum):
    AVAILABLE = "available"
    AWAY = "away"
    BREAK = "break"
    OFFLINE = "offline"


@dataclass(frozen=True)
class Agent:
    """*capacity*: how many conversations at once; *idle_since*: when one was last given or left."""

    id: str
    username: str
    name: str
    role: Role
    skills: frozenset[str]
    presence: Presence = Presence.AVAILABLE
    capacity: int = 3  # standards.md: at most three chats an agent
    load: int = 0
    idle_since: datetime | None = None

    @property
    def free(self) -> bool:
        """May be given a conversation now."""
        return (
            self.presence is Presence.AVAILABLE
            and self.load < self.capacity
            and self.role is not Role.TRAINER
        )
