"""Nothing personal is told before account number and ZIP code match, or a sign-in proves it.

After two failed pairs the assistant stops checking for the rest of the conversation and fetches a
person, so that it cannot be used to guess. The account's ZIP code is a slot of its own: asking
about an outage elsewhere must not count as a guess, nor prove anything.
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


def signed_in_as(tracker: Tracker) -> str | None:
    """The account of a customer whose sign-in the gateway has verified."""
    customer = (tracker.latest_message.get("metadata") or {}).get("customer")
    account = customer.get("id") if isinstance(customer, dict) else None
    return str(account) if account else None


async def identified(tracker: Tracker) -> Customer | None:
    """Asked again at every action: a slot is no proof."""
    account, zip_code = tracker.get_slot("account"), tracker.get_slot("account_zip")
    if not account or not zip_code or failures(tracker) >= MAX_FAILURES:
        return None
    return await office().identify(account, zip_code)


def given(tracker: Tracker) -> dict[str, str]:
    """The facts in what the customer said last; of several of a kind, the last one."""
    entities = tracker.latest_message.get("entities") or ()
    return {entity["entity"]: str(entity["value"]) for entity in entities}


def known_as(customer: Customer) -> Events:
    return [
        SlotSet("account", customer.account),
        SlotSet("account_zip", customer.zip),
        SlotSet("verified", customer.account),
        SlotSet("name", customer.name),
    ]


def forgotten() -> Events:
    """Whoever it was, it is somebody else's turn to prove who they are."""
    return [SlotSet(name, None) for name in ("account", "account_zip", "verified", "name")]


def latest(value: Any) -> str:
    """A message may name several; the last one is meant ("not 49901, 49902")."""
    return str(value[-1] if isinstance(value, list) else value)


def zip_code(value: Any, dispatcher: CollectingDispatcher) -> str | None:
    """None, with a word about it, for what has not the form of a ZIP code."""
    return _figure(value, ZIP_DIGITS, dispatcher, "utter_zip_form")


def _figure(
    value: Any, length: int, dispatcher: CollectingDispatcher, otherwise: str
) -> str | None:
    if value is None:  # just forgotten
        return None
    digits = latest(value)
    if len(digits) == length and digits.isdecimal():
        return digits
    dispatcher.utter_message(response=otherwise)
    return None


class ZipForm(FormValidationAction):
    """Checks the form of a ZIP code for the forms that ask for a place."""

    @abstractmethod
    def name(self) -> str: ...

    def validate_zip(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        return {"zip": zip_code(value, dispatcher)}


class IdentityForm(FormValidationAction):
    """A form that starts with account number and ZIP code, and goes on only when they match."""

    @abstractmethod
    def name(self) -> str: ...

    def validate_account(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        return {"account": _figure(value, ACCOUNT_DIGITS, dispatcher, "utter_account_form")}

    def validate_account_zip(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        return {"account_zip": zip_code(value, dispatcher)}

    async def get_validation_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> Events:
        """Checks the pair once both are there, and asks for both again when they do not match."""
        if failures(tracker) >= MAX_FAILURES:
            return [SlotSet("requested_slot", None)]
        own: Events = await super().get_validation_events(dispatcher, tracker, domain)
        tracker.add_slots(own)
        own += self._added(tracker, await self._signed_in(tracker) or self._another(tracker))
        if not tracker.get_slot("account") or not tracker.get_slot("account_zip"):
            return own
        customer = await identified(tracker)
        if customer is None:
            return own + self._mismatch(dispatcher, failures(tracker) + 1)
        if tracker.get_slot("verified") != customer.account:
            # Only when it changes: a form that sets a slot is taken to have understood.
            own += self._added(tracker, known_as(customer))
        return own + await self.go_on(customer, tracker)

    @staticmethod
    def _added(tracker: Tracker, events: Events) -> Events:
        tracker.add_slots(events)
        return events

    @staticmethod
    async def _signed_in(tracker: Tracker) -> Events:
        """Who is signed in is not asked who they are, unless they name another account."""
        account = signed_in_as(tracker)
        if not account or tracker.get_slot("account"):
            return []
        customer = await office().customer(account)
        return known_as(customer) if customer else []

    @staticmethod
    def _another(tracker: Tracker) -> Events:
        """An account named after another one was proved needs its own ZIP code."""
        verified = tracker.get_slot("verified")
        if not verified or verified == tracker.get_slot("account") or "zip" in given(tracker):
            return []
        return [SlotSet(name, None) for name in ("account_zip", "verified", "name")]

    @staticmethod
    def _mismatch(dispatcher: CollectingDispatcher, count: int) -> Events:
        events = [*forgotten(), SlotSet("identity_failures", count)]
        if count >= MAX_FAILURES:
            return [*events, SlotSet("requested_slot", None)]
        dispatcher.utter_message(response="utter_identity_mismatch")
        return events

    async def go_on(self, customer: Customer, tracker: Tracker) -> Events:
        """What more a form does once it knows the customer: nothing, here."""
        return []
