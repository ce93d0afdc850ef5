"""Taking up a topic again: with a fact that nothing asked for, or with another account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.identity import Events, forgotten, given
from bot.actions.talk import turns_back

BILLING = "bill_"
ARRANGEMENT_FORM = "bill_payment_arrangement_form"
# "What about 49904?" takes up the topic before it.
FORMS_OF_TOPICS = {
    "bill_balance": "bill_balance_form",
    "bill_disconnection_notice": ARRANGEMENT_FORM,
    "bill_due_date": "bill_balance_form",
    "bill_explain": "bill_explain_form",
    "bill_payment_arrangement": ARRANGEMENT_FORM,
    "meal_find_nearby": "meal_find_nearby_form",
    "net_no_internet": "net_outage_status_form",
    "net_outage_status": "net_outage_status_form",
    "power_outage_status": "net_outage_status_form",
}
ENDS_TOPIC = frozenset({"cancel", "goodbye", "request_human"})


class TakeFact(Action):
    """A fact that nothing asked for: takes up the last topic with it, or asks what it is for."""

    def name(self) -> str:
        return "action_take_fact"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        facts = given(tracker)
        taken_up = None if tracker.active_loop_name else taken_up_with(facts, tracker)
        if taken_up is not None:
            return taken_up
        dispatcher.utter_message(response="utter_noted")
        return proof(facts) if "account" in facts else []


def proof(facts: dict[str, str]) -> Events:
    """A ZIP code that was said as the account's."""
    return [SlotSet("account_zip", facts["zip"])] if "zip" in facts else []


def taken_up_with(facts: dict[str, str], tracker: Tracker) -> Events | None:
    """How the last topic goes on with these facts; None where they have nothing to do with it."""
    form = last_form(tracker)
    billing = form.startswith(BILLING)
    verified = tracker.get_slot("verified")
    if billing and verified and "number" in facts and not facts.keys() & {"account", "zip"}:
        # "3 payments", after what is owed was told
        return [SlotSet("instalments", facts["number"]), FollowupAction(ARRANGEMENT_FORM)]
    if not form or not facts.keys() & {"account", "zip"}:
        return None
    if not billing:
        return [FollowupAction(form)] if "zip" in facts else None
    if verified and "account" not in facts:
        return None
    return [*proof(facts), FollowupAction(form)]


class ChangeAccount(Action):
    """Forgets who was proved, and takes up the last billing topic with the other account."""

    def name(self) -> str:
        return "action_change_account"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        dispatcher.utter_message(response="utter_change_account")
        facts = given(tracker)
        told = {"account": facts.get("account"), "account_zip": facts.get("zip")}
        events = [*forgotten(), *(SlotSet(slot, value) for slot, value in told.items() if value)]
        if tracker.active_loop_name:
            return events
        form = last_form(tracker)
        return [*events, FollowupAction(form if form.startswith(BILLING) else "bill_balance_form")]


def last_form(tracker: Tracker) -> str:
    """Of the topic that the conversation was last about; "" when it was about none."""
    forms = (FORMS_OF_TOPICS.get(topic) for topic in topics_back(tracker))
    return next((form for form in forms if form), "")


def topics_back(tracker: Tracker) -> Iterator[str]:
    """The intents of the turns before this one, the latest first, back to where one was left."""
    for turn in turns_back(tracker.events):
        intent = turn[0]["parse_data"]["intent"].get("name") or ""
        if intent in ENDS_TOPIC:
            return
        yield intent
