"""The assistant over HTTP. Silence is an error: whatever is not a usable answer raises BotFailed.

The other side is ``bot/channel.py``. A turn is named by its message, and asking again under the
same name gives the first answer, so a turn that was cut short may be asked again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from triage.floor import Triage

from .domain.messages import Author, Button, Entry, Link


class BotFailed(Exception):
    """The message says what happened, for the log and the agent."""


@dataclass(frozen=True)
class BotMessage:
    text: str
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class BotReply:
    """*on_task*: the messages answer or advance a routine need. *handoff*: (reason, skill)."""

    messages: tuple[BotMessage, ...] = ()
    on_task: bool = False
    handoff: tuple[str, str] | None = None
    triage: Triage = Triage.NONE
    known: dict[str, Any] = field(default_factory=dict)
    tried: tuple[str, ...] = ()


class BotClient:
    """*url* is Rasa's address, *timeout_s* the longest that a customer waits for an answer."""

    def __init__(self, url: str, secret: str, timeout_s: float) -> None:
        self._url = f"{url}/webhooks/warmline"
        self._headers = {"Authorization": f"Bearer {secret}"}
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._http: aiohttp.ClientSession | None = None

    async def turn(self, conversation_id: str, entry: Entry, metadata: dict[str, Any]) -> BotReply:
        """The assistant's answer to the customer's *entry*. Raises BotFailed."""
        said = {"payload": entry.payload} if entry.payload else {"text": entry.text}
        body = {"conversation": conversation_id, "id": entry.id, "metadata": metadata} | said
        return _reply(await self._post("turn", body))

    async def resume(self, conversation_id: str, stretch: Sequence[Entry]) -> None:
        """Tell the assistant what was said while people had the conversation. Raises BotFailed."""
        entries = [
            {"from": e.author.value, "text": e.text, "at": e.at.isoformat()}
            for e in stretch
            if e.author in (Author.CUSTOMER, Author.AGENT)
        ]
        await self._post("resume", {"conversation": conversation_id, "entries": entries})

    async def ready(self) -> bool:
        try:
            async with self._session().get(f"{self._url}/") as response:
                return response.status == 200
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return False

    async def close(self) -> None:
        if self._http:
            await self._http.close()

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(headers=self._headers, timeout=self._timeout)
        return self._http

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        try:
            async with self._session().post(f"{self._url}/{path}", json=body) as response:
                if response.status != 200:
                    raise BotFailed(f"the assistant answered with status {response.status}")
                return await response.json()
        except asyncio.TimeoutError as exc:
            raise BotFailed(f"the assistant was silent for {self._timeout.total:g} s") from exc
        except (aiohttp.ClientError, ValueError) as exc:
            raise BotFailed("the assistant cannot be reached") from exc


def _reply(body: Any) -> BotReply:
    """Raises BotFailed for an answer that has nothing to say, or not in the agreed form."""
    try:
        reply = BotReply(
            messages=tuple(_message(m) for m in body["messages"]),
            on_task=bool(body["on_task"]),
            handoff=_handoff(body.get("handoff")),
            triage=_triage(body["triage"]),
            known=dict(body.get("known") or {}),
            tried=tuple(body.get("tried") or ()),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as exc:
        raise BotFailed("the assistant's answer cannot be read") from exc
    if not reply.messages and reply.handoff is None:
        raise BotFailed("the assistant answered nothing")
    return reply


def _message(body: dict[str, Any]) -> BotMessage:
    buttons = body.get("buttons") or ()
    links = body.get("links") or ()
    buttons = tuple(Button(_text(b["title"]), _text(b["payload"])) for b in buttons)
    links = tuple(Link(_text(link["title"]), _text(link["url"])) for link in links)
    return BotMessage(_text(body["text"]), buttons, links)


def _text(value: object) -> str:
    """Raises ValueError for what a customer could not read."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is no text")
    return value


def _handoff(body: dict[str, Any] | None) -> tuple[str, str] | None:
    return (_text(body["reason"]), _text(body.get("skill") or "general")) if body else None


def _triage(body: dict[str, Any]) -> Triage:
    return Triage(
        level=int(body["level"]),
        score=float(body["score"]),
        kinds=tuple(_text(kind) for kind in body["kinds"]),
        evidence=str(body["evidence"]),
    )
