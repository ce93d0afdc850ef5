"""The transition table: what may happen to a conversation in each state, and what it then is."""

from datetime import UTC, datetime, timedelta

import pytest

from handoff.domain.conversation import (
    NEXT,
    AgentJoined,
    AgentLeft,
    Assessed,
    Closed,
    Conversation,
    Event,
    HandoffRequested,
    ReturnedToBot,
    State,
)
from handoff.domain.errors import Closed as ClosedError
from handoff.domain.errors import Conflict, DomainError

T0 = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
EVENTS = [
    Assessed(T0, level=3),
    HandoffRequested(T0, reason="asked"),
    AgentJoined(T0, agent_id="a"),
    AgentLeft(T0),
    ReturnedToBot(T0),
    Closed(T0),
]
B, W, A, C = State.BOT, State.WAITING, State.AGENT, State.CLOSED
TABLE = {
    #                    Assessed HandoffRequested AgentJoined AgentLeft ReturnedToBot Closed
    B: [B, W, Conflict, Conflict, Conflict, C],
    W: [W, Conflict, A, Conflict, Conflict, C],
    A: [A, Conflict, Conflict, W, B, C],
    C: [ClosedError] * 6,
}


def conversation(state: State, **facts: object) -> Conversation:
    return Conversation(id="c", created_at=T0, state=state, **facts)


@pytest.mark.parametrize(
    ("state", "event", "expected"),
    [(s, e, x) for s, row in TABLE.items() for e, x in zip(EVENTS, row, strict=True)],
    ids=lambda v: v.value if isinstance(v, State) else getattr(v, "__name__", type(v).__name__),
)
def test_every_state_meets_every_event(
    state: State, event: Event, expected: State | type[DomainError]
) -> None:
    """Either the next state, or the contract's error and nothing changed."""
    if isinstance(expected, State):
        assert conversation(state).after(event).state is expected
    else:
        with pytest.raises(expected):
            conversation(state).after(event)


def test_the_table_names_no_event_that_is_not_tested() -> None:
    """A new event must be entered above as well."""
    assert {e for row in NEXT.values() for e in row} == {type(e) for e in EVENTS}


def test_a_person_is_remembered_and_forgotten() -> None:
    """Exactly the state in which an agent holds the conversation names one."""
    held = conversation(W).after(AgentJoined(T0, agent_id="a"))
    assert held.agent_id == "a"
    assert held.after(ReturnedToBot(T0)).agent_id is None
    assert held.after(AgentLeft(T0)).agent_id is None


def test_a_case_given_back_keeps_its_old_place() -> None:
    """An agent who is lost costs the customer no time in the queue."""
    later = T0 + timedelta(minutes=5)
    waiting = conversation(B).after(HandoffRequested(T0, reason="asked"))
    back = waiting.after(AgentJoined(later, agent_id="a")).after(AgentLeft(later))
    assert back.waiting_since == T0


def test_severity_only_rises() -> None:
    """A calmer message later does not make the case less urgent."""
    severe = conversation(B).after(Assessed(T0, level=4))
    assert severe.after(Assessed(T0, level=1)).level == 4


def test_what_people_said_is_never_answered_by_the_bot() -> None:
    """On return, everything up to the last entry belongs to the human stretch."""
    assert conversation(A, last_seq=9).after(ReturnedToBot(T0)).bot_from_seq == 9


def test_every_event_makes_a_new_version() -> None:
    """Two who change the same version cannot both be right."""
    assert conversation(B).after(Closed(T0)).version == 1
