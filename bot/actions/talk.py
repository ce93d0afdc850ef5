"""The general part of a conversation: not understood, yes and no, say it again, stop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.identity import Events
from bot.actions.say import tried
from bot.inprocess import LEAVE_FORM

REPHRASE = "action_ask_rephrase"
# "What about 49904?" takes up the topic before it.
FORMS_OF_TOPICS = {
    "bill_balance": "bill_balance_form",
    "bill_due_date": "bill_balance_form",
    "bill_explain": "bill_explain_form",
    "bill_payment_arrangement": "bill_payment_arrangement_form",
    "meal_find_nearby": "meal_find_nearby_form",
    "net_no_internet": "net_outage_status_form",
    "net_outage_status": "net_outage_status_form",
    "power_outage_status": "net_outage_status_form",
}
ENDS_TOPIC = frozenset({"cancel", "goodbye", "request_human"})
FACTS_THAT_ASK = frozenset({"account", "zip"})
Turn = list[dict[str, Any]]


class AskRephrase(Action):
    """Once: asks for other words. Twice in a row: offers a person. Three times: fetches one."""

    def name(self) -> str:
        return REPHRASE

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        count = 1 + misunderstood(tracker)
        if count == 1:
            dispatcher.utter_message(response="utter_ask_rephrase")
            return []
        tried(dispatcher, f"Did not understand the customer {count} times in a row")
        dispatcher.utter_message(
            response="utter_offer_person" if count == 2 else "utter_handoff_not_understood"
        )
        return [] if count == 2 else list(LEAVE_FORM)


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
    def name(self) -> str:
        return "action_accept_offer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        if not offered_person(tracker):
            dispatcher.utter_message(response="utter_ask_what")
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
        dispatcher.utter_message(response="utter_all_right")
        return []


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


class TakeFact(Action):
    """A fact that nothing asked for: takes up the last topic with it, or asks what it is for."""

    def name(self) -> str:
        return "action_take_fact"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        given = {entity["entity"] for entity in tracker.latest_message.get("entities") or ()}
        form = next(
            (f for topic in topics_back(tracker) if (f := FORMS_OF_TOPICS.get(topic))), None
        )
        if form and given & FACTS_THAT_ASK and not tracker.active_loop_name:
            return [FollowupAction(form)]
        dispatcher.utter_message(response="utter_noted")
        return []


def topics_back(tracker: Tracker) -> Iterator[str]:
    """The intents of the turns before this one, the latest first, back to where one was left."""
    for turn in turns_back(tracker.events):
        intent = turn[0]["parse_data"]["intent"].get("name") or ""
        if intent in ENDS_TOPIC:
            return
        yield intent
