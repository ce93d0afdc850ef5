"""The only place that knows the shapes on the wire: values to JSON, and JSON to checked values.

The shapes are those of the wire contract; ``tests/wire/examples.json`` holds one of each, which
the front end's tests read too. Reading raises Invalid or TooLong with what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from .case import Case
from .desk import Standing
from .domain.agents import Agent, Presence
from .domain.conversation import Conversation, State
from .domain.errors import DomainError, Invalid
from .domain.messages import Entry, Note, Signal, readable

Json = dict[str, Any]

MODES = {
    State.BOT: "bot",
    State.WAITING: "queued",
    State.AGENT: "agent",
    State.CLOSED: "closed",
}
SCORES = range(1, 6)
LARGEST_NUMBER = 2**31 - 1  # what every database's integers hold


def instant(at: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def error(reason: DomainError) -> Json:
    body: Json = {"code": reason.code, "message": str(reason)}
    if reason.retry_after is not None:
        body["retry_after"] = round(reason.retry_after, 1)
    return {"ok": False, "error": body}


def entry(e: Entry) -> Json:
    """A button's payload is an opaque name for it: the entry's number and its own."""
    body: Json = {
        "seq": e.seq,
        "id": e.id,
        "at": instant(e.at),
        "from": e.author.value,
        "text": e.text,
    }
    if e.buttons:
        body["buttons"] = [
            {"title": b.title, "payload": f"{e.seq}.{i}"} for i, b in enumerate(e.buttons)
        ]
    if e.links:
        body["links"] = [{"title": link.title, "url": link.url} for link in e.links]
    if e.agent_name:
        body["agent"] = {"name": e.agent_name}
    return body


def note(n: Note) -> Json:
    return {
        "id": n.id,
        "seq": n.seq,
        "at": instant(n.at),
        "text": n.text,
        "agent": {"name": n.agent_name},
    }


def signal(s: Signal) -> Json:
    return {"seq": s.seq, "kind": s.kind, "level": s.level, "evidence": s.evidence}


def state(standing: Standing) -> Json:
    body: Json = {"mode": MODES[standing.conversation.state]}
    if standing.position is not None:
        body["position"] = standing.position
    if standing.agent_name is not None:
        body["agent"] = {"name": standing.agent_name}
    return body


def agent(a: Agent) -> Json:
    return {"id": a.id, "name": a.name, "role": a.role.value, "skills": sorted(a.skills)}


def waiting(c: Conversation) -> Json:
    """One row of the queue."""
    assert c.waiting_since is not None
    return {
        "conversation": c.id,
        "priority": c.level,
        "level": c.level,
        "reason": c.reason,
        "skills": [c.skill],
        "waiting_since": instant(c.waiting_since),
        "summary": c.summary,
    }


def case(case: Case) -> Json:
    c = case.conversation
    body: Json = {
        "conversation": c.id,
        "state": c.state.value,
        "priority": c.level,
        "level": c.level,
        "reason": c.reason,
        "skills": [c.skill],
        "requested_at": instant(c.requested_at) if c.requested_at else None,
        "customer": _customer(case),
        "summary": c.summary,
        "known": case.known,
        "tried": case.tried,
        "signals": [signal(s) for s in case.signals],
        "suggestions": [],
        "transcript": [entry(e) for e in case.transcript],
        "notes": [note(n) for n in case.notes],
        "last_seq": c.last_seq,
    }
    if c.agent_id:
        body["agent"] = {"id": c.agent_id, "name": case.agent_name}
    return body


def offer(offered: Case, expires_at: datetime) -> Json:
    return {"case": case(offered), "expires_at": instant(expires_at)}


def _customer(case: Case) -> Json:
    customer = case.conversation.customer
    body: Json = {"verified": customer.verified, "previous": case.previous}
    if customer.id is not None:
        body["id"] = customer.id
    if customer.name is not None:
        body["name"] = customer.name
    return body


# What a client sends. Each reader takes the whole payload and gives one checked field.


def fields(payload: object) -> Mapping[str, Any]:
    if not isinstance(payload, dict):
        raise Invalid("Send an object with the fields of this event.")
    return payload


def text(payload: Mapping[str, Any], name: str = "text") -> str:
    return readable(payload.get(name))


def optional_text(payload: Mapping[str, Any], name: str) -> str:
    """Empty where it is absent, null or blank."""
    value = payload.get(name)
    blank = value is None or (isinstance(value, str) and not value.strip())
    return "" if blank else readable(value)


def flag(payload: Mapping[str, Any], name: str) -> bool:
    value = payload.get(name)
    if not isinstance(value, bool):
        raise Invalid(f"“{name}” must be true or false.")
    return value


def number(payload: Mapping[str, Any], name: str, lowest: int = 0) -> int:
    value = payload.get(name)
    if (
        isinstance(value, int)
        and not isinstance(value, bool)
        and value in range(lowest, LARGEST_NUMBER)
    ):
        return value
    raise Invalid(f"“{name}” must be a whole number from {lowest} up.")


def conversation_id(payload: Mapping[str, Any]) -> str:
    value = payload.get("conversation")
    if not isinstance(value, str) or not value:
        raise Invalid("“conversation” must name a conversation.")
    return readable(value)


def presence(payload: Mapping[str, Any]) -> Presence:
    try:
        return Presence(payload.get("status"))
    except ValueError:
        known = ", ".join(p.value for p in Presence)
        raise Invalid(f"“status” must be one of {known}.") from None


def score(payload: Mapping[str, Any]) -> int:
    value = number(payload, "score")
    if value not in SCORES:
        raise Invalid("“score” must be from 1 to 5.")
    return value
