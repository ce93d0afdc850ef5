"""Who is offered what: severity, waiting time, skill, load and idleness."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from handoff.domain.agents import Agent, Presence, Role
from handoff.domain.conversation import Conversation, State
from handoff.domain.routing import in_order, match

T0 = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def waiting(name: str, level: int = 0, since_s: int = 0, skill: str = "general") -> Conversation:
    since = T0 + timedelta(seconds=since_s)
    return Conversation(
        name, T0, state=State.WAITING, level=level, waiting_since=since, skill=skill
    )


def agent(name: str, **facts: object) -> Agent:
    plain = Agent(name, name, name, Role.AGENT, frozenset({"general", "billing"}))
    return replace(plain, **facts)


def pairs(conversations: list[Conversation], agents: list[Agent], **passed: set[str]) -> list:
    return [(c.id, a.id) for c, a in match(conversations, agents, passed)]


def test_the_most_urgent_comes_first_then_the_longest_wait() -> None:
    """Severity orders the queue; within a level nobody overtakes."""
    queue = [waiting("late", 0, 9), waiting("early", 0, 1), waiting("urgent", 4, 99)]
    assert [c.id for c in in_order(queue)] == ["urgent", "early", "late"]


def test_the_least_busy_agent_gets_it_and_among_equals_the_longest_idle() -> None:
    """Work is spread, and nobody who just finished is rung first."""
    idle = agent("idle", idle_since=T0)
    just_left = agent("just_left", idle_since=T0 + timedelta(minutes=1))
    busy = agent("busy", load=2)
    assert pairs([waiting("c")], [busy, just_left, idle]) == [("c", "idle")]


def test_nobody_is_offered_more_than_their_capacity() -> None:
    """Three at once and no fourth, also within one round."""
    queue = [waiting(f"c{i}", since_s=i) for i in range(5)]
    assert len(pairs(queue, [agent("a")])) == 3


def test_a_skill_is_needed_where_one_is_asked_for() -> None:
    """A meals case waits for somebody who knows meals."""
    assert pairs([waiting("c", skill="meals")], [agent("a")]) == []
    assert pairs([waiting("c", skill="billing")], [agent("a")]) == [("c", "a")]


def test_away_agents_and_trainers_are_left_in_peace() -> None:
    """Only somebody who said they are available is rung."""
    away = agent("away", presence=Presence.AWAY)
    trainer = agent("trainer", role=Role.TRAINER)
    assert pairs([waiting("c")], [away, trainer]) == []


def test_an_agent_who_passed_is_not_asked_again() -> None:
    """A declined or lapsed offer goes to somebody else."""
    assert pairs([waiting("c")], [agent("a"), agent("b")], c={"a"}) == [("c", "b")]


@given(
    levels=st.lists(st.integers(0, 4), max_size=12),
    loads=st.lists(st.integers(0, 4), max_size=5),
)
def test_a_calmer_case_is_never_served_before_a_worse_one(
    levels: list[int], loads: list[int]
) -> None:
    """Whoever is left out is no worse off than anybody who was served; capacity holds."""
    queue = [waiting(f"c{i:02}", level, i) for i, level in enumerate(levels)]
    agents = [agent(f"a{i}", load=load) for i, load in enumerate(loads)]
    served = list(match(queue, agents, {}))
    chosen = {c.id for c, _ in served}
    worst_left = max((c.level for c in queue if c.id not in chosen), default=-1)
    assert all(c.level >= worst_left for c, _ in served)
    for a in agents:
        assert sum(1 for _, to in served if to.id == a.id) <= max(0, a.capacity - a.load)
