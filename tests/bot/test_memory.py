"""A long conversation stays quick and keeps what matters; a silent one is forgotten first."""

from __future__ import annotations

import pytest
from conftest import Customer, words
from rasa.core.agent import Agent
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot import memory
from bot.memory import BoundedMemory, last_turns, shortened

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_long_conversation_keeps_account_form_and_notes(
    customer: Customer, agent: Agent
) -> None:
    """Twenty turns with a form each, then one that needs the account again."""
    await customer.says("how much do i owe, account 204417 zip 49901")
    for _ in range(20):
        await customer.says("is there an outage in 49901")
    tracker = await agent.tracker_store.retrieve(customer.id)
    assert len(tracker.events) <= memory.MAX_EVENTS
    told = await customer.says("why is my bill so high")
    assert "$142.60" in words(told)
    assert told["tried"][0] == "Looked up the balance of account 204417"


async def test_an_open_form_survives_being_shortened(customer: Customer, agent: Agent) -> None:
    await customer.says("how much is my bill")
    for _ in range(25):
        await customer.says("thanks")
    await customer.says("204417")
    assert "$142.60" in words(await customer.says("49901"))


async def test_shortening_changes_no_state(customer: Customer, agent: Agent) -> None:
    await customer.says("how much do i owe, account 204417")
    before = await agent.tracker_store.retrieve(customer.id)
    after = shortened(before, agent.domain.slots)
    assert after.active_loop_name == before.active_loop_name == "bill_balance_form"
    assert after.current_slot_values() == before.current_slot_values()
    assert after.latest_action_name == before.latest_action_name == "action_listen"


async def test_only_whole_turns_are_kept() -> None:
    turn = [UserUttered("hi"), *[BotUttered("hello")] * 14]
    kept = last_turns(turn * 5)
    assert len(kept) == 30
    assert isinstance(kept[0], UserUttered)
    assert last_turns([BotUttered("x")] * 60) == []


async def test_the_longest_silent_conversation_is_forgotten(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "MAX_CONVERSATIONS", 2)
    store = BoundedMemory(agent.domain)
    for name in ("a", "b", "a", "c"):
        await store.save(DialogueStateTracker.from_events(name, [UserUttered("hi")]))
    assert list(store.store) == ["a", "c"]
