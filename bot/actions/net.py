"""Connectivity: is there an outage, of the internet or the power, and until when."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.identity import Events, ZipForm
from bot.actions.office import office
from bot.actions.say import PERSON_BUTTON, clock, told, tried
from bot.services.ports import Outage

KIND_NAMES = {"internet": "internet outage", "power": "power cut"}
NAMED = {
    "internet": frozenset(
        {"internet", "wifi", "wi", "online", "net", "network", "router", "modem", "broadband"}
    ),
    "power": frozenset({"power", "electricity", "electric", "lights", "light", "blackout", "dark"}),
}
KINDS_OF_INTENTS = {"net_no_internet": "internet", "power_outage_status": "power"}
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
        found = {outage.kind for outage in outages}
        if kind not in found and (kind or not found):
            told(dispatcher, none_words(kind, zip_code), [PERSON_BUTTON])
        for outage in outages:
            expected = kind in (outage.kind, None)
            told(dispatcher, outage_words(outage, "Yes, there" if expected else "There"))
        return []


def asked_kind(tracker: Tracker) -> str | None:
    """Power or internet: what was last named in this conversation; None when neither was."""
    said = [event for event in tracker.events if event["event"] == "user"]
    named = (named_kind(event) for event in reversed(said))
    return next((kind for kind in named if kind), None)


def named_kind(said: dict[str, Any]) -> str | None:
    """By its words, or else by what was understood: "and when is it back?" names neither."""
    words = set(re.findall(r"[a-z]+", (said.get("text") or "").lower()))
    kinds = [kind for kind, names in NAMED.items() if words & names]
    if len(kinds) == 1:
        return kinds[0]
    return KINDS_OF_INTENTS.get(said["parse_data"]["intent"].get("name") or "")


def none_words(kind: str | None, zip_code: str) -> str:
    name = KIND_NAMES[kind] if kind else "outage"
    return f"I see no {name} in {zip_code} right now. {ADVICE[kind or 'internet']}"


def outage_words(outage: Outage, there: str) -> str:
    day = "" if outage.back_by.date() == outage.began_at.date() else f" on {outage.back_by:%A}"
    article = "an" if outage.kind == "internet" else "a"
    return (
        f"{there} is {article} {KIND_NAMES[outage.kind]} in {outage.zip} "
        f"since {clock(outage.began_at)}, "
        f"because of {outage.cause}. Our crew is on it and expects it back by "
        f"{clock(outage.back_by)}{day}."
    )
