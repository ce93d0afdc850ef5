"""The namespace of agents and supervisors: the queue, offers, and the cases they hold."""

from __future__ import annotations

import asyncio

from .. import wire
from ..announce import EVERY_AGENT, agent_room
from ..auth import AGENT, Claims
from ..domain.agents import Agent, Role
from ..domain.conversation import Conversation, State
from ..domain.errors import Forbidden
from ..domain.messages import named
from .edge import Desks, answering, refusing


class AgentDesk(Desks):
    @refusing
    async def on_connect(self, sid: str, auth: wire.Json) -> None:
        claims = self.tokens.read(auth.get("token"), AGENT)
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
