"""A real Socket.IO client for tests: sends, and waits for events in the order they come."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from types import TracebackType
from typing import Any
from uuid import uuid4

import socketio

DEADLINE_S = 20  # a failure, never a pause: events are waited for


class Client:
    """One connection to one namespace; every event it receives is kept in ``events``."""

    def __init__(self, url: str, namespace: str, **auth: Any) -> None:
        self.url, self.namespace, self.auth = url, namespace, auth
        self.sio = socketio.AsyncClient(reconnection=False)
        self.events: list[tuple[str, Any]] = []
        self._waiting: dict[str, asyncio.Queue[Any]] = defaultdict(asyncio.Queue)
        self.sio.on("*", self._received, namespace=namespace)
        self.sio.on("connect_error", self._refusal, namespace=namespace)
        self.refused: Any = None
        self.gone = asyncio.Event()
        self.sio.on("disconnect", self._gone, namespace=namespace)

    async def __aenter__(self) -> Client:
        await self.sio.connect(
            self.url, namespaces=[self.namespace], auth=self.auth, transports=["websocket"]
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        await self.sio.disconnect()

    async def _received(self, event: str, body: Any = None) -> None:
        self.events.append((event, body))
        self._waiting[event].put_nowait(body)

    async def _gone(self, reason: str) -> None:
        self.gone.set()

    async def _refusal(self, error: Any) -> None:
        self.refused = error["data"]

    async def next(self, event: str) -> Any:
        """The next *event* not yet taken."""
        return await asyncio.wait_for(self._waiting[event].get(), DEADLINE_S)

    async def until(self, event: str, **facts: Any) -> Any:
        """The next *event* whose body has these facts; earlier ones are passed over."""
        while True:
            body = await self.next(event)
            if all(body.get(name) == value for name, value in facts.items()):
                return body

    async def call(self, event: str, *body: Any) -> Any:
        """Send and give the acknowledgement."""
        data = body[0] if body else None
        return await self.sio.call(event, data, namespace=self.namespace, timeout=DEADLINE_S)

    async def is_cut_off(self) -> None:
        """Returns once the connection is gone."""
        await asyncio.wait_for(self.gone.wait(), DEADLINE_S)

    async def say(self, text: str, **more: Any) -> Any:
        return await self.call("message", {"id": str(uuid4()), "text": text} | more)

    def texts(self) -> list[str]:
        return [body["text"] for event, body in self.events if event == "message"]


def customer(url: str, **auth: Any) -> Client:
    return Client(url, "/customer", **auth)


def agent(url: str, token: str) -> Client:
    return Client(url, "/agent", token=token)
