"""Who holds a conversation, and what may happen to it next.

Every rule about a change of hands is in this file, as a table over frozen values.
It does no input or output; times come in on the events.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import ClassVar

from .errors import Closed as ClosedError
from .errors import Conflict, DomainError


class State(str, Enum):
    BOT = "bot"
    WAITING = "waiting"
    AGENT = "agent"
    CLOSED = "closed"


@dataclass(frozen=True)
class Event:
    at: datetime
    refused: ClassVar[str] = "That is not possible now. Reload the page to see where things stand."


@dataclass(frozen=True)
class Assessed(Event):
    """Triage put a message at *level*, 0 to 4; only a person may lower a conversation's level."""

    level: int


@dataclass(frozen=True)
class HandoffRequested(Event):
    """*reason* is one of the handoff reasons; *summary* is what an agent reads in the queue."""

    reason: str
    skill: str = "general"
    summary: str = ""
    refused = "A person has already been asked for."


@dataclass(frozen=True)
class AgentJoined(Event):
    agent_id: str
    refused = "Somebody else has this conversation."


@dataclass(frozen=True)
class AgentLeft(Event):
    """The agent is gone without handing back; the customer waits on, at the old place."""


@dataclass(frozen=True)
class ReturnedToBot(Event):
    refused = "Only the agent who has this conversation can hand it back."


@dataclass(frozen=True)
class Closed(Event):
    disposition: str = "ended_by_customer"


NEXT: dict[State, dict[type[Event], State]] = {
    State.BOT: {
        Assessed: State.BOT,
        HandoffRequested: State.WAITING,
        Closed: State.CLOSED,
    },
    State.WAITING: {
        Assessed: State.WAITING,
        AgentJoined: State.AGENT,
        Closed: State.CLOSED,
    },
    State.AGENT: {
        Assessed: State.AGENT,
        AgentLeft: State.WAITING,
        ReturnedToBot: State.BOT,
        Closed: State.CLOSED,
    },
    State.CLOSED: {},
}


@dataclass(frozen=True)
class Customer:
    """*verified*: the host site vouched for the id with its signature."""

    id: str | None = None
    name: str | None = None
    verified: bool = False


@dataclass(frozen=True)
class Conversation:
    """A conversation's hands and severity; its entries are numbered up to *last_seq*.

    *bot_seq*: the assistant has answered, or been told of, every entry up to it.
    *bot_from_seq*: entries up to it belong to people and are never answered by the assistant.
    """

    id: str
    created_at: datetime
    customer: Customer = Customer()
    state: State = State.BOT
    agent_id: str | None = None
    level: int = 0
    reason: str | None = None
    skill: str = "general"
    summary: str = ""
    requested_at: datetime | None = None
    waiting_since: datetime | None = None
    disposition: str | None = None
    last_seq: int = 0
    bot_seq: int = 0
    bot_from_seq: int = 0
    version: int = 0

    def after(self, event: Event) -> Conversation:
        """This conversation once *event* has happened.

        Raises ClosedError or Conflict, and changes nothing, where the table does not allow it.
        """
        state = NEXT[self.state].get(type(event))
        if state is None:
            raise self._refusal(event)
        changed = replace(self, state=state, version=self.version + 1)
        return changed._with_facts_of(event)

    def _refusal(self, event: Event) -> DomainError:
        if self.state is State.CLOSED:
            return ClosedError("This conversation has ended. Start a new one.")
        return Conflict(event.refused)

    def _with_facts_of(self, event: Event) -> Conversation:
        match event:
            case Assessed(level=level):
                return replace(self, level=max(self.level, level))
            case HandoffRequested(at=at, reason=reason, skill=skill, summary=summary):
                asked = replace(self, reason=reason, skill=skill, summary=summary)
                return replace(asked, requested_at=at, waiting_since=at)
            case AgentJoined(agent_id=agent_id):
                return replace(self, agent_id=agent_id)
            case AgentLeft():  # waiting_since stays: the case goes back at its old place
                return replace(self, agent_id=None)
            case ReturnedToBot():
                back = replace(self, agent_id=None, waiting_since=None)
                return replace(back, bot_from_seq=self.last_seq)
            case Closed(disposition=disposition):
                return replace(self, waiting_since=None, disposition=disposition)
        raise AssertionError(f"no facts for {event!r}")
