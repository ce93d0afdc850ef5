"""Billing: what is owed, why a bill is what it is, and paying in parts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.identity import Events, IdentityForm, given, identified, latest
from bot.actions.office import office
from bot.actions.say import PERSON_BUTTON, button, day, listed, money, told, tried
from bot.services.ports import ArrangementRefused, Balance, Bill, Customer, Plan

PAY_PAGE = {"title": "Pay online", "url": "https://harborlight.example/pay"}


class BillingAction(Action, ABC):
    """Runs `tell` for a customer who proved who they are, and fetches a person otherwise."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        customer = await identified(tracker)
        if customer is None:
            dispatcher.utter_message(response="utter_identity_failed")
            tried(dispatcher, "Could not verify the account number and ZIP code")
            return []
        return await self.tell(dispatcher, tracker, customer)

    @abstractmethod
    async def tell(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, customer: Customer
    ) -> Events: ...


class ValidateBillBalanceForm(IdentityForm):
    def name(self) -> str:
        return "validate_bill_balance_form"


class TellBalance(BillingAction):
    def name(self) -> str:
        return "action_tell_balance"

    async def tell(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, customer: Customer
    ) -> Events:
        balance = await office().balance(customer)
        tried(dispatcher, f"Looked up the balance of account {customer.account}")
        owes = balance.owed > 0 and balance.arrangement is None
        told(
            dispatcher,
            f"{thanks(tracker, customer)}{balance_words(balance)}",
            [
                button("Why is it this much?", "bill_explain"),
                button("Pay in parts", "bill_payment_arrangement"),
            ]
            if owes
            else None,
            [PAY_PAGE] if owes else None,
        )
        return []


def thanks(tracker: Tracker, customer: Customer) -> str:
    """Only in the turn in which the customer said who they are."""
    proof = given(tracker).keys() & {"account", "zip"}
    return f"Thank you, {first_name(customer)}. " if proof else ""


def first_name(customer: Customer) -> str:
    return customer.name.partition(" ")[0]


def balance_words(balance: Balance) -> str:
    if balance.owed <= 0:
        return "You don't owe anything right now. You're all paid up."
    if balance.arrangement:
        return (
            f"You owe {money(balance.owed)}, and your payment plan covers it: "
            f"{plan_words(balance.arrangement)}."
        )
    if balance.due_on is None:
        return f"You owe {money(balance.owed)}."
    if balance.past_due:
        return (
            f"You owe {money(balance.owed)}. It was due on {day(balance.due_on)}, "
            "and we can split it into smaller payments if that helps."
        )
    return f"You owe {money(balance.owed)}. It's due on {day(balance.due_on)}."


def plan_words(plan: Plan) -> str:
    """ "3 payments: 2 of $47.53 and a last one of $47.54, the first on Friday, May 3"."""
    count, first, last = len(plan.payments), plan.payments[0], plan.payments[-1]
    amounts = (
        f"{money(first)} each"
        if first == last
        else f"{count - 1} of {money(first)} and a last one of {money(last)}"
    )
    return f"{count} payments, {amounts}, the first on {day(plan.first_due_on)}"


class ValidateBillExplainForm(IdentityForm):
    def name(self) -> str:
        return "validate_bill_explain_form"


class ExplainBill(BillingAction):
    def name(self) -> str:
        return "action_explain_bill"

    async def tell(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, customer: Customer
    ) -> Events:
        bills = await office().bills(customer)
        tried(dispatcher, f"Compared the last two bills of account {customer.account}")
        told(
            dispatcher,
            explanation(bills),
            [button("Pay in parts", "bill_payment_arrangement"), PERSON_BUTTON],
        )
        return []


def explanation(bills: tuple[Bill, ...]) -> str:
    """What changed since the bill before, the largest change first."""
    if not bills:
        return "I don't see a bill on this account yet."
    this = bills[0]
    if len(bills) == 1:
        return f"Your {this.issued_on:%B} bill is {money(this.total)}:\n{parts(this)}"
    before = bills[1]
    change = this.total - before.total
    if change == 0:
        return f"Your {this.issued_on:%B} bill is {money(this.total)}, the same as last month."
    way = "more" if change > 0 else "less"
    return (
        f"Your {this.issued_on:%B} bill is {money(this.total)}, {money(abs(change))} {way} than "
        f"{before.issued_on:%B}. {changes(this, before)} The whole bill:\n{parts(this)}"
    )


def parts(bill: Bill) -> str:
    return "\n".join(f"• {line.label}: {money(line.cents)}" for line in bill.lines)


