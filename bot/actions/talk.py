"""The general part of a conversation: not understood, yes and no, say it again, stop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.identity import Events
from bot.actions.say import tried
from bot.inprocess import LEAVE_FORM
from bot.spanish import sounds_spanish

REPHRASE = "action_ask_rephrase"
Turn = list[dict[str, Any]]


class AskRephrase(Action):
    """Once: asks for other words. Twice in a row: offers a person. Three times: fetches one.

    What is understood and beyond us counts as well: the customer is no further either way.
    """

    def name(self) -> str:
        return REPHRASE

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        count = 1 + misunderstood(tracker)
        if count > 1:
            tried(dispatcher, f"Did not understand the customer {count} times in a row")
        if sounds_spanish(tracker.latest_message.get("text") or ""):
            words = ("utter_spanish", "utter_handoff_spanish", "utter_handoff_spanish")
        else:
            words = (first_words(tracker), "utter_offer_person", "utter_handoff_not_understood")
        said = words[min(count, len(words)) - 1]
        dispatcher.utter_message(response=said)
        return list(LEAVE_FORM) if said.startswith("utter_handoff") else []


def first_words(tracker: Tracker) -> str:
    intent = tracker.latest_message["intent"].get("name")
    return "utter_out_of_scope" if intent == "out_of_scope" else "utter_ask_rephrase"


def turns_back(events: list[dict[str, Any]]) -> Iterator[Turn]:
    """The turns before this one, the latest first; each starts with what the customer said."""
    turn: Turn = []
    current = True
    for event in reversed(events):
        turn.insert(0, event)
        if event["event"] == "user":
            if not current:
                yield turn
            turn, current = [], False


def misunderstood(tracker: Tracker) -> int:
    """How many turns in a row, just before this one, ended in asking for other words."""
    count = 0
    for turn in turns_back(tracker.events):
        if not asked_again(turn):
            break
        count += 1
    return count


def asked_again(turn: Turn) -> bool:
    return any(event.get("name") == REPHRASE for event in turn)


def said_by_bot(turn: Turn) -> list[dict[str, Any]]:
    """The bot's visible messages of a turn."""
    return [event for event in turn if event["event"] == "bot" and event.get("text")]


def offered_person(tracker: Tracker) -> bool:
    """The turn before this one ended by offering a person."""
    last = next(turns_back(tracker.events), [])
    return any(
        ((event.get("data") or {}).get("custom") or {}).get("type") == "offer_person"
        for event in said_by_bot(last)
    )


class AcceptOffer(Action):
    """A "yes" to a question of a form that is not one of yes or no goes on to that question."""

    def name(self) -> str:
        return "action_accept_offer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        if not offered_person(tracker):
            active = bool(tracker.active_loop_name)
            dispatcher.utter_message(response="utter_go_on" if active else "utter_ask_what")
            return []
        dispatcher.utter_message(response="utter_handoff")
        return list(LEAVE_FORM)


class DeclineOffer(Action):
    """A "no" that answers no question of a form leaves the form."""

    def name(self) -> str:
        return "action_decline_offer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        if tracker.active_loop_name and not offered_person(tracker):
            dispatcher.utter_message(response="utter_cancelled")
            return list(LEAVE_FORM)
        regrets = just_arranged(tracker)
        dispatcher.utter_message(response="utter_stays_arranged" if regrets else "utter_all_right")
        return []


def just_arranged(tracker: Tracker) -> bool:
    """The turn before this one set up a payment plan, which a "no" does not undo."""
    last = next(turns_back(tracker.events), [])
    return any(event.get("name") == "agreed" and event.get("value") is True for event in last)


class CancelTask(Action):
    def name(self) -> str:
        return "action_cancel_task"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        active = bool(tracker.active_loop_name)
        dispatcher.utter_message(
            response="utter_cancelled" if active else "utter_nothing_to_cancel"
        )
        return list(LEAVE_FORM)


class RepeatAnswer(Action):
    """Inside a form the question comes again by itself."""

    def name(self) -> str:
        return "action_repeat_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        if tracker.active_loop_name:
            dispatcher.utter_message(response="utter_of_course")
            return []
        understood = (t for t in turns_back(tracker.events) if not asked_again(t))
        said = next((m for t in understood if (m := said_by_bot(t))), [])
        if not said:
            dispatcher.utter_message(response="utter_ask_what")
        for message in said:
            data = message.get("data") or {}
            dispatcher.utter_message(text=message["text"], buttons=data.get("buttons"))
        return []
