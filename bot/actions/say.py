"""How facts are put into words: money, days and clock times, buttons, and what was tried."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

PERSON_BUTTON = {"title": "Talk to a person", "payload": "/request_human"}


def money(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def day(when: date) -> str:
    return f"{when:%A}, {when:%B} {when.day}"


def clock(when: datetime) -> str:
    minutes = f":{when:%M}" if when.minute else ""
    return f"{when.hour % 12 or 12}{minutes} {'am' if when.hour < 12 else 'pm'}"


def listed(words: list[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    head, tail = words[:-1], words[-1]
    return f"{', '.join(head)} {last} {tail}" if head else tail


def button(title: str, intent: str, **entities: str) -> dict[str, str]:
    """A button that sends an intent with entities; only the gateway can press it."""
    return {"title": title, "payload": f"/{intent}{json.dumps(entities) if entities else ''}"}


def tried(dispatcher: CollectingDispatcher, sentence: str) -> None:
    """Tells the person who may take over what was done; the customer does not see it."""
    dispatcher.utter_message(json_message={"type": "tried", "text": sentence})


def told(
    dispatcher: CollectingDispatcher,
    text: str,
    buttons: list[dict[str, str]] | None = None,
    links: list[dict[str, str]] | None = None,
) -> None:
    custom: dict[str, Any] = {"type": "links", "links": links} if links else {}
    dispatcher.utter_message(text=text, buttons=buttons, json_message=custom)
