"""What a conversation consists of: numbered entries, notes beside them, and triage's signals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from .errors import Invalid, TooLong

LONGEST_TEXT = 4000  # characters; protocol.md, "Common rules"
LONGEST_ID = 64


class Author(str, Enum):
    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True)
class Button:
    """*payload* is what the assistant understands; it never leaves the server."""

    title: str
    payload: str


@dataclass(frozen=True)
class Link:
    title: str
    url: str


@dataclass(frozen=True)
class Entry:
    """One line of a transcript; *seq* counts 1, 2, 3, … within its conversation."""

    seq: int
    id: str
    at: datetime
    author: Author
    text: str
    agent_id: str | None = None
    agent_name: str | None = None
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()
    payload: str | None = None  # of the button that the customer pressed


@dataclass(frozen=True)
class Note:
    """Written by agents for agents. Notes have a table of their own: no customer query reads it."""

    seq: int
    id: str
    at: datetime
    agent_name: str
    text: str


@dataclass(frozen=True)
class Signal:
    """Why a message was taken for distress: triage's kind, level and the customer's own words."""

    seq: int
    kind: str
    level: int
    evidence: str


def readable(text: object) -> str:
    """*text* if a person could have written it: 1 to 4000 characters, not only white space.

    Raises Invalid or TooLong with what to do about it.
    """
    if not isinstance(text, str):
        raise Invalid("A message needs a text.")
    if len(text) > LONGEST_TEXT:
        raise TooLong(f"Please shorten your message to {LONGEST_TEXT} characters.")
    if not text.strip():
        raise Invalid("The message is empty.")
    if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise Invalid("The message has characters that cannot be stored. Please retype it.")
    return text


def named(message_id: object) -> str:
    """A sender's own name for a message, by which a repeat is recognised."""
    if not isinstance(message_id, str) or not 0 < len(message_id) <= LONGEST_ID:
        raise Invalid("A message needs an id of 1 to 64 characters.")
    return readable(message_id)
