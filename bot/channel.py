"""The one way into the assistant: one request, one reply with everything the turn showed.

The gateway calls it on loopback with a shared secret. A turn that failed is an error with a
status, never an empty success; the same message id is answered once and then from memory.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.server import update_conversation_with_events
from rasa.shared.core.constants import DEFAULT_INTENTS
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AgentUttered,
    Event,
    SlotSet,
    UserUttered,
)
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import choice, reply
from bot.escalation import helping_intent
from bot.inprocess import described

NAME = "warmline"
MIN_SECRET = 16
MAX_TEXT = 4000  # characters, as on the wire to the browser
MAX_REMEMBERED = 4096  # replies, over all conversations
NOTHING = "…"  # what a text of slashes only says
# Slashes, white space of any script (Rasa strips it before it looks), and what nobody can see.
LEADING = re.compile(r"^[\s/\x00\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+")

Handler = Callable[[UserMessage], Awaitable[Any]]
logger = logging.getLogger(__name__)


class ChannelError(Exception):
    """What the gateway is told instead of a reply."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class WholeOutput(CollectingOutputChannel):
    """Keeps each answer whole: Rasa's own splits it at blank lines and drops `custom` apart."""

    @classmethod
    def name(cls) -> str:
        return NAME

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        self.messages.append(message)


class WarmlineInput(InputChannel):
    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._turns: OrderedDict[tuple[str, str], asyncio.Task[dict[str, Any]]] = OrderedDict()
        self._busy: set[str] = set()

    @classmethod
    def name(cls) -> str:
        return NAME

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WarmlineInput:
        """Raises RasaException for a secret of under 16 characters."""
        secret = str((credentials or {}).get("secret") or "")
        if len(secret) < MIN_SECRET:
            cls.raise_missing_credentials_exception()
        return cls(secret)

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        blueprint = Blueprint("warmline_channel")

        async def ready(request: Request) -> HTTPResponse:
            try:
                return response.json({"ready": True, "model": loaded(request).model_id})
            except ChannelError as error:
                return response.json({"ready": False, "error": str(error)}, status=error.status)

        async def turn(request: Request) -> dict[str, Any]:
            return await self._turn(request, on_new_message)

        blueprint.add_route(ready, "/", methods=["GET"])
        for path, handler in (("/turn", turn), ("/resume", self._resume)):
            blueprint.add_route(
                self._answering(handler), path, methods=["POST"], name=handler.__name__
            )
        return blueprint

    def _answering(
        self, handler: Callable[[Request], Awaitable[dict[str, Any]]]
    ) -> Callable[[Request], Awaitable[HTTPResponse]]:
        """The boundary: whatever a handler raises is answered with its status."""

        async def answer(request: Request) -> HTTPResponse:
            try:
                self._authorize(request)
                return response.json(await handler(request))
            except ChannelError as error:
                return response.json({"error": str(error)}, status=error.status)
            except Exception as error:  # the outermost loop of a request
                logger.error("A turn failed: %s", described(error))
                return response.json({"error": f"the turn failed: {type(error).__name__}"}, 500)

        return answer

    def _authorize(self, request: Request) -> None:
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, f"Bearer {self._secret}".encode()):
            raise ChannelError(401, "the secret is missing or wrong")

    # --- a turn ---------------------------------------------------------------------------------

    async def _turn(self, request: Request, on_new_message: Handler) -> dict[str, Any]:
        body = parsed(request)
        conversation, message_id = text_of(body, "conversation"), text_of(body, "id")
        words = spoken(body)
        agent = loaded(request)
        key = (conversation, message_id)
        if key not in self._turns:
            if conversation in self._busy:
                raise ChannelError(409, "another turn of this conversation is under way")
            self._busy.add(conversation)
            self._remember(key, self._answered(agent, on_new_message, key, words, body))
        # Shielded: a gateway that hangs up and asks again finds the turn still going on.
        return await asyncio.shield(self._turns[key])

    def _remember(self, key: tuple[str, str], work: Awaitable[dict[str, Any]]) -> None:
        """Keeps the latest replies; a failed turn is forgotten, so that it can be tried again."""
        task = asyncio.ensure_future(work)
        self._turns[key] = task

        def settled(done: asyncio.Task[dict[str, Any]]) -> None:
            self._busy.discard(key[0])
            if done.cancelled() or done.exception() is not None:
                self._turns.pop(key, None)

        task.add_done_callback(settled)
        while len(self._turns) > MAX_REMEMBERED:
            self._turns.popitem(last=False)

    async def _answered(
        self,
        agent: Any,
        on_new_message: Handler,
        key: tuple[str, str],
        words: str,
        body: dict[str, Any],
    ) -> dict[str, Any]:
        output = WholeOutput()
        heard = await self._heard(agent, key[0], words, typed="text" in body)
        message = UserMessage(
            words,
            output,
            key[0],
            parse_data=with_helping_intent(heard),
            input_channel=NAME,
            message_id=key[1],
            metadata=body.get("metadata") or {},
        )
        await on_new_message(message)
        tracker = await agent.tracker_store.retrieve(key[0])
        answer = reply.built(output.messages, heard, tracker)
        if word := reply.kind_word(heard, answer):
            kind = await agent.processor.nlg.generate(word, tracker, NAME)
            answer["messages"].insert(0, reply.visible(kind))
        if not answer["messages"] and answer["handoff"] is None:
            raise ChannelError(500, "the turn ended without an answer")
        return answer

    @staticmethod
    async def _heard(agent: Any, conversation: str, words: str, typed: bool) -> dict[str, Any]:
        """The parse of what was said. Who types a button's title is taken to have pressed it;
        how urgent it is, their own words still say."""
        heard: dict[str, Any] = await agent.parse_message(words)
        tracker = await agent.tracker_store.retrieve(conversation) if typed else None
        payload = choice.pressed(words, reply.offered(tracker)) if tracker else None
        if not payload:
            return heard
        return {**await agent.parse_message(payload), "triage": heard.get("triage")}

    # --- a person gave the conversation back ------------------------------------------------------

    async def _resume(self, request: Request) -> dict[str, Any]:
        body = parsed(request)
        conversation = text_of(body, "conversation")
        events = stretch(body.get("entries"))
        agent = loaded(request)
        if conversation in self._busy:
            raise ChannelError(409, "a turn of this conversation is under way")
        async with agent.lock_store.lock(conversation):
            tracker = await update_conversation_with_events(
                conversation, agent.processor, agent.domain, events
            )
            await agent.tracker_store.save(tracker)
        return {"ok": True}


