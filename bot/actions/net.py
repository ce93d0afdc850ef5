"""Connectivity: is there an outage, of the internet or the power, and until when."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.identity import Events, ZipForm
from bot.actions.office import office
from bot.actions.say import PERSON_BUTTON, clock, told, tried
from bot.services.ports import Outage

KIND_NAMES = {"internet": "internet outage", "power": "power cut"}
ADVICE = {
    "internet": "If yours isn't working, unplug the router for 30 seconds and plug it back in. "
    "If that doesn't help, a person can test your line.",
    "power": "If your home is dark, look at the main breaker first. "
    "If that's fine, a person can report it for you. Stay away from any fallen line.",
}


class ValidateNetOutageStatusForm(ZipForm):
    def name(self) -> str:
        return "validate_net_outage_status_form"


class TellOutage(Action):
    def name(self) -> str:
        return "action_tell_outage"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        zip_code = tracker.get_slot("zip")
        if not await office().serves(zip_code):
            dispatcher.utter_message(response="utter_outside_area", zip=zip_code)
            return []
        outages = await office().outages(zip_code)
        tried(dispatcher, f"Checked outages in {zip_code}: {len(outages)} found")
        kind = asked_kind(tracker)
        if not any(outage.kind == kind for outage in outages):
            told(
                dispatcher,
                f"I see no {KIND_NAMES[kind]} in {zip_code} right now. {ADVICE[kind]}",
                [PERSON_BUTTON],
            )
        for outage in outages:
            told(dispatcher, outage_words(outage, "Yes, there" if outage.kind == kind else "There"))
        return []


def asked_kind(tracker: Tracker) -> str:
    """Power or internet: what was last asked about in this conversation."""
    intents = [
        event["parse_data"]["intent"].get("name") or ""
        for event in tracker.events
        if event["event"] == "user"
    ]
    topics = [i for i in intents if i.startswith(("net_", "power_"))]
    return "power" if topics and topics[-1].startswith("power_") else "internet"


def outage_words(outage: Outage, there: str) -> str:
    day = "" if outage.back_by.date() == outage.began_at.date() else f" on {outage.back_by:%A}"
    article = "an" if outage.kind == "internet" else "a"
    return (
        f"{there} is {article} {KIND_NAMES[outage.kind]} in {outage.zip} "
        f"since {clock(outage.began_at)}, "
        f"because of {outage.cause}. Our crew is on it and expects it back by "
        f"{clock(outage.back_by)}{day}."
    )
