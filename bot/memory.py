"""What the assistant keeps of a conversation: bounded, in memory, and only its own part.

The gateway owns the transcript. Rasa turns the whole history into states at every prediction, so
a long conversation would answer ever more slowly; and its own store in memory never forgets one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

MAX_EVENTS = 90  # about eight turns with a form
KEPT_EVENTS = 40
MAX_CONVERSATIONS = 5000  # some 20 kB each; the longest silent one is forgotten first


class BoundedMemory(InMemoryTrackerStore):
    """Rasa's store in memory, with both bounds."""

    async def save(self, tracker: DialogueStateTracker) -> None:
        if len(tracker.events) > MAX_EVENTS:
            tracker = shortened(tracker, self.domain.slots)
        self.store.pop(tracker.sender_id, None)  # the latest goes last
        await super().save(tracker)
        while len(self.store) > MAX_CONVERSATIONS:
            self.store.pop(next(iter(self.store)))


def shortened(tracker: DialogueStateTracker, slots: Iterable[Any]) -> DialogueStateTracker:
    """The same state with a short past: slots, open form and notes first, then the last turns."""
    events = list(tracker.events)
    last = last_turns(events)
    past = events[: len(events) - len(last)]
    start: list[Event] = [ActionExecuted("action_session_start"), SessionStarted()]
    start += [event for event in past if is_note(event)]
    start += [
        SlotSet(name, slot.value) for name, slot in tracker.slots.items() if slot.has_been_set
    ]
    start += [ActiveLoop(tracker.active_loop_name)] if tracker.active_loop_name else []
    start.append(ActionExecuted("action_listen"))
    for event in start:
        event.timestamp = last[0].timestamp if last else event.timestamp
    return DialogueStateTracker.from_events(tracker.sender_id, start + last, slots)


def last_turns(events: Sequence[Event]) -> list[Event]:
    """Whole turns, each from what the customer said, of at most KEPT_EVENTS events together."""
    starts = [
        position
        for position, event in enumerate(events)
        if isinstance(event, UserUttered) and position >= len(events) - KEPT_EVENTS
    ]
    return list(events[starts[0] :]) if starts else []


def is_note(event: Event) -> bool:
    """What was tried for the customer, which a person who takes over must still see."""
    return (
        isinstance(event, BotUttered)
        and ((event.data or {}).get("custom") or {}).get("type") == "tried"
    )
