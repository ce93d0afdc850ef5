"""Socket.IO's two namespaces: who is asking, what do they want, which use case is it.

``answering`` is the one boundary where errors become acknowledgements; python-socketio sends
none for a handler that raises, and a client would wait in vain.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import socketio
from socketio.exceptions import ConnectionRefusedError as Refused
from socketio.packet import Packet

from . import wire
from .announce import AGENT, CUSTOMER, EVERY_AGENT, Announcer, agent_room, customer_room
from .auth import AGENT as AGENT_TOKEN
from .auth import CUSTOMER as CUSTOMER_TOKEN
from .auth import Claims, Tokens, vouched_for
from .desk import Desk
from .domain.agents import Agent, Role
from .domain.conversation import Conversation, State
from .domain.errors import DomainError, Forbidden, Invalid, Unavailable
from .domain.messages import named
from .limits import Limit
from .offers import Offers

log = logging.getLogger(__name__)

LIBRARYS_OWN = ("connect", "disconnect")
Handler = Callable[..., Awaitable[wire.Json | None]]


@dataclass(frozen=True)
class Services:
    """What both namespaces need; *messages* and *hints* limit how often one may write, and how
    often say that one is typing or has read."""

    desk: Desk
    offers: Offers
    announcer: Announcer
    tokens: Tokens
    messages: Limit
    hints: Limit
    site_secret: str


def answering(handler: Handler) -> Any:
    """Check the session and the payload's form, call, and acknowledge success or the error."""

    @functools.wraps(handler)
    async def answer(self: Desks, sid: str, *args: object) -> wire.Json:
        try:
            claims = await self.claims(sid)
            payload = wire.fields(args[0] if args else {})
            return {"ok": True} | (await handler(self, claims.subject, payload) or {})
        except DomainError as error:
            return wire.error(error)
        except Exception:  # the edge: the client must hear of it, and so must the operator
            log.exception("%s failed", handler.__name__)
            return wire.error(Unavailable("Something went wrong here. Please try again."))

    return answer


def refusing(connect: Callable[..., Awaitable[None]]) -> Any:
    """A connection that cannot be opened is refused with the contract's code and words."""

    @functools.wraps(connect)
    async def refuse(self: Desks, sid: str, environ: object, auth: object = None) -> None:
        try:
            await connect(self, sid, auth if isinstance(auth, dict) else {})
        except DomainError as error:
            raise _refusal(error) from error
        except Exception as exc:  # the edge: the client must hear of it, and so must the operator
            log.exception("a connection failed")
            raise _refusal(Unavailable("Something went wrong here. Please try again.")) from exc

    return refuse


def _refusal(error: DomainError) -> Refused:
    return Refused(str(error), wire.error(error)["error"])


class TextPacket(Packet):  # type: ignore[misc]
    """Our events carry no binary data, and what announces some would be collected for ever."""

    def decode(self, encoded_packet: str) -> int:
        if super().decode(encoded_packet):
            raise ValueError("binary attachments are not spoken here")
        return 0


class Desks(socketio.AsyncNamespace):  # type: ignore[misc]
    """What the two namespaces share: who a connection belongs to, and what nobody knows."""

    def __init__(self, namespace: str, services: Services) -> None:
        super().__init__(namespace)
        self.desk = services.desk
        self.offers = services.offers
        self.announcer = services.announcer
        self.tokens = services.tokens
        self.messages = services.messages
        self.hints = services.hints
        self.site_secret = services.site_secret

    async def claims(self, sid: str) -> Claims:
        """Raises Unauthorized once the token that opened the connection has expired."""
        session = await self.get_session(sid)
        claims: Claims = session["claims"]
        self.tokens.still_valid(claims)
        return claims

    async def trigger_event(self, event: Any, *args: Any) -> Any:
        """An event that no handler is named after is answered like any other bad input, and so
        is one that a client named after what only the library may tell us."""
        name = str(event)[:40]
        forged = name in LIBRARYS_OWN and not self._from_library(name, *args)
        if forged or (name not in LIBRARYS_OWN and not hasattr(self, f"on_{name}")):
            return wire.error(Invalid(f"There is no event “{name}” here."))
        return await super().trigger_event(event, *args)

    def _from_library(self, event: str, sid: str, *args: Any) -> bool:
        if event == "connect":
            return bool(args) and args[0] is self.server.get_environ(sid, self.namespace)
        return not self.server.manager.is_connected(sid, self.namespace)