def loaded(request: Request) -> Any:
    agent = getattr(request.app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        raise ChannelError(503, "no model is loaded")
    return agent


def parsed(request: Request) -> dict[str, Any]:
    try:
        body = request.json
    except Exception as error:  # Sanic's InvalidUsage, whose base class differs by version
        raise ChannelError(422, "the body is not JSON") from error
    if not isinstance(body, dict):
        raise ChannelError(422, "the body must be an object")
    if not isinstance(body.get("metadata") or {}, dict):
        raise ChannelError(422, "metadata must be an object")
    return body


def text_of(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ChannelError(422, f"{name} must be a text")
    if len(value) > MAX_TEXT:
        raise ChannelError(422, f"{name} is longer than {MAX_TEXT} characters")
    return value


def spoken(body: dict[str, Any]) -> str:
    """What Rasa is given: a payload as it is, a text never as a command.

    Rasa takes what starts with "/" for an intent with slots, or for `/restart`.
    """
    if ("text" in body) == ("payload" in body):
        raise ChannelError(422, "either text or payload is needed")
    if "text" in body:
        text = text_of(body, "text").encode("utf-8", "replace").decode("utf-8")  # half an emoji
        return LEADING.sub("", text).strip() or NOTHING
    payload = text_of(body, "payload")
    named = re.match(r"/(\w+)", payload)
    if not named or named[1] in DEFAULT_INTENTS:
        raise ChannelError(422, "a payload is / and an intent, and no command")
    return payload


def with_helping_intent(heard: dict[str, Any]) -> dict[str, Any]:
    """What the dialogue acts on: the intent, unless an urgent need has an answer of its own."""
    triage = heard.get("triage") or reply.CALM
    name = (heard.get("intent") or {}).get("name") or ""
    helping = helping_intent(triage["level"], tuple(triage["kinds"]), name)
    if helping == name:
        return heard
    return {**heard, "intent": {"name": helping, "confidence": triage["score"]}}


def stretch(entries: Any) -> list[Event]:
    """What was said while a person had the conversation, then a clean state that listens."""
    if not isinstance(entries, list):
        raise ChannelError(422, "entries must be a list")
    return [
        *(said(entry) for entry in entries),
        ActiveLoop(None),
        SlotSet("requested_slot", None),
        ActionExecuted("action_listen"),
    ]


def said(entry: Any) -> Event:
    try:
        text, at, speaker = entry["text"], moment(entry["at"]), entry["from"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ChannelError(422, "an entry needs from, text and at") from error
    if not isinstance(text, str) or speaker not in ("customer", "agent"):
        raise ChannelError(422, "an entry is from customer or agent, with a text")
    if speaker == "agent":
        return AgentUttered(text, timestamp=at)
    data = {"text": text, "intent": {}, "entities": []}
    return UserUttered(text, parse_data=data, timestamp=at, input_channel="handoff")


def moment(rfc3339: str) -> float:
    return datetime.fromisoformat(rfc3339.replace("Z", "+00:00")).timestamp()
