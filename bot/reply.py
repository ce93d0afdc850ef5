"""The gateway's answer, built from what a turn left behind.

Messages that only carry signals (`custom`) are taken out and become fields. A turn is on task
when it answered or advanced a routine need: greetings, apologies and handoff words do not.
"""

from __future__ import annotations

from typing import Any

from rasa.shared.core.events import ActionExecuted, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.escalation import BEREAVEMENT, DISTRESS, SEVERE, Signals, escalation, keeps_answer

CALM: dict[str, Any] = {"level": 0, "score": 0.0, "kinds": [], "evidence": ""}
RELIEF = "utter_acknowledge_distress"
CONDOLENCE = "utter_condolence"
# What a person who takes over needs; the rest of the slots is the dialogue's own business.
KNOWN = ("account", "zip", "name", "household", "members", "income", "instalments")
UNANSWERED = frozenset({"skip", "none", ""})
TASK_ACTIONS = frozenset(
    {
        "action_check_eligibility",
        "action_explain_bill",
        "action_find_meals",
        "action_make_arrangement",
        "action_repeat_answer",
        "action_tell_balance",
        "action_tell_outage",
        "utter_bill_pay",
    }
)
OFF_TASK_ACTIONS = frozenset({"action_ask_rephrase", "action_cancel_task"})
MAX_TRIED = 20


def built(
    messages: list[dict[str, Any]], heard: dict[str, Any], tracker: DialogueStateTracker
) -> dict[str, Any]:
    """`messages` are the turn's raw ones, `heard` is the parse of what the customer said."""
    triage = heard.get("triage") or CALM
    turn = this_turn(tracker)
    on_task = is_on_task(turn, messages)
    wanted = escalation(signals(messages, heard, tracker))
    severe = wanted is not None and wanted.reason == "distress" and triage["level"] >= SEVERE
    kept = not severe or keeps_answer(triage["level"], tuple(triage["kinds"]), on_task)
    kept = kept and not bereaved(triage)
    return {
        "messages": [visible(m) for m in messages if m.get("text")] if kept else [],
        "on_task": on_task and kept,
        "handoff": {"reason": wanted.reason, "skill": wanted.skill} if wanted else None,
        "triage": triage,
        "intent": intent_of(heard),
        "known": known(tracker),
        "tried": tried(tracker),
    }


def signals(
    messages: list[dict[str, Any]], heard: dict[str, Any], tracker: DialogueStateTracker
) -> Signals:
    triage = heard.get("triage") or CALM
    reasons = [c.get("reason") for m in messages if (c := custom(m)).get("type") == "handoff"]
    said = [event for event in tracker.events if isinstance(event, UserUttered)]
    earlier = [level_of(event) for event in said[:-1]]
    return Signals(
        level=triage["level"],
        kinds=tuple(triage["kinds"]),
        topics=(*(event.intent_name or "" for event in said[:-1]), intent_of(heard)["name"]),
        requested=reasons[0] if reasons else None,
        failed="failed" in reasons,
        earlier_distress=any(level >= DISTRESS for level in earlier),
    )


def level_of(said: UserUttered) -> int:
    return int(((said.parse_data or {}).get("triage") or CALM)["level"])


def intent_of(heard: dict[str, Any]) -> dict[str, Any]:
    intent = heard.get("intent") or {}
    return {
        "name": intent.get("name") or "nlu_fallback",
        "confidence": round(float(intent.get("confidence") or 0.0), 4),
    }


def custom(message: dict[str, Any]) -> dict[str, Any]:
    value = message.get("custom")
    return value if isinstance(value, dict) else {}


def visible(message: dict[str, Any]) -> dict[str, Any]:
    """What the customer sees of a message."""
    shown: dict[str, Any] = {"text": message["text"]}
    if message.get("buttons"):
        shown["buttons"] = [
            {"title": button["title"], "payload": button["payload"]}
            for button in message["buttons"]
        ]
    if custom(message).get("links"):
        shown["links"] = custom(message)["links"]
    return shown


def offered(tracker: DialogueStateTracker) -> list[dict[str, str]]:
    """The buttons under the customer's eyes: those of the last turn."""
    shown = [event.data or {} for event in this_turn(tracker) if isinstance(event, BotUttered)]
    return [button for data in shown for button in data.get("buttons") or ()]


def this_turn(tracker: DialogueStateTracker) -> list[Event]:
    """The events since the customer last spoke."""
    turn: list[Event] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        turn.insert(0, event)
    return turn


def is_on_task(turn: list[Event], messages: list[dict[str, Any]]) -> bool:
    ran = {event.action_name or "" for event in turn if isinstance(event, ActionExecuted)}
    failed = any(custom(message).get("type") == "handoff" for message in messages)
    advanced = bool(ran & TASK_ACTIONS) or any(name.endswith("_form") for name in ran)
    return advanced and not failed and not ran & OFF_TASK_ACTIONS


def known(tracker: DialogueStateTracker) -> dict[str, str]:
    values = {name: tracker.get_slot(name) for name in KNOWN}
    told = {name: in_words(value) for name, value in values.items() if value is not None}
    return {name: words for name, words in told.items() if words not in UNANSWERED}


def in_words(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def tried(tracker: DialogueStateTracker) -> list[str]:
    """Over the whole conversation, oldest first, each once."""
    notes = [custom(event.data or {}) for event in tracker.events if isinstance(event, BotUttered)]
    sentences = [note["text"] for note in notes if note.get("type") == "tried"]
    return list(dict.fromkeys(sentences))[-MAX_TRIED:]


def kind_word(heard: dict[str, Any], answer: dict[str, Any]) -> str | None:
    """The response that comes before everything else in distress without an urgent need.

    Somebody bereaved is not asked for account numbers; anybody else gets their answer too.
    """
    triage = heard.get("triage") or CALM
    if bereaved(triage):
        return CONDOLENCE
    return RELIEF if triage["level"] == DISTRESS and answer["handoff"] is None else None


def bereaved(triage: dict[str, Any]) -> bool:
    return triage["level"] == DISTRESS and BEREAVEMENT in triage["kinds"]