class CustomerDesk(Desks):
    @refusing
    async def on_connect(self, sid: str, auth: wire.Json) -> None:
        after = wire.number(auth, "after") if auth.get("after") is not None else 0
        conversation_id, token = await self._resumed_or_new(auth)
        claims = self.tokens.read(token, CUSTOMER_TOKEN)
        await self.save_session(sid, {"claims": claims})
        async with self.desk.changes.stillness(conversation_id):
            await self.enter_room(sid, customer_room(conversation_id))
            await self._catch_up(sid, conversation_id, token, after)

    async def _resumed_or_new(self, auth: wire.Json) -> tuple[str, str]:
        if auth.get("token") is not None:
            claims = self.tokens.read(auth["token"], CUSTOMER_TOKEN)
            await self.desk.conversation(claims.subject)
            return claims.subject, auth["token"]
        customer = vouched_for(auth.get("identity"), self.site_secret)
        conversation = await self.desk.open(customer)
        return conversation.id, self.tokens.issue(CUSTOMER_TOKEN, conversation.id)

    async def _catch_up(self, sid: str, conversation_id: str, token: str, after: int) -> None:
        standing = await self.desk.standing(conversation_id)
        session = {
            "conversation": conversation_id,
            "token": token,
            "last_seq": standing.conversation.last_seq,
            "state": wire.state(standing),
        }
        await self.emit("session", session, to=sid)
        for missed in await self.desk.entries(conversation_id, after):
            await self.emit("message", wire.entry(missed), to=sid)

    @answering
    async def on_message(self, conversation_id: str, payload: wire.Json) -> wire.Json:
        entry_id = named(payload.get("id"))
        self.messages.check(conversation_id, "messages")
        if "payload" in payload:
            pressed = wire.text(payload, "payload")
            entry = await self.desk.press(conversation_id, entry_id, pressed)
        else:
            entry = await self.desk.say(conversation_id, entry_id, wire.text(payload))
        return {"seq": entry.seq, "at": wire.instant(entry.at)}

    @answering
    async def on_handoff(self, conversation_id: str, payload: wire.Json) -> wire.Json:
        wish = wire.optional_text(payload, "reason")
        await self.desk.request_handoff(conversation_id, wish)
        return {"state": wire.state(await self.desk.standing(conversation_id))}

    @answering
    async def on_end(self, conversation_id: str, payload: wire.Json) -> None:
        await self.desk.end(conversation_id)

    @answering
    async def on_rate(self, conversation_id: str, payload: wire.Json) -> None:
        comment = wire.optional_text(payload, "comment")
        await self.desk.rate(conversation_id, wire.score(payload), comment)

    @answering
    async def on_typing(self, conversation_id: str, payload: wire.Json) -> None:
        self.hints.check(conversation_id, "hints")
        conversation = await self.desk.conversation(conversation_id)
        await self.announcer.typing(conversation, "customer", wire.flag(payload, "on"))

    @answering
    async def on_read(self, conversation_id: str, payload: wire.Json) -> None:
        self.hints.check(conversation_id, "hints")
        conversation = await self.desk.conversation(conversation_id)
        await self.announcer.read(conversation, "customer", wire.number(payload, "seq"))


