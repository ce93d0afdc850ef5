"""Nothing personal is told before account number and ZIP code match.

After two failed pairs the assistant stops checking for the rest of the conversation and offers a
person, so that it cannot be used to guess.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.office import office
from bot.services.ports import Customer

MAX_FAILURES = 2
ACCOUNT_DIGITS = 6
ZIP_DIGITS = 5
Events = list[dict[str, Any]]


def failures(tracker: Tracker) -> int:
    return int(tracker.get_slot("identity_failures") or 0)


async def identified(tracker: Tracker) -> Customer | None:
    """Asked again at every action: a slot is no proof."""
    account, zip_code = tracker.get_slot("account"), tracker.get_slot("zip")
    if not account or not zip_code or failures(tracker) >= MAX_FAILURES:
        return None
    return await office().identify(account, zip_code)


def latest(value: Any) -> str:
    """A message may name several; the last one is meant ("not 49901, 49902")."""
    return str(value[-1] if isinstance(value, list) else value)


class ZipForm(FormValidationAction):
    """Checks the form of a ZIP code for the forms that ask for one."""

    @abstractmethod
    def name(self) -> str: ...

    def validate_zip(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        digits = latest(value)
        if len(digits) == ZIP_DIGITS and digits.isdigit():
            return {"zip": digits}
        dispatcher.utter_message(response="utter_zip_form")
        return {"zip": None}


class IdentityForm(ZipForm):
    """A form that starts with account number and ZIP code, and goes on only when they match."""

    def validate_account(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        digits = latest(value)
        if len(digits) == ACCOUNT_DIGITS and digits.isdigit():
            return {"account": digits}
        dispatcher.utter_message(response="utter_account_form")
        return {"account": None}

    async def get_validation_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> Events:
        """Checks the pair once both are there, and asks for both again when they do not match."""
        if failures(tracker) >= MAX_FAILURES:
            return [SlotSet("requested_slot", None)]
        own: Events = await super().get_validation_events(dispatcher, tracker, domain)
        tracker.add_slots(own)
        if not tracker.get_slot("account") or not tracker.get_slot("zip"):
            return own
        customer = await identified(tracker)
        if customer is None:
            return own + self._mismatch(dispatcher, failures(tracker) + 1)
        if tracker.get_slot("name") != customer.name:
            # Only when it changes: a form that sets a slot is taken to have understood.
            own.append(SlotSet("name", customer.name))
        return own + await self.go_on(customer, tracker)

    @staticmethod
    def _mismatch(dispatcher: CollectingDispatcher, count: int) -> Events:
        events = [SlotSet(name, None) for name in ("account", "zip", "name")]
        events.append(SlotSet("identity_failures", count))
        if count >= MAX_FAILURES:
            return [*events, SlotSet("requested_slot", None)]
        dispatcher.utter_message(response="utter_identity_mismatch")
        return events

    async def go_on(self, customer: Customer, tracker: Tracker) -> Events:
        """What more a form does once it knows the customer: nothing, here."""
        return []