def changes(this: Bill, before: Bill) -> str:
    old = {subject(line.label): line for line in before.lines}
    moved = [
        (line.cents - (old[key].cents if key in old else 0), line, old.get(key))
        for line in this.lines
        for key in [subject(line.label)]
    ]
    largest = sorted((m for m in moved if m[0]), key=lambda m: -abs(m[0]))[:2]
    return " ".join(change_words(*m) for m in largest)


def subject(label: str) -> str:
    """ "Electricity, 612 kWh" and "Electricity, 428 kWh" are the same charge."""
    return label.partition(",")[0]


def change_words(cents: int, line: Any, old: Any) -> str:
    if old is None:
        return f"{line.label} is new: {money(cents)}."
    way = "up" if cents > 0 else "down"
    detail = line.label.partition(", ")[2]
    earlier = old.label.partition(", ")[2]
    why = f" ({detail}, before {earlier})" if detail != earlier else ""
    return f"{subject(line.label)} went {way} by {money(abs(cents))}{why}."


class ValidateBillPaymentArrangementForm(IdentityForm):
    def name(self) -> str:
        return "validate_bill_payment_arrangement_form"

    async def go_on(self, customer: Customer, tracker: Tracker) -> Events:
        """Ends the form where the policy has nothing to offer; its action says why."""
        if await office().plans(customer):
            return []
        return [SlotSet("requested_slot", None)]

    async def validate_instalments(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        customer = await identified(tracker)
        plans = await office().plans(customer) if customer else ()
        if latest(value) in {str(len(plan.payments)) for plan in plans}:
            return {"instalments": latest(value)}
        if plans:
            dispatcher.utter_message(response="utter_instalments_form")
        return {"instalments": None}

    def validate_agreed(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        return {"agreed": value}


class AskInstalments(BillingAction):
    def name(self) -> str:
        return "action_ask_bill_payment_arrangement_form_instalments"

    async def tell(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, customer: Customer
    ) -> Events:
        plans = await office().plans(customer)
        owed = (await office().balance(customer)).owed
        choices = [f"{len(p.payments)} payments of about {money(p.payments[0])}" for p in plans]
        told(
            dispatcher,
            f"Of course, {first_name(customer)}. You owe {money(owed)}, and we can split it into "
            f"{listed(choices, 'or')}. The first one is due on {day(plans[0].first_due_on)}. "
            "There is no extra charge. Which suits you?",
            [
                button(f"{len(p.payments)} payments", "inform", number=str(len(p.payments)))
                for p in plans
            ],
        )
        return []


class AskAgreed(BillingAction):
    def name(self) -> str:
        return "action_ask_bill_payment_arrangement_form_agreed"

    async def tell(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, customer: Customer
    ) -> Events:
        plans = await office().plans(customer)
        chosen = next(p for p in plans if str(len(p.payments)) == tracker.get_slot("instalments"))
        told(
            dispatcher,
            f"That makes {plan_words(chosen)}. Shall I set it up?",
            [button("Yes, set it up", "affirm"), button("No, not now", "deny")],
        )
        return []


class MakeArrangement(BillingAction):
    def name(self) -> str:
        return "action_make_arrangement"

    async def tell(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, customer: Customer
    ) -> Events:
        instalments, agreed = tracker.get_slot("instalments"), tracker.get_slot("agreed")
        if agreed and instalments:
            await self._agree(dispatcher, customer, int(instalments))
        elif agreed is False:
            told(
                dispatcher,
                "All right, I haven't set anything up. You can come back to it any time.",
            )
        else:
            await self._explain(dispatcher, customer)
        return [SlotSet("instalments", None), SlotSet("agreed", None)]

    @staticmethod
    async def _agree(dispatcher: CollectingDispatcher, customer: Customer, count: int) -> None:
        try:
            plan = await office().agree(customer, count)
        except ArrangementRefused:
            tried(dispatcher, f"Could not arrange {count} payments for {customer.account}: refused")
            dispatcher.utter_message(response="utter_arrangement_refused")
            return
        tried(dispatcher, f"Arranged {count} payments for account {customer.account}")
        told(
            dispatcher,
            f"Done. Your plan is {plan_words(plan)}. "
            "As long as you keep to it, nothing will be cut off and no late fee is added.",
        )

    @staticmethod
    async def _explain(dispatcher: CollectingDispatcher, customer: Customer) -> None:
        balance = await office().balance(customer)
        tried(
            dispatcher, f"Looked for a payment plan for account {customer.account}: none possible"
        )
        if balance.owed > 0 and not balance.arrangement:
            dispatcher.utter_message(response="utter_arrangement_refused")
        else:
            told(dispatcher, balance_words(balance))