class AgentDesk(Desks):
    @refusing
    async def on_connect(self, sid: str, auth: wire.Json) -> None:
        claims = self.tokens.read(auth.get("token"), AGENT_TOKEN)
        agent = await self.desk.agent(claims.subject)
        if agent.role is Role.TRAINER:
            raise Forbidden("Trainers see no live conversations.")
        await self.save_session(sid, {"claims": claims, "until": self._until(sid, claims)})
        await self.enter_room(sid, agent_room(agent.id))
        await self.enter_room(sid, EVERY_AGENT)
        await self._catch_up(sid, agent)
        await self.offers.connected(agent, sid)
        for case, expires_at in await self.offers.open_for(agent.id):
            await self.emit("offer", wire.offer(case, expires_at), to=sid)
        if self.server.manager.eio_sid_from_sid(sid, self.namespace) not in self.server.eio.sockets:
            await self.on_disconnect(sid, "gone while it connected")

    def _until(self, sid: str, claims: Claims) -> asyncio.TimerHandle:
        """Nothing is sent to a console whose token has run out, and it is not counted."""
        loop = asyncio.get_running_loop()
        left_s = self.tokens.left_s(claims)
        return loop.call_later(left_s, lambda: loop.create_task(self.disconnect(sid)))

    async def on_disconnect(self, sid: str, reason: str) -> None:
        session = await self.get_session(sid)
        if "claims" in session:
            session["until"].cancel()
            await self.offers.disconnected(session["claims"].subject, sid)

    async def _catch_up(self, sid: str, agent: Agent) -> None:
        """What changes while the session is on its way, or leaves, is sent as a whole case."""
        cases = await self.desk.cases(agent.id)
        session = {
            "agent": wire.agent(agent),
            "presence": agent.presence.value,
            "cases": [wire.case(case) for case in cases],
        }
        await self.emit("session", session, to=sid)
        now = await self.desk.cases(agent.id)
        gone = {c.conversation.id for c in cases} - {c.conversation.id for c in now}
        left = [await self.desk.case(conversation_id) for conversation_id in gone]
        for case in [*left, *(c for c in now if c not in cases)]:
            await self.emit("case", wire.case(case), to=sid)
        queue = [wire.waiting(c) for c in await self.desk.queue()]
        await self.emit("queue", {"waiting": queue}, to=sid)

    @answering
    async def on_presence(self, agent_id: str, payload: wire.Json) -> None:
        await self.offers.set_presence(agent_id, wire.presence(payload))

    @answering
    async def on_accept(self, agent_id: str, payload: wire.Json) -> wire.Json:
        conversation_id = wire.conversation_id(payload)
        case = await self.desk.accept(conversation_id, await self.desk.agent(agent_id))
        return {"case": wire.case(case)}

    @answering
    async def on_decline(self, agent_id: str, payload: wire.Json) -> None:
        conversation_id = wire.conversation_id(payload)
        await self.desk.decline(conversation_id, await self.desk.agent(agent_id))

    @answering
    async def on_message(self, agent_id: str, payload: wire.Json) -> wire.Json:
        conversation_id, entry_id = wire.conversation_id(payload), named(payload.get("id"))
        text = wire.text(payload)
        self.messages.check(agent_id, "messages")
        agent = await self.desk.agent(agent_id)
        entry = await self.desk.reply(conversation_id, agent, entry_id, text)
        return {"seq": entry.seq, "at": wire.instant(entry.at)}

    @answering
    async def on_note(self, agent_id: str, payload: wire.Json) -> wire.Json:
        conversation_id, note_id = wire.conversation_id(payload), named(payload.get("id"))
        agent = await self.desk.agent(agent_id)
        note = await self.desk.note(conversation_id, agent, note_id, wire.text(payload))
        return {"seq": note.seq, "at": wire.instant(note.at)}

    @answering
    async def on_return_to_bot(self, agent_id: str, payload: wire.Json) -> None:
        conversation_id, note = wire.conversation_id(payload), wire.optional_text(payload, "note")
        await self.desk.return_to_bot(conversation_id, await self.desk.agent(agent_id), note)

    @answering
    async def on_close(self, agent_id: str, payload: wire.Json) -> None:
        conversation_id, note = wire.conversation_id(payload), wire.optional_text(payload, "note")
        disposition = wire.text(payload, "disposition")
        agent = await self.desk.agent(agent_id)
        await self.desk.close(conversation_id, agent, disposition, note)

    @answering
    async def on_typing(self, agent_id: str, payload: wire.Json) -> None:
        conversation = await self._mine(agent_id, payload)
        await self.announcer.typing(conversation, "agent", wire.flag(payload, "on"))

    @answering
    async def on_read(self, agent_id: str, payload: wire.Json) -> None:
        conversation = await self._mine(agent_id, payload)
        await self.announcer.read(conversation, "agent", wire.number(payload, "seq"))

    async def _mine(self, agent_id: str, payload: wire.Json) -> Conversation:
        """The named conversation, which the agent holds. Raises NotFound or Forbidden."""
        self.hints.check(agent_id, "hints")
        conversation = await self.desk.conversation(wire.conversation_id(payload))
        if conversation.state is not State.AGENT or conversation.agent_id != agent_id:
            raise Forbidden("You do not have this conversation.")
        return conversation


def namespaces(services: Services) -> list[Desks]:
    return [CustomerDesk(CUSTOMER, services), AgentDesk(AGENT, services)]
