"""Socket.IO's two namespaces: who is asking, what do they want, which use case is it.

``answering`` is the one boundary where errors become acknowledgements; python-socketio sends
none for a handler that raises, and a client would wait in vain.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import socketio
from socketio.exceptions import ConnectionRefusedError as Refused

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

Handler = Callable[..., Awaitable[wire.Json | None]]


@dataclass(frozen=True)
class Services:
    """What both namespaces need; *messages* limits how often one conversation may be written to."""

    desk: Desk
    offers: Offers
    announcer: Announcer
    tokens: Tokens
    messages: Limit
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
            raise Refused(str(error), wire.error(error)["error"]) from error

    return refuse


class Desks(socketio.AsyncNamespace):  # type: ignore[misc]
    """What the two namespaces share: who a connection belongs to, and what nobody knows."""

    def __init__(self, namespace: str, services: Services) -> None:
        super().__init__(namespace)
        self.desk = services.desk
        self.offers = services.offers
        self.announcer = services.announcer
        self.tokens = services.tokens
        self.messages = services.messages
        self.site_secret = services.site_secret

    async def claims(self, sid: str) -> Claims:
        """Raises Unauthorized once the token that opened the connection has expired."""
        session = await self.get_session(sid)
        claims: Claims = session["claims"]
        self.tokens.still_valid(claims)
        return claims

    async def trigger_event(self, event: str, *args: Any) -> Any:
        """An event that no handler is named after is answered like any other bad input, and so
        is one that a client named after what only the library may tell us."""
        forged = event in ("connect", "disconnect") and not self._from_library(event, *args)
        if forged or (event not in ("connect", "disconnect") and not hasattr(self, f"on_{event}")):
            return wire.error(Invalid(f"There is no event “{event[:40]}” here."))
        return await super().trigger_event(event, *args)

    def _from_library(self, event: str, sid: str, *args: Any) -> bool:
        if event == "connect":
            return bool(args) and isinstance(args[0], dict) and "aiohttp.request" in args[0]
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
            await self.desk.standing(claims.subject)
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
        standing = await self.desk.standing(conversation_id)
        await self.announcer.typing(standing.conversation, "customer", wire.flag(payload, "on"))

    @answering
    async def on_read(self, conversation_id: str, payload: wire.Json) -> None:
        standing = await self.desk.standing(conversation_id)
        await self.announcer.read(standing.conversation, "customer", wire.number(payload, "seq"))


class AgentDesk(Desks):
    @refusing
    async def on_connect(self, sid: str, auth: wire.Json) -> None:
        claims = self.tokens.read(auth.get("token"), AGENT_TOKEN)
        agent = await self.desk.agent(claims.subject)
        if agent.role is Role.TRAINER:
            raise Forbidden("Trainers see no live conversations.")
        await self.save_session(sid, {"claims": claims})
        await self.enter_room(sid, agent_room(agent.id))
        await self.enter_room(sid, EVERY_AGENT)
        await self._catch_up(sid, agent)
        await self.offers.connected(agent.id)

    async def on_disconnect(self, sid: str, reason: str) -> None:
        session = await self.get_session(sid)
        if "claims" in session:
            await self.offers.disconnected(session["claims"].subject)

    async def _catch_up(self, sid: str, agent: Agent) -> None:
        """What changes while the session is on its way is sent once more, as a whole case."""
        cases = await self.desk.cases(agent.id)
        session = {
            "agent": wire.agent(agent),
            "presence": agent.presence.value,
            "cases": [wire.case(case) for case in cases],
        }
        await self.emit("session", session, to=sid)
        for case in await self.desk.cases(agent.id):
            if case not in cases:
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
        standing = await self.desk.standing(wire.conversation_id(payload))
        conversation = standing.conversation
        if conversation.state is not State.AGENT or conversation.agent_id != agent_id:
            raise Forbidden("You do not have this conversation.")
        return conversation


def namespaces(services: Services) -> list[Desks]:
    return [CustomerDesk(CUSTOMER, services), AgentDesk(AGENT, services)]
